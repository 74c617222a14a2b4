// What the parts of the emulated bus share. Everything here but the set-up functions runs with `bus->lock` held.
#ifndef CVIRTUALUSB_INTERNAL_H
#define CVIRTUALUSB_INTERNAL_H
#include "CVirtualUSB.h"

#include <linux/ioctl.h>
#include <linux/usbdevice_fs.h>
#include <umockdev.h>

enum { FIRST_ADDRESS = 2, LAST_ADDRESS = 127, ENDPOINT_IN = 0x81, STRING_COUNT = 4 };

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
    Address addresses[LAST_ADDRESS + 1];
    int last_address;
    int plugged;
    GHashTable *hubs;      // sysfs names of the hubs that were made
    GMainContext *context; // libumockdev's thread, once a client has come
    GPtrArray *lost;       // clients whose stream libumockdev forgot to close
    char error[512];
};

// A URB a client has submitted: refs into the client's memory, kept until it is reaped.
typedef struct {
    UMockdevIoctlData *urb, *buffer;
    UMockdevIoctlClient *client;
    int filled;
} Transfer;

// A class request of the host.
typedef struct {
    uint8_t request;
    uint16_t value;
    GBytes *bytes;
} Written;

struct VUSBDevice {
    VUSBBus *bus;
    VUSBIdentity identity;
    GArray *strings[STRING_COUNT]; // UTF-16LE units as bytes; NULL: none
    char *texts[STRING_COUNT];     // the same as UTF-8, for sysfs
    GBytes *report_descriptor;

    int address;
    char node[40], syspath[120];
    UMockdevIoctlBase *handler;
    int fifo; // the gate, see gate.c; -1: closed
    bool ready;

    bool gone;
    bool kernel_driver;  // usbhid is bound to the interface
    bool was_detached;   // a client took it from usbhid at least once
    bool halted;         // the endpoint, until the host clears the halt
    UMockdevIoctlClient *owner;
    GPtrArray *clients; // open handles
    GQueue waiting;     // Transfer: interrupt IN, for a packet
    GQueue done;        // Transfer: to be reaped
    GQueue packets;     // GBytes: not delivered yet
    GQueue written;     // Written: what the host sent
    int fault_status, fault_count, stall_count;
};

// URB of a transfer, in our copy of the client's memory.
static inline struct usbdevfs_urb *transfer_urb(Transfer *transfer)
{
    return (struct usbdevfs_urb *) transfer->urb->data;
}

// transfer.c
void vusb_transfer_free(Transfer *transfer);
void vusb_finish(VUSBDevice *device, Transfer *transfer, int status, int actual);
// Drops what clients left that are gone: transfers, claim, handles. usbfs does the same when a file is closed.
void vusb_purge(VUSBDevice *device);
// Lets waiting transfers have packets and faults, then sets the gate.
void vusb_pump(VUSBDevice *device);
void vusb_clear_halt(VUSBDevice *device);
// Wakes whoever waits on the event descriptor.
void vusb_notify(VUSBBus *bus);

// gate.c
bool vusb_gate_open(VUSBDevice *device, const char *path);
void vusb_gate_update(VUSBDevice *device);
void vusb_gate_close(VUSBDevice *device);

// control.c
size_t vusb_device_descriptor(VUSBDevice *device, uint8_t *out);
size_t vusb_configuration_descriptor(VUSBDevice *device, uint8_t *out);
// Answers a control transfer: `room` bytes of data follow the 8 bytes of `setup`. Returns the length or minus errno.
int vusb_control(VUSBDevice *device, const uint8_t *setup, uint8_t *data, int room);

// ioctl.c
gboolean vusb_on_ioctl(UMockdevIoctlBase *handler, UMockdevIoctlClient *client, VUSBDevice *device);

// hotplug.c
// Waits until no client has a full queue of hotplug messages: umockdev aborts the process when one overflows.
bool vusb_wait_for_listeners(VUSBBus *bus);
bool vusb_make_hubs(VUSBBus *bus, const char *port);
int vusb_take_address(VUSBBus *bus);
bool vusb_fail(VUSBBus *bus, const char *format, ...) G_GNUC_PRINTF(2, 3);
#endif
