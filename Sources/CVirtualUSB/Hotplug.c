// Hotplug messages, device numbers, and the hubs a port path runs through.
#define _GNU_SOURCE
#include "Internal.h"

#include <errno.h>
#include <glob.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

bool vusb_fail(VUSBBus *bus, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(bus->error, sizeof bus->error, format, arguments);
    va_end(arguments);
    return false;
}

// A datagram socket that is connected to a full queue is not writable. No listener: nothing to wait for.
static bool has_room(const char *path, int limit_ms)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof address.sun_path) return true;
    memcpy(address.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return true;
    bool room = true;
    if (connect(fd, (struct sockaddr *) &address, sizeof address) == 0) {
        struct pollfd wait = { .fd = fd, .events = POLLOUT };
        int found;
        do found = poll(&wait, 1, limit_ms);
        while (found < 0 && errno == EINTR);
        room = found != 0;
    }
    close(fd);
    return room;
}

bool vusb_wait_for_listeners(VUSBBus *bus)
{
    g_autofree char *pattern = g_strconcat(bus->root, "/event[0-9]*", NULL);
    glob_t found;
    bool room = true;
    if (glob(pattern, GLOB_NOSORT, NULL, &found) == 0) {
        for (size_t index = 0; index < found.gl_pathc && room; index++)
            room = has_room(found.gl_pathv[index], bus->hotplug_ms);
        globfree(&found);
    }
    return room || vusb_fail(bus, "the command has not read its hotplug messages for %d ms", bus->hotplug_ms);
}

// Frees a device that is unplugged and that no client has open any more; its number can be used again then.
static bool retire(VUSBBus *bus, Address *address)
{
    VUSBDevice *device = address->device;
    g_mutex_lock(&bus->lock);
    vusb_purge(device);
    bool unused = device->gone && device->clients->len == 0;
    if (unused) address->device = NULL;
    g_mutex_unlock(&bus->lock);
    if (!unused) return false;
    g_signal_handlers_disconnect_by_data(device->handler, device);
    umockdev_testbed_detach_ioctl(bus->testbed, device->node, NULL);
    g_autofree char *socket_path = g_strconcat(bus->root, "/ioctl", device->node, NULL);
    unlink(socket_path);
    vusb_device_free(device);
    return true;
}

int vusb_take_address(VUSBBus *bus)
{
    for (int tried = FIRST_ADDRESS; tried <= LAST_ADDRESS; tried++) {
        bus->last_address = bus->last_address >= LAST_ADDRESS ? FIRST_ADDRESS : bus->last_address + 1;
        Address *address = &bus->addresses[bus->last_address];
        if (address->taken && (!address->device || !retire(bus, address))) continue;
        address->taken = true;
        return bus->last_address;
    }
    vusb_fail(bus, "no device number is free: the command keeps too many unplugged devices open");
    return 0;
}

static bool make_hub(VUSBBus *bus, const char *name, const char *parent)
{
    if (g_hash_table_contains(bus->hubs, name)) return true;
    int address = vusb_take_address(bus);
    if (address == 0 || !vusb_wait_for_listeners(bus)) return false;
    g_autofree char *text = g_strdup_printf(
        "P: %s/%s\nN: bus/usb/001/%03d=00\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\n"
        "E: DEVNAME=/dev/bus/usb/001/%03d\nE: BUSNUM=001\nE: DEVNUM=%03d\n"
        "A: busnum=1\\n\nA: devnum=%d\\n\nA: bConfigurationValue=1\\n\nA: speed=480\\n\nA: dev=189:%d\\n\n"
        "H: descriptors=120100020900014009210028100100000001"
        "09021900010100E0320904000001090000000705810301000C\n",
        parent + strlen("/sys"), name, address, address, address, address, address - 1);
    g_autoptr(GError) error = NULL;
    if (!umockdev_testbed_add_from_string(bus->testbed, text, &error))
        return vusb_fail(bus, "hub %s: %s", name, error->message);
    g_hash_table_add(bus->hubs, g_strdup(name));
    return true;
}

bool vusb_make_hubs(VUSBBus *bus, const char *port)
{
    g_autofree char *parent = g_strdup("/sys/devices/pci0000:00/0000:00:14.0/usb1");
    for (const char *dot = strchr(port, '.'); dot; dot = strchr(dot + 1, '.')) {
        g_autofree char *name = g_strdup_printf("1-%.*s", (int) (dot - port), port);
        if (!make_hub(bus, name, parent)) return false;
        char *below = g_strconcat(parent, "/", name, NULL);
        g_free(parent);
        parent = below;
    }
    return true;
}
