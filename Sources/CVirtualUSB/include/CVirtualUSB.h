// An emulated USB bus with HID scanners for the real, unmodified libusb, on top of libumockdev 0.17.16.
//
// A program started with the bus's environment (UMOCKDEV_DIR and the preload library) sees the devices in sysfs and
// receives their hotplug messages; its usbfs ioctls are answered on a thread of the bus. The functions below may be
// called from one other thread; none calls back. vusb_event_fd() becomes readable when a condition may have changed.
//
// Functions that can fail return false (or NULL) and set vusb_error(); none of them ends the process.
#ifndef CVIRTUALUSB_H
#define CVIRTUALUSB_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct VUSBBus VUSBBus;
typedef struct VUSBDevice VUSBDevice;
typedef struct VUSBInterface VUSBInterface;

/// The largest number of plugged-in devices: umockdev 0.17.16 aborts a client that opens more than 50.
enum { VUSB_MAX_PLUGGED = 48 };
/// The largest sizes in bytes of a HID report descriptor and of a report.
enum { VUSB_MAX_DESCRIPTOR = 4096, VUSB_MAX_REPORT = 4096 };
/// The largest number of interfaces of a device.
enum { VUSB_MAX_INTERFACES = 8 };

/// The strings of the device descriptor.
enum VUSBString { VUSB_MANUFACTURER = 1, VUSB_PRODUCT = 2, VUSB_SERIAL = 3 };

/// The identity in the descriptors of a device (USB 2.0 chapter 9).
typedef struct {
    uint16_t vendor, product, release;
    bool strings_stall; ///< the descriptor declares strings, but the requests for them stall
} VUSBIdentity;

/// The identity in the descriptors of an interface (HID 1.11 section 6). usbhid is bound to it if its class is HID, 3.
typedef struct {
    uint8_t interface_class, subclass, protocol;
    uint16_t max_packet; ///< of its endpoints, 1...1024
    bool has_out;        ///< whether there is an interrupt OUT endpoint besides the IN endpoint
    bool busy;           ///< whether another process has claimed it
} VUSBInterfaceIdentity;

/// The faults of transfers on the interrupt IN endpoint.
enum VUSBFault {
    VUSB_FAULT_STALL,    ///< the endpoint halts: every transfer ends with EPIPE until the host clears the halt
    VUSB_FAULT_ERROR,    ///< EILSEQ
    VUSB_FAULT_PROTOCOL, ///< EPROTO
    VUSB_FAULT_OVERFLOW, ///< EOVERFLOW
};

// -- The bus ------------------------------------------------------------------------------------------------------

/// Returns whether the preload library of umockdev is loaded in this process; without it no hotplug message is sent.
bool vusb_preload_active(void);
/// Creates a testbed below $TMPDIR with one root hub and sets UMOCKDEV_DIR. There is one per process, which is never
/// freed; vusb_remove_tree() removes the folder. `hotplug_ms` is the time for which a client may leave its hotplug
/// messages unread. Returns NULL without free descriptors.
VUSBBus *vusb_bus_new(int hotplug_ms);
/// Returns the reason for which the last call failed, valid until the next call.
const char *vusb_error(VUSBBus *bus);
/// Returns an eventfd that is readable after a change. Call vusb_clear_event() before the conditions are evaluated.
int vusb_event_fd(VUSBBus *bus);
void vusb_clear_event(VUSBBus *bus);
/// Waits until everything that the ended client process sent is processed, and drops its handles, transfers and claims.
/// Call it before another client starts.
void vusb_forget_clients(VUSBBus *bus);

// -- A device -----------------------------------------------------------------------------------------------------

/// Creates a device without an interface, which is not plugged in yet.
VUSBDevice *vusb_device_new(VUSBBus *bus, VUSBIdentity identity);
/// Sets a string of the device (UTF-8, at most 126 UTF-16 units). Without it the descriptor declares no such string.
bool vusb_device_set_string(VUSBDevice *device, enum VUSBString which, const char *text);
/// Adds the next interface to the device, with the endpoints 0x81 and 0x01, 0x82 and 0x02, and so on, and with a HID
/// report descriptor of at most VUSB_MAX_DESCRIPTOR bytes. The functions below identify it by its number from 0, which must
/// be valid.
bool vusb_device_add_interface(
    VUSBDevice *device, VUSBInterfaceIdentity identity, const uint8_t *report_descriptor, size_t count);
/// Frees a device that was never plugged in.
void vusb_device_free(VUSBDevice *device);

/// Plugs the device in at `port` of bus 1: "3", or "4.2" for port 2 of a hub in port 4 (the hub is created and
/// stays). Assigns a new device number, as the kernel does. The port must be free. After a failure the device must not be
/// used any more.
bool vusb_plug(VUSBDevice *device, const char *port);
/// Unplugs the device: transfers end with ESHUTDOWN, reports not yet sent or delivered are lost, every ioctl fails with
/// ENODEV, and the hotplug message is sent. The device must not be used afterwards.
bool vusb_unplug(VUSBDevice *device);

/// Queues an input report (with its id, if the descriptor uses ids). A thread of the bus sends it `gap_us` microseconds
/// after the previous report, or with `at_once` without the gap if no report is waiting. It is sent in packets of
/// `max_packet`. As on a real bus, a transfer ends with a short packet or a full buffer, and a packet beyond the buffer is
/// an overflow.
bool vusb_report(VUSBDevice *device, int interface, const uint8_t *bytes, size_t count, int64_t gap_us, bool at_once);
/// Arms a fault for the next `count` transfers (for a stall, the halt must be cleared `count` times).
void vusb_fault(VUSBDevice *device, int interface, enum VUSBFault fault, int count);
/// Makes the other process release the interface to usbhid.
void vusb_release_busy(VUSBDevice *device, int interface);

/// Returns the number of interrupt IN transfers that a client has submitted and that have not completed.
int vusb_queued_transfers(VUSBDevice *device, int interface);
/// Returns whether every report has been sent.
bool vusb_sent(VUSBDevice *device, int interface);
/// Returns whether a client has received every report and has its next interrupt IN transfer queued.
bool vusb_drained(VUSBDevice *device, int interface);
/// Returns whether a client has detached usbhid from the interface and reattached it.
bool vusb_reattached(VUSBDevice *device, int interface);

/// The messages of the host: control requests of the HID class (HID 1.11 section 7.2), and transfers on the OUT endpoint
/// (with a wValue of 0).
enum VUSBRequest {
    VUSB_INTERRUPT_OUT = 0x00, VUSB_SET_REPORT = 0x09, VUSB_SET_IDLE = 0x0A, VUSB_SET_PROTOCOL = 0x0B,
};
/// Returns whether a request has arrived since the plug (or since the last match) whose bytes equal `bytes` (any if NULL)
/// and whose wValue equals `value` under `mask`. The first match and all requests before it are removed from the record.
bool vusb_take_written(
    VUSBDevice *device, int interface, enum VUSBRequest request, uint16_t value, uint16_t mask, const uint8_t *bytes,
    size_t count);

// -- Processes ----------------------------------------------------------------------------------------------------

/// Blocks SIGINT, SIGTERM, SIGHUP, SIGCHLD and SIGPIPE in this thread and those that it starts, and returns a signalfd for
/// the first four, or -1 on failure. Call it before vusb_bus_new().
int vusb_signal_fd(void);
/// Returns the next signal of the signalfd, or 0 if there is none.
int vusb_next_signal(int signal_fd);
/// Starts a program in a process group of its own, with no signal blocked, that is killed when this thread ends. With
/// `no_input` its standard input is empty; with `output_to_error` its standard output goes to standard error. Returns the
/// process id, or the negative errno.
pid_t vusb_spawn(char *const argv[], char *const envp[], bool no_input, bool output_to_error);
/// Returns whether the process has ended; `status` is then its exit status, or 128 + the signal that ended it.
bool vusb_has_ended(pid_t pid, int *status);

/// Creates a folder `base`/virtual-usb.XXXXXX, locked for the lifetime of this process, and removes those of dead
/// processes. Returns its path, which the caller frees, or NULL with errno.
char *vusb_make_tree(const char *base);
/// Removes a folder with its content.
void vusb_remove_tree(const char *path);
#endif
