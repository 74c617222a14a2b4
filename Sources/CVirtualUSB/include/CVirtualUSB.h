// An emulated USB bus with HID scanners for the real, unmodified libusb, on top of libumockdev 0.17.16.
//
// A program started with the bus's environment (UMOCKDEV_DIR and the preload library) sees the devices in sysfs, gets
// their hotplug messages, and its usbfs ioctls are answered here, on a thread of the bus. Every call below may be
// made from one other thread, the caller's; nothing calls back. vusb_event_fd() becomes readable when a waiting
// condition may have changed.
//
// Calls that can fail return false (or NULL) and leave a sentence in vusb_error(); none of them ends the process.
#ifndef CVIRTUALUSB_H
#define CVIRTUALUSB_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct VUSBBus VUSBBus;
typedef struct VUSBDevice VUSBDevice;
typedef struct VUSBInterface VUSBInterface;

/// The most devices that may be plugged at once: umockdev 0.17.16 aborts a client that opens more than 50.
enum { VUSB_MAX_PLUGGED = 48 };
/// The longest HID report descriptor and the longest report.
enum { VUSB_MAX_DESCRIPTOR = 4096, VUSB_MAX_REPORT = 4096 };
/// The most interfaces of a device.
enum { VUSB_MAX_INTERFACES = 8 };

/// Which string of the device descriptor.
enum VUSBString { VUSB_MANUFACTURER = 1, VUSB_PRODUCT = 2, VUSB_SERIAL = 3 };

/// What the descriptors of a device say; numbers as in USB 2.0 chapter 9 and HID 1.11 section 6.
typedef struct {
    uint16_t vendor, product, release;
    bool strings_stall; ///< the descriptor names strings, but asking for one stalls
} VUSBIdentity;

/// What the descriptors of an interface say. usbhid is bound to it if its class is HID, 3.
typedef struct {
    uint8_t interface_class, subclass, protocol;
    uint16_t max_packet; ///< of its endpoints, 1...1024
    bool has_out;        ///< it has an interrupt OUT endpoint beside the IN endpoint
    bool busy;           ///< another process has claimed it
} VUSBInterfaceIdentity;

/// What happens to the next transfers on the interrupt IN endpoint.
enum VUSBFault {
    VUSB_FAULT_STALL,    ///< the endpoint halts: every transfer ends with EPIPE until the host clears the halt
    VUSB_FAULT_ERROR,    ///< EILSEQ
    VUSB_FAULT_PROTOCOL, ///< EPROTO
    VUSB_FAULT_OVERFLOW, ///< EOVERFLOW
};

// -- The bus ------------------------------------------------------------------------------------------------------

/// Whether the preload library of umockdev is loaded in this process; without it no hotplug message is sent.
bool vusb_preload_active(void);
/// A testbed below $TMPDIR with one root hub; sets UMOCKDEV_DIR. One for each process, never freed: the process ends
/// with it, and vusb_remove_tree() takes the folder away. `hotplug_ms`: how long a client may leave its hotplug
/// messages unread. NULL when out of descriptors.
VUSBBus *vusb_bus_new(int hotplug_ms);
/// Why the last call failed; valid until the next call.
const char *vusb_error(VUSBBus *bus);
/// An eventfd: readable after a change; vusb_clear_event() before the conditions are looked at.
int vusb_event_fd(VUSBBus *bus);
void vusb_clear_event(VUSBBus *bus);
/// To be called when the client process has ended, before another one starts: waits until everything it sent has been
/// dealt with, then drops its handles, transfers and claims.
void vusb_forget_clients(VUSBBus *bus);

// -- A device -----------------------------------------------------------------------------------------------------

/// A device that is not plugged yet, without an interface.
VUSBDevice *vusb_device_new(VUSBBus *bus, VUSBIdentity identity);
/// Gives the device a string (UTF-8, at most 126 UTF-16 units). Without it the descriptor names no string there.
bool vusb_device_set_string(VUSBDevice *device, enum VUSBString which, const char *text);
/// Gives the device its next interface, with the endpoints 0x81 and 0x01, 0x82 and 0x02, and so on, and with a HID report
/// descriptor of at most VUSB_MAX_DESCRIPTOR bytes. The functions below know it by its number, counted from 0; the number
/// must be right.
bool vusb_device_add_interface(
    VUSBDevice *device, VUSBInterfaceIdentity identity, const uint8_t *report_descriptor, size_t count);
/// Frees a device that was never plugged.
void vusb_device_free(VUSBDevice *device);

/// Plugs the device in at `port` of bus 1: "3", or "4.2" for port 2 of a hub in port 4 (the hub is made and stays).
/// Takes a new device number, as the kernel does. The caller must not have another device at that port. On failure the
/// device must not be used any more.
bool vusb_plug(VUSBDevice *device, const char *port);
/// Pulls the plug: transfers end with ESHUTDOWN, reports not yet sent or delivered are lost, every ioctl says ENODEV, the
/// hotplug message goes out. The device must not be used afterwards.
bool vusb_unplug(VUSBDevice *device);

/// Queues one input report (with its id, if the descriptor uses ids). It is sent, on a thread of the bus, `gap_us`
/// microseconds after the report before it; `at_once`: without the gap if no report waits to be sent. It is sent in
/// packets of `max_packet`, and as on a real bus a transfer ends with a short packet or a full buffer, and one packet
/// beyond the buffer is an overflow.
bool vusb_report(VUSBDevice *device, int interface, const uint8_t *bytes, size_t count, int64_t gap_us, bool at_once);
/// Arms a fault for the next `count` transfers (for a stall: it takes `count` times to clear the halt).
void vusb_fault(VUSBDevice *device, int interface, enum VUSBFault fault, int count);
/// The other process gives the interface up, and usbhid has it again.
void vusb_release_busy(VUSBDevice *device, int interface);

/// How many interrupt IN transfers a client has submitted and not got back.
int vusb_queued_transfers(VUSBDevice *device, int interface);
/// Whether every report has been sent.
bool vusb_sent(VUSBDevice *device, int interface);
/// Whether every report has been sent, and a client has taken them and has its next interrupt IN transfer queued.
bool vusb_drained(VUSBDevice *device, int interface);
/// Whether a client has taken the interface from usbhid and given it back.
bool vusb_reattached(VUSBDevice *device, int interface);

/// What the host sends: control requests of the HID class (HID 1.11 section 7.2), or transfers on the OUT endpoint (with
/// a wValue of 0).
enum VUSBRequest {
    VUSB_INTERRUPT_OUT = 0x00, VUSB_SET_REPORT = 0x09, VUSB_SET_IDLE = 0x0A, VUSB_SET_PROTOCOL = 0x0B,
};
/// Whether such a request has arrived since the plug (or since the one found last): the first whose bytes equal `bytes`
/// (NULL: any), and whose wValue equals `value` under `mask`. The record is emptied up to and with the one found.
bool vusb_take_written(
    VUSBDevice *device, int interface, enum VUSBRequest request, uint16_t value, uint16_t mask, const uint8_t *bytes,
    size_t count);

// -- Processes ----------------------------------------------------------------------------------------------------

/// Blocks SIGINT, SIGTERM, SIGHUP, SIGCHLD and SIGPIPE in this thread and those it starts, and returns a signalfd for
/// the first four; -1 on failure. To be called before vusb_bus_new().
int vusb_signal_fd(void);
/// The next signal that waits on the signalfd, 0 when there is none.
int vusb_next_signal(int signal_fd);
/// Starts a program in a process group of its own, with no signal blocked, that is killed when this thread ends.
/// `no_input`: its standard input is empty. `output_to_error`: what it writes to standard output goes to standard error.
/// Returns the pid, or minus errno when it cannot be started.
pid_t vusb_spawn(char *const argv[], char *const envp[], bool no_input, bool output_to_error);
/// Whether the process has ended; then `status` is its exit status, or 128 + the signal that ended it.
bool vusb_has_ended(pid_t pid, int *status);

/// Makes a folder `base`/virtual-usb.XXXXXX, locked for as long as this process lives, and removes those of processes
/// that died without doing so. Returns its path (to be freed), NULL with errno on failure.
char *vusb_make_tree(const char *base);
/// Removes a folder with all that is below it.
void vusb_remove_tree(const char *path);
#endif
