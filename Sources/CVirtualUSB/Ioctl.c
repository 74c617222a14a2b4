// The usbfs ioctls of libusb (linux/usbdevice_fs.h, drivers/usb/core/devio.c), on libumockdev's thread.
#define _GNU_SOURCE
#include "Internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static gboolean answer(UMockdevIoctlClient *client, int error)
{
    umockdev_ioctl_client_complete(client, error ? -1 : 0, error);
    return TRUE;
}

// Our copy of what the ioctl's argument points to; NULL when the client died under it.
static UMockdevIoctlData *argument(UMockdevIoctlClient *client, size_t size)
{
    UMockdevIoctlData *pointer = umockdev_ioctl_client_get_arg(client);
    return pointer ? umockdev_ioctl_data_resolve(pointer, 0, size, NULL) : NULL;
}

static gboolean capabilities(UMockdevIoctlClient *client)
{
    g_autoptr(UMockdevIoctlData) data = argument(client, sizeof(uint32_t));
    if (!data) return answer(client, EFAULT);
    uint32_t bits = USBDEVFS_CAP_ZERO_PACKET | USBDEVFS_CAP_BULK_CONTINUATION | USBDEVFS_CAP_NO_PACKET_SIZE_LIM |
        USBDEVFS_CAP_BULK_SCATTER_GATHER | USBDEVFS_CAP_REAP_AFTER_DISCONNECT;
    memcpy(data->data, &bits, sizeof bits);
    return answer(client, 0);
}

// Which driver has the interface: "usbhid", "usbfs" (a process), or NULL.
static const char *driver(VUSBDevice *device)
{
    if (device->identity.busy || device->owner) return "usbfs";
    return device->kernel_driver ? "usbhid" : NULL;
}

static gboolean get_driver(VUSBDevice *device, UMockdevIoctlClient *client)
{
    const char *name = driver(device);
    if (!name) return answer(client, ENODATA);
    g_autoptr(UMockdevIoctlData) data = argument(client, sizeof(struct usbdevfs_getdriver));
    if (!data) return answer(client, EFAULT);
    struct usbdevfs_getdriver *reply = (void *) data->data;
    g_strlcpy(reply->driver, name, sizeof reply->driver);
    return answer(client, 0);
}

static gboolean driver_command(VUSBDevice *device, UMockdevIoctlClient *client)
{
    g_autoptr(UMockdevIoctlData) data = argument(client, sizeof(struct usbdevfs_ioctl));
    if (!data) return answer(client, EFAULT);
    const struct usbdevfs_ioctl *command = (const void *) data->data;
    if (command->ioctl_code == (int) USBDEVFS_DISCONNECT) {
        if (!device->kernel_driver) return answer(client, ENODATA);
        device->kernel_driver = false;
        device->was_detached = true;
        return answer(client, 0);
    }
    if (command->ioctl_code == (int) USBDEVFS_CONNECT) {
        if (driver(device)) return answer(client, EBUSY);
        device->kernel_driver = true;
        vusb_notify(device->bus);
        umockdev_ioctl_client_complete(client, 1, 0);
        return TRUE;
    }
    return answer(client, ENOTTY);
}

static gboolean claim(VUSBDevice *device, UMockdevIoctlClient *client)
{
    if (device->identity.busy || device->kernel_driver) return answer(client, EBUSY);
    if (device->owner && device->owner != client) return answer(client, EBUSY);
    g_set_object(&device->owner, client);
    return answer(client, 0);
}

// One ioctl for both, with a condition on the driver that is thrown out.
static gboolean disconnect_claim(VUSBDevice *device, UMockdevIoctlClient *client)
{
    g_autoptr(UMockdevIoctlData) data = argument(client, sizeof(struct usbdevfs_disconnect_claim));
    if (!data) return answer(client, EFAULT);
    const struct usbdevfs_disconnect_claim *wish = (const void *) data->data;
    const char *name = driver(device);
    bool same = name && strncmp(name, wish->driver, sizeof wish->driver) == 0;
    if (name && (wish->flags & USBDEVFS_DISCONNECT_CLAIM_IF_DRIVER) && !same) return answer(client, EBUSY);
    if (name && (wish->flags & USBDEVFS_DISCONNECT_CLAIM_EXCEPT_DRIVER) && same && device->owner != client)
        return answer(client, EBUSY);
    if (device->kernel_driver) device->was_detached = true;
    device->kernel_driver = false;
    return claim(device, client);
}

static gboolean release(VUSBDevice *device, UMockdevIoctlClient *client)
{
    if (device->owner != client) return answer(client, EINVAL);
    g_clear_object(&device->owner);
    return answer(client, 0);
}

static gboolean submit(VUSBDevice *device, UMockdevIoctlClient *client)
{
    Transfer *transfer = g_new0(Transfer, 1);
    transfer->client = g_object_ref(client);
    transfer->urb = argument(client, sizeof(struct usbdevfs_urb));
    int error = 0, size = transfer->urb ? transfer_urb(transfer)->buffer_length : 0;
    if (!transfer->urb) error = EFAULT;
    else if (size < 0 || size > 65536) error = EINVAL;
    else if (size > 0) {
        transfer->buffer = umockdev_ioctl_data_resolve(
            transfer->urb, G_STRUCT_OFFSET(struct usbdevfs_urb, buffer), (size_t) size, NULL);
        if (!transfer->buffer) error = EFAULT;
    }
    if (!error && transfer_urb(transfer)->type == USBDEVFS_URB_TYPE_CONTROL) {
        if (size < 8) error = EINVAL;
        else {
            int count = vusb_control(device, transfer->buffer->data, transfer->buffer->data + 8, size - 8);
            vusb_finish(device, transfer, count < 0 ? count : 0, MAX(count, 0));
        }
    } else if (!error && transfer_urb(transfer)->type == USBDEVFS_URB_TYPE_INTERRUPT &&
        transfer_urb(transfer)->endpoint == ENDPOINT_IN) {
        // The kernel would claim silently and complain in its log; a program that relies on it is wrong.
        if (device->owner != client || size == 0) error = EINVAL;
        else g_queue_push_tail(&device->waiting, transfer);
    } else if (!error) {
        error = ENOENT;
    }
    if (error) vusb_transfer_free(transfer);
    // Asynchronous: the client has its answer only after this handler returned, so pumping now is in time.
    answer(client, error);
    if (!error) vusb_pump(device);
    return TRUE;
}

static gboolean discard(VUSBDevice *device, UMockdevIoctlClient *client)
{
    UMockdevIoctlData *pointer = umockdev_ioctl_client_get_arg(client);
    unsigned long address = 0;
    if (pointer) memcpy(&address, pointer->data, sizeof address);
    for (GList *link = device->waiting.head; link; link = link->next) {
        Transfer *transfer = link->data;
        if (transfer->client != client || transfer->urb->client_addr != address) continue;
        g_queue_delete_link(&device->waiting, link);
        vusb_finish(device, transfer, -ENOENT, transfer->filled);
        answer(client, 0);
        vusb_gate_update(device);
        return TRUE;
    }
    return answer(client, EINVAL);
}

static gboolean reap(VUSBDevice *device, UMockdevIoctlClient *client)
{
    GList *link = device->done.head;
    while (link && ((Transfer *) link->data)->client != client) link = link->next;
    if (!link) return answer(client, device->gone ? ENODEV : EAGAIN);
    Transfer *transfer = link->data;
    g_queue_delete_link(&device->done, link);
    g_autoptr(UMockdevIoctlData) pointer = argument(client, sizeof(void *));
    if (pointer) umockdev_ioctl_data_set_ptr(pointer, 0, transfer->urb);
    answer(client, pointer ? 0 : EFAULT);
    vusb_gate_update(device);
    vusb_transfer_free(transfer);
    vusb_notify(device->bus);
    return TRUE;
}

static gboolean handle(VUSBDevice *device, UMockdevIoctlClient *client, unsigned long request)
{
    if (request == USBDEVFS_REAPURBNDELAY || request == USBDEVFS_REAPURB) return reap(device, client);
    if (device->gone) return answer(client, ENODEV);
    switch (request) {
    case USBDEVFS_GET_CAPABILITIES: return capabilities(client);
    case USBDEVFS_GETDRIVER: return get_driver(device, client);
    case USBDEVFS_IOCTL: return driver_command(device, client);
    case USBDEVFS_CLAIMINTERFACE: vusb_purge(device); return claim(device, client);
    case USBDEVFS_DISCONNECT_CLAIM: vusb_purge(device); return disconnect_claim(device, client);
    case USBDEVFS_RELEASEINTERFACE: return release(device, client);
    case USBDEVFS_SUBMITURB: return submit(device, client);
    case USBDEVFS_DISCARDURB: return discard(device, client);
    case USBDEVFS_CLEAR_HALT:
    case USBDEVFS_RESETEP:
    case USBDEVFS_RESET: vusb_clear_halt(device); return answer(client, 0);
    case USBDEVFS_SETCONFIGURATION:
    case USBDEVFS_SETINTERFACE: return answer(client, 0);
    default: fprintf(stderr, "virtual-usb: ioctl %#lx is not emulated\n", request); return answer(client, ENOTTY);
    }
}

gboolean vusb_on_ioctl(UMockdevIoctlBase *handler, UMockdevIoctlClient *client, VUSBDevice *device)
{
    (void) handler;
    g_mutex_lock(&device->bus->lock);
    gboolean handled = handle(device, client, umockdev_ioctl_client_get_request(client));
    g_mutex_unlock(&device->bus->lock);
    return handled;
}
