// The usbfs ioctls of libusb (linux/usbdevice_fs.h, drivers/usb/core/devio.c), on a thread of their own.
//
// To read from a client is to wait for it, and it may be stopped for a long time. So an ioctl is done in three parts:
// its argument is fetched, then the lock is held while the device changes, then the answer is sent. The device may be
// freed after the answer. Not on libumockdev's thread: umockdev serves the bench's own files there, if they are in the
// dev folder (as shared memory is), and would hold up a plug.
#define _GNU_SOURCE
#include "Internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void answer(UMockdevIoctlClient *client, int error)
{
    umockdev_ioctl_client_complete(client, error ? -1 : 0, error);
}

// Our copy of what the ioctl's argument points to; NULL when the client died under it. Waits for the client.
static UMockdevIoctlData *argument(UMockdevIoctlClient *client, size_t size)
{
    UMockdevIoctlData *pointer = umockdev_ioctl_client_get_arg(client);
    return pointer ? umockdev_ioctl_data_resolve(pointer, 0, size, NULL) : NULL;
}

// How much the argument of an ioctl points to; 0: nothing that is looked at.
static size_t argument_size(unsigned long request)
{
    switch (request) {
    case USBDEVFS_GET_CAPABILITIES: return sizeof(uint32_t);
    case USBDEVFS_GETDRIVER: return sizeof(struct usbdevfs_getdriver);
    case USBDEVFS_IOCTL: return sizeof(struct usbdevfs_ioctl);
    case USBDEVFS_DISCONNECT_CLAIM: return sizeof(struct usbdevfs_disconnect_claim);
    case USBDEVFS_CLAIMINTERFACE:
    case USBDEVFS_RELEASEINTERFACE:
    case USBDEVFS_CLEAR_HALT:
    case USBDEVFS_RESETEP: return sizeof(unsigned int);
    default: return 0;
    }
}

static int get_driver(VUSBDevice *device, struct usbdevfs_getdriver *reply)
{
    VUSBInterface *interface = vusb_interface(device, reply->interface);
    const char *name = interface ? vusb_driver(interface) : NULL;
    if (!name) return -ENODATA;
    g_strlcpy(reply->driver, name, sizeof reply->driver);
    return 0;
}

static int driver_command(VUSBDevice *device, const struct usbdevfs_ioctl *command)
{
    VUSBInterface *interface = vusb_interface(device, (unsigned) command->ifno);
    if (!interface) return -EINVAL;
    if (command->ioctl_code == (int) USBDEVFS_DISCONNECT) return vusb_detach(interface);
    if (command->ioctl_code == (int) USBDEVFS_CONNECT) return vusb_attach(interface);
    return -ENOTTY;
}

static int clear_halt(VUSBDevice *device, UMockdevIoctlClient *client, unsigned endpoint)
{
    VUSBInterface *interface = vusb_interface_of_endpoint(device, (uint8_t) endpoint);
    if (!interface) return -ENOENT;
    int error = vusb_check_claim(interface, client);
    if (error == 0 && (endpoint & ENDPOINT_TO_HOST)) vusb_clear_halt(interface);
    return error;
}

static void clear_halts(VUSBDevice *device)
{
    for (int number = 0; number < device->interface_count; number++) vusb_clear_halt(&device->interfaces[number]);
}

// With the lock: does the ioctl. The result, or minus errno; what `data` holds goes back to the client.
static int perform(VUSBDevice *device, UMockdevIoctlClient *client, unsigned long request, void *data)
{
    const uint32_t capabilities = USBDEVFS_CAP_ZERO_PACKET | USBDEVFS_CAP_BULK_CONTINUATION |
        USBDEVFS_CAP_NO_PACKET_SIZE_LIM | USBDEVFS_CAP_BULK_SCATTER_GATHER | USBDEVFS_CAP_REAP_AFTER_DISCONNECT;
    if (device->gone) return -ENODEV;
    vusb_purge(device);
    switch (request) {
    case USBDEVFS_GET_CAPABILITIES: memcpy(data, &capabilities, sizeof capabilities); return 0;
    case USBDEVFS_GETDRIVER: return get_driver(device, data);
    case USBDEVFS_IOCTL: return driver_command(device, data);
    case USBDEVFS_CLAIMINTERFACE: return vusb_claim(device, *(const unsigned *) data, client);
    case USBDEVFS_DISCONNECT_CLAIM: return vusb_disconnect_claim(device, data, client);
    case USBDEVFS_RELEASEINTERFACE: return vusb_release(device, *(const unsigned *) data, client);
    case USBDEVFS_CLEAR_HALT:
    case USBDEVFS_RESETEP: return clear_halt(device, client, *(const unsigned *) data);
    case USBDEVFS_RESET: clear_halts(device); return 0;
    case USBDEVFS_SETCONFIGURATION:
    case USBDEVFS_SETINTERFACE: return 0;
    default: fprintf(stderr, "virtual-usb: ioctl %#lx is not emulated\n", request); return -ENOTTY;
    }
}

// With the lock: takes a URB. 0 or errno; in the first case the transfer is the device's.
static int accept_transfer(VUSBDevice *device, UMockdevIoctlClient *client, Transfer *transfer)
{
    const struct usbdevfs_urb *urb = transfer_urb(transfer);
    if (device->gone) return ENODEV;
    vusb_purge(device);
    if (urb->type == USBDEVFS_URB_TYPE_CONTROL) {
        if (urb->buffer_length < 8) return EINVAL;
        uint8_t *setup = transfer->buffer->data;
        int error = vusb_check_recipient(device, client, setup);
        if (error) return -error;
        int count = vusb_control(device, setup, setup + 8, urb->buffer_length - 8);
        vusb_finish(device, transfer, count < 0 ? count : 0, MAX(count, 0));
        return 0;
    }
    VUSBInterface *interface = vusb_interface_of_endpoint(device, urb->endpoint);
    if (urb->type != USBDEVFS_URB_TYPE_INTERRUPT || !interface) return ENOENT;
    // The kernel would claim silently and complain in its log; a program that relies on it is wrong.
    if (interface->owner != client || urb->buffer_length == 0) return EINVAL;
    if (urb->endpoint & ENDPOINT_TO_HOST) {
        transfer->interface = interface;
        g_queue_push_tail(&interface->waiting, transfer);
        vusb_pump(interface);
    } else {
        vusb_record(interface, VUSB_INTERRUPT_OUT, 0, transfer->buffer->data, (size_t) urb->buffer_length);
        vusb_finish(device, transfer, 0, urb->buffer_length);
    }
    return 0;
}

static void submit(VUSBDevice *device, UMockdevIoctlClient *client)
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
    g_mutex_lock(&device->bus->lock);
    if (!error) error = accept_transfer(device, client, transfer);
    if (!error) vusb_gate_update(device);
    g_mutex_unlock(&device->bus->lock);
    if (error) vusb_transfer_free(transfer);
    vusb_notify(device->bus);
    answer(client, error);
}

// With the lock: cancels a transfer that waits. 0 or errno.
static int cancel(VUSBDevice *device, UMockdevIoctlClient *client, unsigned long address)
{
    if (device->gone) return ENODEV;
    for (int number = 0; number < device->interface_count; number++) {
        GQueue *waiting = &device->interfaces[number].waiting;
        for (GList *link = waiting->head; link; link = link->next) {
            Transfer *transfer = link->data;
            if (transfer->client != client || transfer->urb->client_addr != address) continue;
            g_queue_delete_link(waiting, link);
            vusb_finish(device, transfer, -ENOENT, transfer->filled);
            vusb_gate_update(device);
            return 0;
        }
    }
    return EINVAL;
}

static void discard(VUSBDevice *device, UMockdevIoctlClient *client)
{
    UMockdevIoctlData *pointer = umockdev_ioctl_client_get_arg(client);
    unsigned long address = 0;
    if (pointer) memcpy(&address, pointer->data, sizeof address);
    g_mutex_lock(&device->bus->lock);
    int error = cancel(device, client, address);
    g_mutex_unlock(&device->bus->lock);
    answer(client, error);
}

// The first transfer that this client can have back.
static GList *find_done(VUSBDevice *device, UMockdevIoctlClient *client)
{
    GList *link = device->done.head;
    while (link && ((Transfer *) link->data)->client != client) link = link->next;
    return link;
}

static void reap(VUSBDevice *device, UMockdevIoctlClient *client)
{
    g_mutex_lock(&device->bus->lock);
    int error = find_done(device, client) ? 0 : device->gone ? ENODEV : EAGAIN;
    g_mutex_unlock(&device->bus->lock);
    if (error) {
        answer(client, error);
        return;
    }
    // The transfer stays in the queue while the client is waited for: until then it has not been taken.
    g_autoptr(UMockdevIoctlData) pointer = argument(client, sizeof(void *));
    g_mutex_lock(&device->bus->lock);
    GList *link = pointer ? find_done(device, client) : NULL;
    Transfer *transfer = link ? link->data : NULL;
    if (link) g_queue_delete_link(&device->done, link);
    vusb_gate_update(device);
    g_mutex_unlock(&device->bus->lock);
    if (transfer) {
        umockdev_ioctl_data_set_ptr(pointer, 0, transfer->urb);
        vusb_transfer_free(transfer);
    }
    vusb_notify(device->bus);
    answer(client, transfer ? 0 : EFAULT);
}

static void do_ioctl(VUSBDevice *device, UMockdevIoctlClient *client)
{
    unsigned long request = umockdev_ioctl_client_get_request(client);
    switch (request) {
    case USBDEVFS_REAPURBNDELAY:
    case USBDEVFS_REAPURB: reap(device, client); return;
    case USBDEVFS_SUBMITURB: submit(device, client); return;
    case USBDEVFS_DISCARDURB: discard(device, client); return;
    default: break;
    }
    size_t size = argument_size(request);
    g_autoptr(UMockdevIoctlData) data = size > 0 ? argument(client, size) : NULL;
    if (size > 0 && !data) {
        answer(client, EFAULT);
        return;
    }
    g_mutex_lock(&device->bus->lock);
    int result = perform(device, client, request, data ? data->data : NULL);
    g_mutex_unlock(&device->bus->lock);
    vusb_notify(device->bus);
    umockdev_ioctl_client_complete(client, result < 0 ? -1 : result, result < 0 ? -result : 0);
}

// An ioctl to be done, or a barrier to be reached.
typedef struct {
    VUSBDevice *device;
    UMockdevIoctlClient *client;
    Barrier *barrier;
} Job;

static gpointer do_jobs(gpointer queue)
{
    while (true) {
        Job *job = g_async_queue_pop(queue);
        if (job->barrier) vusb_barrier_reach(job->barrier);
        else do_ioctl(job->device, job->client);
        g_clear_object(&job->client);
        g_free(job);
    }
    return NULL;
}

void vusb_start_ioctls(VUSBBus *bus)
{
    bus->ioctls = g_async_queue_new();
    g_thread_unref(g_thread_new("ioctls", do_jobs, bus->ioctls));
}

gboolean vusb_on_ioctl(UMockdevIoctlBase *handler, UMockdevIoctlClient *client, VUSBDevice *device)
{
    (void) handler;
    Job *job = g_new0(Job, 1);
    job->device = device;
    job->client = g_object_ref(client);
    g_async_queue_push(device->bus->ioctls, job);
    return TRUE;
}

void vusb_wait_for_ioctls(VUSBBus *bus)
{
    Barrier barrier;
    vusb_barrier_init(&barrier);
    Job *job = g_new0(Job, 1);
    job->barrier = &barrier;
    g_async_queue_push(bus->ioctls, job);
    vusb_barrier_wait(&barrier);
}
