// The internal interface of the emulated bus. The functions require `bus->lock` to be held unless stated otherwise, except
// for those of Hotplug.c. A holder of the lock must not wait for a client, which may be stopped.
#ifndef CVIRTUALUSB_INTERNAL_H
#define CVIRTUALUSB_INTERNAL_H
#include "CVirtualUSB.h"

#include <linux/ioctl.h>
#include <linux/usbdevice_fs.h>
#include <umockdev.h>

enum { FIRST_ADDRESS = 2, LAST_ADDRESS = 127, STRING_COUNT = 4, CLASS_HID = 3 };
// Interface 0 has the endpoints 0x81 and, if any, 0x01; interface 1 has 0x82 and 0x02, and so on.
enum { ENDPOINT_TO_HOST = 0x80 };

// A device number of the bus. The kernel assigns them in turn and wraps around after 127.
typedef struct {
    bool taken;         // a hub, or `device` below
    VUSBDevice *device; // plugged, or gone and perhaps still open in a client
} Address;

struct VUSBBus {
    UMockdevTestbed *testbed;
    char *root;
    int hotplug_ms;
    int event_fd;
    GMutex lock;
    GCond pace; // the time of the next report may have changed
    Address addresses[LAST_ADDRESS + 1];
    int last_address;
    int plugged;
    GHashTable *hubs;      // sysfs names of the created hubs
    GMainContext *context; // that of libumockdev's thread, once there is a client
    GAsyncQueue *ioctls;   // Job: the queue of the thread in Ioctl.c
    GPtrArray *lost;       // clients whose stream libumockdev forgot to close
    char error[512];
};

// A position in the queue of a thread, which is reached when all earlier entries are processed.
typedef struct {
    GMutex lock;
    GCond reached_cond;
    bool reached;
} Barrier;

// A URB that a client has submitted: references to the client's memory, kept until it is reaped.
typedef struct {
    UMockdevIoctlData *urb, *buffer;
    UMockdevIoctlClient *client;
    VUSBInterface *interface; // NULL for endpoint 0 or the device
    int filled;
} Transfer;

// An input report that has not been sent yet.
typedef struct {
    GBytes *bytes;
    gint64 gap; // microseconds since the previous report
} Report;

// A class request of the host, or a transfer on the OUT endpoint.
typedef struct {
    uint8_t request;
    uint16_t value;
    GBytes *bytes;
} Written;

struct VUSBInterface {
    VUSBDevice *device;
    int number;
    VUSBInterfaceIdentity identity;
    GBytes *report_descriptor;
    bool kernel_driver; // usbhid is bound
    bool was_detached;  // a client has detached usbhid at least once
    bool halted;        // the IN endpoint, until the host clears the halt
    UMockdevIoctlClient *owner;
    GQueue waiting;     // Transfer: interrupt IN transfers that wait for a packet
    GQueue reports;     // Report: not sent yet
    GQueue packets;     // GBytes: sent, not delivered yet
    GQueue written;     // Written: the messages of the host
    gint64 sent;        // time of the last report on the monotonic clock
    int fault_status, fault_count, stall_count;
};

struct VUSBDevice {
    VUSBBus *bus;
    VUSBIdentity identity;
    GArray *strings[STRING_COUNT]; // UTF-16LE units as bytes, or NULL
    char *texts[STRING_COUNT];     // the same as UTF-8, for sysfs
    VUSBInterface interfaces[VUSB_MAX_INTERFACES];
    int interface_count;

    int address;
    char node[40], syspath[120];
    UMockdevIoctlBase *handler;
    int fifo; // the gate, see Gate.c; -1 if closed
    bool ready;

    bool gone;
    GPtrArray *clients; // open handles
    GQueue done;        // Transfer: to be reaped
};

// URB of a transfer, in our copy of the client's memory.
static inline struct usbdevfs_urb *transfer_urb(Transfer *transfer)
{
    return (struct usbdevfs_urb *) transfer->urb->data;
}

// Barrier.c, without the lock.
void vusb_barrier_init(Barrier *barrier);
void vusb_barrier_reach(Barrier *barrier);
// Waits until the barrier is reached, and clears it.
void vusb_barrier_wait(Barrier *barrier);
// Waits until libumockdev's thread has nothing to do.
void vusb_wait_for_idle(GMainContext *context);

// Transfer.c
void vusb_transfer_free(Transfer *transfer);
void vusb_finish(VUSBDevice *device, Transfer *transfer, int status, int actual);
// Drops the transfers, claims and handles of clients that are gone, as usbfs does when a file is closed.
void vusb_purge(VUSBDevice *device);
// Completes waiting transfers with packets and faults, and updates the gate.
void vusb_pump(VUSBInterface *interface);
void vusb_clear_halt(VUSBInterface *interface);
// Makes the event descriptor readable.
void vusb_notify(VUSBBus *bus);

// Report.c
void vusb_report_free(Report *report);
// Starts the thread that sends reports when they are due.
void vusb_start_pace(VUSBBus *bus);

// Gate.c
bool vusb_gate_open(VUSBDevice *device, const char *path);
void vusb_gate_update(VUSBDevice *device);
void vusb_gate_close(VUSBDevice *device);

// Control.c
enum { VUSB_MOST_DESCRIPTORS = 18 + 9 + VUSB_MAX_INTERFACES * (9 + 9 + 7 + 7) };
size_t vusb_device_descriptor(VUSBDevice *device, uint8_t *out);
size_t vusb_configuration_descriptor(VUSBDevice *device, uint8_t *out);
// Answers a control transfer with at most `room` bytes of data. Returns the length or the negative errno.
int vusb_control(VUSBDevice *device, const uint8_t *setup, uint8_t *data, int room);
// Records a message of the host.
void vusb_record(VUSBInterface *interface, uint8_t request, uint16_t value, const uint8_t *data, size_t count);
void vusb_written_free(Written *written);
// Return NULL if the device has no interface with the number or the endpoint.
VUSBInterface *vusb_interface(VUSBDevice *device, unsigned number);
VUSBInterface *vusb_interface_of_endpoint(VUSBDevice *device, uint8_t endpoint);

// Sysfs.c
// Binds usbhid to an interface that is plugged in, or unbinds it.
void vusb_set_kernel_driver(VUSBInterface *interface, bool bound);
// Returns the folder of the HID device below that of the USB device; the caller frees it.
char *vusb_hid_folder(const VUSBInterface *interface);

// Claim.c
// Returns the driver of an interface: "usbhid", "usbfs" (a process) or NULL.
const char *vusb_driver(const VUSBInterface *interface);
int vusb_detach(VUSBInterface *interface);
int vusb_attach(VUSBInterface *interface);
int vusb_claim(VUSBDevice *device, unsigned number, UMockdevIoctlClient *client);
int vusb_release(VUSBDevice *device, unsigned number, UMockdevIoctlClient *client);
int vusb_disconnect_claim(
    VUSBDevice *device, const struct usbdevfs_disconnect_claim *wish, UMockdevIoctlClient *client);
// Claims a free interface for a client that uses it without a claim, as usbfs does.
int vusb_check_claim(VUSBInterface *interface, UMockdevIoctlClient *client);
// Does the same before a control transfer, for the recipient in its setup packet.
int vusb_check_recipient(VUSBDevice *device, UMockdevIoctlClient *client, const uint8_t *setup);

// Ioctl.c, without the lock.
// Starts the thread that performs the ioctls.
void vusb_start_ioctls(VUSBBus *bus);
gboolean vusb_on_ioctl(UMockdevIoctlBase *handler, UMockdevIoctlClient *client, VUSBDevice *device);
// Waits until the ioctls received so far are complete.
void vusb_wait_for_ioctls(VUSBBus *bus);

// Hotplug.c
// Waits until no client's queue of hotplug messages is full: umockdev aborts the process if one overflows.
bool vusb_wait_for_listeners(VUSBBus *bus);
bool vusb_make_hubs(VUSBBus *bus, const char *port);
int vusb_take_address(VUSBBus *bus);
bool vusb_fail(VUSBBus *bus, const char *format, ...) G_GNUC_PRINTF(2, 3);
#endif
