// Who has an interface: usbhid, a process by usbfs, or nobody (drivers/usb/core/devio.c). All results: 0 or more, or
// minus errno.
#define _GNU_SOURCE
#include "Internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { RECIPIENT_MASK = 0x1F, RECIPIENT_INTERFACE = 1, RECIPIENT_ENDPOINT = 2, TYPE_MASK = 0x60, TYPE_VENDOR = 0x40 };

const char *vusb_driver(const VUSBInterface *interface)
{
    if (interface->identity.busy || interface->owner) return "usbfs";
    return interface->kernel_driver ? "usbhid" : NULL;
}

int vusb_detach(VUSBInterface *interface)
{
    if (!interface->kernel_driver) return -ENODATA;
    vusb_set_kernel_driver(interface, false);
    interface->was_detached = true;
    return 0;
}

int vusb_attach(VUSBInterface *interface)
{
    if (vusb_driver(interface)) return -EBUSY;
    // No other driver of the kernel is here, and usbhid wants none but its own class.
    if (interface->identity.interface_class != CLASS_HID) return 0;
    vusb_set_kernel_driver(interface, true);
    return 1;
}

static int claim(VUSBInterface *interface, UMockdevIoctlClient *client)
{
    if (interface->owner == client) return 0;
    if (vusb_driver(interface)) return -EBUSY;
    g_set_object(&interface->owner, client);
    return 0;
}

int vusb_claim(VUSBDevice *device, unsigned number, UMockdevIoctlClient *client)
{
    VUSBInterface *interface = vusb_interface(device, number);
    return interface ? claim(interface, client) : -ENOENT;
}

int vusb_release(VUSBDevice *device, unsigned number, UMockdevIoctlClient *client)
{
    VUSBInterface *interface = vusb_interface(device, number);
    if (!interface || interface->owner != client) return -EINVAL;
    g_clear_object(&interface->owner);
    return 0;
}

// One ioctl for both, with a condition on the driver that is thrown out. "usbfs" is a driver like any other here, even
// if it is bound for the one who asks.
int vusb_disconnect_claim(
    VUSBDevice *device, const struct usbdevfs_disconnect_claim *wish, UMockdevIoctlClient *client)
{
    VUSBInterface *interface = vusb_interface(device, wish->interface);
    if (!interface) return -EINVAL;
    const char *name = vusb_driver(interface);
    if (name) {
        bool same = strncmp(name, wish->driver, sizeof wish->driver) == 0;
        if ((wish->flags & USBDEVFS_DISCONNECT_CLAIM_IF_DRIVER) && !same) return -EBUSY;
        if ((wish->flags & USBDEVFS_DISCONNECT_CLAIM_EXCEPT_DRIVER) && same) return -EBUSY;
        if (interface->kernel_driver) interface->was_detached = true;
        vusb_set_kernel_driver(interface, false);
        interface->identity.busy = false;
        g_clear_object(&interface->owner);
    }
    return claim(interface, client);
}

int vusb_check_claim(VUSBInterface *interface, UMockdevIoctlClient *client)
{
    if (interface->owner == client) return 0;
    int error = claim(interface, client);
    // As the kernel says it in its log.
    if (error == 0)
        fprintf(
            stderr, "virtual-usb: usb %s: usbfs: the command did not claim interface %d before use\n",
            strrchr(interface->device->syspath, '/') + 1, interface->number);
    return error;
}

int vusb_check_recipient(VUSBDevice *device, UMockdevIoctlClient *client, const uint8_t *setup)
{
    if ((setup[0] & TYPE_MASK) == TYPE_VENDOR) return 0;
    VUSBInterface *interface;
    switch (setup[0] & RECIPIENT_MASK) {
    case RECIPIENT_INTERFACE: interface = vusb_interface(device, setup[4]); break;
    case RECIPIENT_ENDPOINT:
        if ((setup[4] & ~ENDPOINT_TO_HOST) == 0) return 0;
        interface = vusb_interface_of_endpoint(device, setup[4]);
        break;
    default: return 0;
    }
    return interface ? vusb_check_claim(interface, client) : -ENOENT;
}

bool vusb_reattached(VUSBDevice *device, int number)
{
    const VUSBInterface *interface = &device->interfaces[number];
    g_mutex_lock(&device->bus->lock);
    bool reattached = interface->was_detached && interface->kernel_driver;
    g_mutex_unlock(&device->bus->lock);
    return reattached;
}

void vusb_release_busy(VUSBDevice *device, int number)
{
    VUSBInterface *interface = &device->interfaces[number];
    g_mutex_lock(&device->bus->lock);
    if (interface->identity.busy && interface->identity.interface_class == CLASS_HID)
        vusb_set_kernel_driver(interface, true);
    interface->identity.busy = false;
    g_mutex_unlock(&device->bus->lock);
}
