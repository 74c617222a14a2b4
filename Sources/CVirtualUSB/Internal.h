// What the parts of the emulated bus share. Everything here runs with `bus->lock` held unless it says otherwise, but for
// the functions of Hotplug.c. With the lock held nothing may wait for a client, as that may be stopped.
#ifndef CVIRTUALUSB_INTERNAL_H
#define CVIRTUALUSB_INTERNAL_H
#include "CVirtualUSB.h"

#include <linux/ioctl.h>
#include <linux/usbdevice_fs.h>
#include <umockdev.h>

enum { FIRST_ADDRESS = 2, LAST_ADDRESS = 127, STRING_COUNT = 4, CLASS_HID = 3 };
// Interface 0 has the endpoints 0x81 and, if any, 0x01; interface 1 has 0x82 and 0x02, and so on.
enum { ENDPOINT_TO_HOST = 0x80 };

// A device number of the bus. The kernel hands them out in turn and wraps round after 127.
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
    GCond pace; // what is due next may have changed
    Address addresses[LAST_ADDRESS + 1];
    int last_address;
    int plugged;
    GHashTable *hubs;      // sysfs names of the hubs that were made
    GMainContext *context; // libumockdev's thread, once a client has come
    GAsyncQueue *ioctls;   // Job: what the thread in Ioctl.c has to do
    GPtrArray *lost;       // clients whose stream libumockdev forgot to close
    char error[512];
};

// A place in a queue of a thread: reached when all that came in before has been dealt with.
typedef struct {
    GMutex lock;
    GCond reached_cond;
    bool reached;
} Barrier;

// A URB a client has submitted: refs into the client's memory, kept until it is reaped.
typedef struct {
    UMockdevIoctlData *urb, *buffer;
    UMockdevIoctlClient *client;
    VUSBInterface *interface; // NULL: of endpoint 0, or to the device
    int filled;
} Transfer;

// An input report that is not sent yet.
typedef struct {
    GBytes *bytes;
    gint64 gap; // microseconds since the report before
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
    bool was_detached;  // a client took it from usbhid at least once
    bool halted;        // the IN endpoint, until the host clears the halt
    UMockdevIoctlClient *owner;
    GQueue waiting;     // Transfer: interrupt IN, for a packet
    GQueue reports;     // Report: the scanner has not sent it yet
    GQueue packets;     // GBytes: sent, not delivered yet
    GQueue written;     // Written: what the host sent
    gint64 sent;        // when the last report was, on the monotonic clock
    int fault_status, fault_count, stall_count;
};

struct VUSBDevice {
    VUSBBus *bus;
    VUSBIdentity identity;
    GArray *strings[STRING_COUNT]; // UTF-16LE units as bytes; NULL: none
    char *texts[STRING_COUNT];     // the same as UTF-8, for sysfs
    VUSBInterface interfaces[VUSB_MAX_INTERFACES];
    int interface_count;

    int address;
    char node[40], syspath[120];
    UMockdevIoctlBase *handler;
    int fifo; // the gate, see Gate.c; -1: closed
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

// Barrier.c; without the lock.
void vusb_barrier_init(Barrier *barrier);
void vusb_barrier_reach(Barrier *barrier);
// Waits until it is reached, then clears it.
void vusb_barrier_wait(Barrier *barrier);
// Waits until libumockdev's thread has nothing to do.
void vusb_wait_for_idle(GMainContext *context);

// Transfer.c
void vusb_transfer_free(Transfer *transfer);
void vusb_finish(VUSBDevice *device, Transfer *transfer, int status, int actual);
// Drops what clients left that are gone: transfers, claims, handles. usbfs does the same when a file is closed.
void vusb_purge(VUSBDevice *device);
// Lets waiting transfers have packets and faults, then sets the gate.
void vusb_pump(VUSBInterface *interface);
void vusb_clear_halt(VUSBInterface *interface);
// Wakes whoever waits on the event descriptor.
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
// Answers a control transfer: `room` bytes of data follow the 8 bytes of `setup`. Returns the length or minus errno.
int vusb_control(VUSBDevice *device, const uint8_t *setup, uint8_t *data, int room);
// Notes what the host sent.
void vusb_record(VUSBInterface *interface, uint8_t request, uint16_t value, const uint8_t *data, size_t count);
void vusb_written_free(Written *written);
// NULL: the device has none of that number, or with that endpoint.
VUSBInterface *vusb_interface(VUSBDevice *device, unsigned number);
VUSBInterface *vusb_interface_of_endpoint(VUSBDevice *device, uint8_t endpoint);

// Sysfs.c
// Binds usbhid to an interface that is plugged, or takes it away.
void vusb_set_kernel_driver(VUSBInterface *interface, bool bound);
// The folder of the HID device, below that of the USB device; to be freed.
char *vusb_hid_folder(const VUSBInterface *interface);

// Claim.c
// The driver of an interface: "usbhid", "usbfs" (a process), or NULL.
const char *vusb_driver(const VUSBInterface *interface);
int vusb_detach(VUSBInterface *interface);
int vusb_attach(VUSBInterface *interface);
int vusb_claim(VUSBDevice *device, unsigned number, UMockdevIoctlClient *client);
int vusb_release(VUSBDevice *device, unsigned number, UMockdevIoctlClient *client);
int vusb_disconnect_claim(
    VUSBDevice *device, const struct usbdevfs_disconnect_claim *wish, UMockdevIoctlClient *client);
// What usbfs does before a client uses an interface: one that the client has not claimed is claimed now, if it is free.
int vusb_check_claim(VUSBInterface *interface, UMockdevIoctlClient *client);
// The same before a control transfer, by the recipient in its setup packet.
int vusb_check_recipient(VUSBDevice *device, UMockdevIoctlClient *client, const uint8_t *setup);

// Ioctl.c; these do without the lock.
// Starts the thread that does the ioctls.
void vusb_start_ioctls(VUSBBus *bus);
gboolean vusb_on_ioctl(UMockdevIoctlBase *handler, UMockdevIoctlClient *client, VUSBDevice *device);
// Waits until the ioctls have been done that came in so far.
void vusb_wait_for_ioctls(VUSBBus *bus);

// Hotplug.c
// Waits until no client has a full queue of hotplug messages: umockdev aborts the process when one overflows.
bool vusb_wait_for_listeners(VUSBBus *bus);
bool vusb_make_hubs(VUSBBus *bus, const char *port);
int vusb_take_address(VUSBBus *bus);
bool vusb_fail(VUSBBus *bus, const char *format, ...) G_GNUC_PRINTF(2, 3);
#endif
