// The bus, and devices that come and go.
#define _GNU_SOURCE
#include "Internal.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

bool vusb_preload_active(void)
{
    void *library = dlopen("libumockdev-preload.so.0", RTLD_LAZY | RTLD_NOLOAD);
    if (library) dlclose(library);
    return library != NULL;
}

VUSBBus *vusb_bus_new(int hotplug_ms)
{
    VUSBBus *bus = g_new0(VUSBBus, 1);
    g_mutex_init(&bus->lock);
    g_cond_init(&bus->pace);
    bus->hotplug_ms = hotplug_ms;
    bus->last_address = FIRST_ADDRESS - 1;
    bus->hubs = g_hash_table_new(g_str_hash, g_str_equal);
    bus->lost = g_ptr_array_new();
    bus->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    bus->testbed = umockdev_testbed_new();
    bus->root = umockdev_testbed_get_root_dir(bus->testbed);
    // The root hub (1d6b:0002): libusb finds ports by the names of the parents.
    bool added = umockdev_testbed_add_from_string(
        bus->testbed,
        "P: /devices/pci0000:00/0000:00:14.0/usb1\nN: bus/usb/001/001=00\n"
        "E: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\nE: DEVNAME=/dev/bus/usb/001/001\nE: BUSNUM=001\nE: DEVNUM=001\n"
        "A: busnum=1\\n\nA: devnum=1\\n\nA: bConfigurationValue=1\\n\nA: speed=480\\n\nA: dev=189:0\\n\n"
        "H: descriptors=12010002090001406B1D020006000302010109021900010100E0000904000001090000000705810304000C\n",
        NULL);
    if (!added || bus->event_fd < 0) return NULL;
    vusb_start_pace(bus);
    vusb_start_ioctls(bus);
    return bus;
}

const char *vusb_error(VUSBBus *bus) { return bus->error; }
int vusb_event_fd(VUSBBus *bus) { return bus->event_fd; }

void vusb_clear_event(VUSBBus *bus)
{
    uint64_t count;
    ssize_t got = read(bus->event_fd, &count, sizeof count);
    (void) got;
}

VUSBDevice *vusb_device_new(VUSBBus *bus, VUSBIdentity identity)
{
    VUSBDevice *device = g_new0(VUSBDevice, 1);
    device->bus = bus;
    device->identity = identity;
    device->fifo = -1;
    device->clients = g_ptr_array_new_with_free_func(g_object_unref);
    g_queue_init(&device->done);
    return device;
}

bool vusb_device_set_string(VUSBDevice *device, enum VUSBString which, const char *text)
{
    glong units = 0;
    g_autofree gunichar2 *wide = g_utf8_to_utf16(text, -1, NULL, &units, NULL);
    if (!wide || units > 126) return vusb_fail(device->bus, "a string has at most 126 UTF-16 units");
    GArray *bytes = g_array_new(FALSE, FALSE, 1);
    for (glong index = 0; index < units; index++) {
        const guint8 pair[] = { (guint8) (wide[index] & 0xFF), (guint8) (wide[index] >> 8) };
        g_array_append_vals(bytes, pair, sizeof pair);
    }
    if (device->strings[which]) g_array_free(device->strings[which], TRUE);
    g_free(device->texts[which]);
    device->strings[which] = bytes;
    device->texts[which] = g_strdup(text);
    return true;
}

bool vusb_device_add_interface(
    VUSBDevice *device, VUSBInterfaceIdentity identity, const uint8_t *report_descriptor, size_t count)
{
    if (device->interface_count >= VUSB_MAX_INTERFACES)
        return vusb_fail(device->bus, "a device has at most %d interfaces", VUSB_MAX_INTERFACES);
    if (count > VUSB_MAX_DESCRIPTOR)
        return vusb_fail(device->bus, "a report descriptor has at most %d bytes", VUSB_MAX_DESCRIPTOR);
    VUSBInterface *interface = &device->interfaces[device->interface_count];
    interface->device = device;
    interface->number = device->interface_count++;
    interface->identity = identity;
    interface->identity.max_packet = CLAMP(identity.max_packet, 1, 1024);
    interface->kernel_driver = !identity.busy && identity.interface_class == CLASS_HID;
    interface->report_descriptor = g_bytes_new(report_descriptor, count);
    g_queue_init(&interface->waiting);
    g_queue_init(&interface->reports);
    g_queue_init(&interface->packets);
    g_queue_init(&interface->written);
    return true;
}

static void clear_interface(VUSBInterface *interface)
{
    g_queue_clear_full(&interface->waiting, (GDestroyNotify) vusb_transfer_free);
    g_queue_clear_full(&interface->reports, (GDestroyNotify) vusb_report_free);
    g_queue_clear_full(&interface->packets, (GDestroyNotify) g_bytes_unref);
    g_queue_clear_full(&interface->written, (GDestroyNotify) vusb_written_free);
    g_clear_object(&interface->owner);
    g_bytes_unref(interface->report_descriptor);
}

void vusb_device_free(VUSBDevice *device)
{
    vusb_gate_close(device);
    g_queue_clear_full(&device->done, (GDestroyNotify) vusb_transfer_free);
    for (int number = 0; number < device->interface_count; number++) clear_interface(&device->interfaces[number]);
    g_clear_object(&device->handler);
    g_ptr_array_unref(device->clients);
    for (int index = 0; index < STRING_COUNT; index++) {
        if (device->strings[index]) g_array_free(device->strings[index], TRUE);
        g_free(device->texts[index]);
    }
    g_free(device);
}

static void on_client(UMockdevIoctlBase *handler, UMockdevIoctlClient *client, VUSBDevice *device)
{
    (void) handler;
    g_mutex_lock(&device->bus->lock);
    if (!device->bus->context) device->bus->context = g_main_context_ref_thread_default();
    g_ptr_array_add(device->clients, g_object_ref(client));
    vusb_purge(device);
    g_mutex_unlock(&device->bus->lock);
}

static void append_hex(GString *text, const uint8_t *bytes, size_t count)
{
    for (size_t index = 0; index < count; index++) g_string_append_printf(text, "%02X", bytes[index]);
}

// What sysfs says of the device, in umockdev's format.
static char *sysfs_text(VUSBDevice *device)
{
    static const char *const attributes[STRING_COUNT] = { NULL, "manufacturer", "product", "serial" };
    const VUSBIdentity *id = &device->identity;
    GString *text = g_string_new(NULL);
    g_string_append_printf(
        text,
        "P: %s\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\nE: DEVNAME=%s\nE: BUSNUM=001\nE: DEVNUM=%03d\n"
        "E: PRODUCT=%x/%x/%x\nE: ID_VENDOR_ID=%04x\nE: ID_MODEL_ID=%04x\n"
        "A: busnum=1\\n\nA: devnum=%d\\n\nA: bConfigurationValue=1\\n\nA: speed=12\\n\nA: dev=189:%d\\n\n"
        "A: idVendor=%04x\\n\nA: idProduct=%04x\\n\nA: bcdDevice=%04x\\n\n",
        device->syspath + strlen("/sys"), device->node, device->address, id->vendor, id->product, id->release,
        id->vendor, id->product, device->address, device->address - 1, id->vendor, id->product, id->release);
    for (int index = VUSB_MANUFACTURER; index < STRING_COUNT; index++) {
        if (!device->texts[index] || id->strings_stall) continue;
        g_autofree char *escaped = g_strescape(device->texts[index], NULL);
        g_string_append_printf(text, "A: %s=%s\\n\n", attributes[index], escaped);
    }
    uint8_t descriptors[VUSB_MOST_DESCRIPTORS];
    size_t size = vusb_device_descriptor(device, descriptors);
    size += vusb_configuration_descriptor(device, descriptors + size);
    g_string_append(text, "H: descriptors=");
    append_hex(text, descriptors, size);
    g_string_append_c(text, '\n');
    for (int number = 0; number < device->interface_count; number++) {
        const VUSBInterface *interface = &device->interfaces[number];
        if (!interface->kernel_driver) continue;
        g_autofree char *folder = vusb_hid_folder(interface);
        g_string_append_printf(text, "H: %s/report_descriptor=", folder);
        append_hex(
            text, g_bytes_get_data(interface->report_descriptor, NULL), g_bytes_get_size(interface->report_descriptor));
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, FALSE);
}

// The folder of the device in sysfs: hubs are folders above it.
static void name_paths(VUSBDevice *device, const char *port)
{
    GString *path = g_string_new("/sys/devices/pci0000:00/0000:00:14.0/usb1");
    for (const char *dot = strchr(port, '.'); dot; dot = strchr(dot + 1, '.'))
        g_string_append_printf(path, "/1-%.*s", (int) (dot - port), port);
    g_string_append_printf(path, "/1-%s", port);
    g_strlcpy(device->syspath, path->str, sizeof device->syspath);
    g_string_free(path, TRUE);
    snprintf(device->node, sizeof device->node, "/dev/bus/usb/001/%03d", device->address);
}

// Order: ioctl socket, node, then sysfs, which ends with the "add" message: a client may open the device at once.
static bool add(VUSBDevice *device)
{
    VUSBBus *bus = device->bus;
    g_autoptr(GError) error = NULL;
    device->handler = umockdev_ioctl_base_new();
    g_signal_connect(device->handler, "handle-ioctl", G_CALLBACK(vusb_on_ioctl), device);
    g_signal_connect(device->handler, "client-connected", G_CALLBACK(on_client), device);
    if (!umockdev_testbed_attach_ioctl(bus->testbed, device->node, device->handler, &error))
        return vusb_fail(bus, "%s: %s", device->node, error->message);
    g_autofree char *path = g_strconcat(bus->root, device->node, NULL);
    if (!vusb_gate_open(device, path)) return vusb_fail(bus, "%s: %s", path, strerror(errno));
    if (!vusb_wait_for_listeners(bus)) return false;
    g_autofree char *text = sysfs_text(device);
    if (!umockdev_testbed_add_from_string(bus->testbed, text, &error))
        return vusb_fail(bus, "%s: %s", device->syspath, error->message);
    return true;
}

bool vusb_plug(VUSBDevice *device, const char *port)
{
    VUSBBus *bus = device->bus;
    bool possible = strlen(port) <= 24 || vusb_fail(bus, "the port path is too long");
    if (possible && bus->plugged >= VUSB_MAX_PLUGGED)
        possible = vusb_fail(bus, "at most %d devices can be plugged at once", VUSB_MAX_PLUGGED);
    if (!possible || !vusb_make_hubs(bus, port) || (device->address = vusb_take_address(bus)) == 0) {
        vusb_device_free(device);
        return false;
    }
    name_paths(device, port);
    g_mutex_lock(&bus->lock);
    bus->addresses[device->address].device = device;
    g_mutex_unlock(&bus->lock);
    if (!add(device)) {
        g_mutex_lock(&bus->lock);
        device->gone = true; // freed when its number is used again
        g_mutex_unlock(&bus->lock);
        return false;
    }
    bus->plugged += 1;
    return true;
}

bool vusb_unplug(VUSBDevice *device)
{
    VUSBBus *bus = device->bus;
    g_mutex_lock(&bus->lock);
    vusb_purge(device);
    device->gone = true;
    for (int number = 0; number < device->interface_count; number++) {
        VUSBInterface *interface = &device->interfaces[number];
        for (Transfer *transfer; (transfer = g_queue_pop_head(&interface->waiting));)
            vusb_finish(device, transfer, -ESHUTDOWN, transfer->filled);
        g_queue_clear_full(&interface->reports, (GDestroyNotify) vusb_report_free);
        g_queue_clear_full(&interface->packets, (GDestroyNotify) g_bytes_unref);
        g_clear_object(&interface->owner);
    }
    vusb_gate_update(device);
    g_mutex_unlock(&bus->lock);

    // The message needs the sysfs entry. The ioctl handler stays: a client that loses its socket is aborted.
    bool told = vusb_wait_for_listeners(bus);
    if (told) umockdev_testbed_uevent(bus->testbed, device->syspath, "remove");
    umockdev_testbed_remove_device(bus->testbed, device->syspath);
    g_autofree char *path = g_strconcat(bus->root, device->node, NULL);
    unlink(path);
    // umockdev 0.17.16 takes the line's end in "dev" for a part of this link's name, leaves the link, and aborts when a
    // later device has the same number.
    g_autofree char *link = g_strdup_printf("%s/sys/dev/char/189:%d", bus->root, device->address - 1);
    unlink(link);
    bus->plugged -= 1;
    return told;
}
