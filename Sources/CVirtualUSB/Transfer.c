// Transfers of interrupt IN endpoints: what waits, what is delivered, what goes wrong on purpose.
#define _GNU_SOURCE
#include "Internal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void vusb_notify(VUSBBus *bus)
{
    uint64_t one = 1;
    ssize_t written = write(bus->event_fd, &one, sizeof one);
    (void) written; // full means readable, which is all that is asked for
}

void vusb_transfer_free(Transfer *transfer)
{
    g_clear_object(&transfer->buffer);
    g_clear_object(&transfer->urb);
    g_clear_object(&transfer->client);
    g_free(transfer);
}

void vusb_finish(VUSBDevice *device, Transfer *transfer, int status, int actual)
{
    transfer_urb(transfer)->status = status;
    transfer_urb(transfer)->actual_length = actual;
    g_queue_push_tail(&device->done, transfer);
}

static void purge_queue(GQueue *queue)
{
    for (GList *link = queue->head, *next; link; link = next) {
        next = link->next;
        Transfer *transfer = link->data;
        if (umockdev_ioctl_client_get_connected(transfer->client)) continue;
        g_queue_delete_link(queue, link);
        vusb_transfer_free(transfer);
    }
}

// umockdev 0.17.16 tells of a vanished client neither by its signal nor by a property notification; the property itself
// is right. A stale transfer given to the next client wedges that client: the answer goes to the dead socket.
void vusb_purge(VUSBDevice *device)
{
    for (int number = 0; number < device->interface_count; number++) {
        VUSBInterface *interface = &device->interfaces[number];
        purge_queue(&interface->waiting);
        if (interface->owner && !umockdev_ioctl_client_get_connected(interface->owner))
            g_clear_object(&interface->owner);
    }
    purge_queue(&device->done);
    for (guint index = device->clients->len; index-- > 0;) {
        if (!umockdev_ioctl_client_get_connected(g_ptr_array_index(device->clients, index)))
            g_ptr_array_remove_index_fast(device->clients, index);
    }
    vusb_gate_update(device);
}

// A client that is killed while its answer is being written stays "connected" in umockdev 0.17.16: the failed write ends
// its coroutine, and nobody closes the stream. Such clients are kept, as umockdev complains of freeing them.
static void lose_clients(VUSBDevice *device)
{
    vusb_purge(device);
    for (guint index = 0; index < device->clients->len; index++)
        g_ptr_array_add(device->bus->lost, g_object_ref(g_ptr_array_index(device->clients, index)));
    g_ptr_array_set_size(device->clients, 0);
    for (int number = 0; number < device->interface_count; number++) {
        g_queue_clear_full(&device->interfaces[number].waiting, (GDestroyNotify) vusb_transfer_free);
        g_clear_object(&device->interfaces[number].owner);
    }
    g_queue_clear_full(&device->done, (GDestroyNotify) vusb_transfer_free);
    vusb_gate_update(device);
}

void vusb_forget_clients(VUSBBus *bus)
{
    g_mutex_lock(&bus->lock);
    GMainContext *context = bus->context;
    g_mutex_unlock(&bus->lock);
    if (!context) return;
    // What has come in, then its ioctls, then their answers.
    vusb_wait_for_idle(context);
    vusb_wait_for_ioctls(bus);
    vusb_wait_for_idle(context);
    g_mutex_lock(&bus->lock);
    for (int address = FIRST_ADDRESS; address <= LAST_ADDRESS; address++) {
        if (bus->addresses[address].device) lose_clients(bus->addresses[address].device);
    }
    g_mutex_unlock(&bus->lock);
}

// Moves packets into the first waiting transfer until it ends, as a host controller does. False: it wants more.
static bool fill(VUSBInterface *interface, Transfer *transfer)
{
    VUSBDevice *device = interface->device;
    struct usbdevfs_urb *urb = transfer_urb(transfer);
    for (GBytes *packet; (packet = g_queue_pop_head(&interface->packets));) {
        gsize size;
        const void *bytes = g_bytes_get_data(packet, &size);
        int room = urb->buffer_length - transfer->filled;
        int count = (int) size > room ? room : (int) size;
        if (count > 0) memcpy(transfer->buffer->data + transfer->filled, bytes, (size_t) count);
        transfer->filled += count;
        g_bytes_unref(packet);
        if ((int) size > room) {
            vusb_finish(device, transfer, -EOVERFLOW, transfer->filled);
            return true;
        }
        if (size < interface->identity.max_packet || transfer->filled == urb->buffer_length) {
            vusb_finish(device, transfer, 0, transfer->filled);
            return true;
        }
    }
    return false;
}

void vusb_pump(VUSBInterface *interface)
{
    VUSBDevice *device = interface->device;
    vusb_purge(device);
    while (!g_queue_is_empty(&interface->waiting)) {
        Transfer *transfer = g_queue_peek_head(&interface->waiting);
        if (interface->stall_count > 0) interface->halted = true;
        if (interface->halted) {
            vusb_finish(device, transfer, -EPIPE, transfer->filled);
        } else if (interface->fault_count > 0) {
            interface->fault_count -= 1;
            vusb_finish(device, transfer, interface->fault_status, transfer->filled);
        } else if (!fill(interface, transfer)) {
            break;
        }
        g_queue_pop_head(&interface->waiting);
    }
    vusb_gate_update(device);
    vusb_notify(device->bus);
}

void vusb_clear_halt(VUSBInterface *interface)
{
    if (!interface->halted) return;
    interface->halted = false;
    if (interface->stall_count > 0) interface->stall_count -= 1;
}

void vusb_fault(VUSBDevice *device, int number, enum VUSBFault fault, int count)
{
    VUSBInterface *interface = &device->interfaces[number];
    g_mutex_lock(&device->bus->lock);
    if (fault == VUSB_FAULT_STALL) {
        interface->stall_count = count;
    } else {
        interface->fault_status =
            fault == VUSB_FAULT_ERROR ? -EILSEQ : fault == VUSB_FAULT_OVERFLOW ? -EOVERFLOW : -EPROTO;
        interface->fault_count = count;
    }
    vusb_pump(interface);
    g_mutex_unlock(&device->bus->lock);
}

int vusb_queued_transfers(VUSBDevice *device, int number)
{
    g_mutex_lock(&device->bus->lock);
    vusb_purge(device);
    int count = (int) g_queue_get_length(&device->interfaces[number].waiting);
    g_mutex_unlock(&device->bus->lock);
    return count;
}

// Whether no client has a transfer to take back that concerns this interface.
static bool all_taken(VUSBDevice *device, const VUSBInterface *interface)
{
    for (GList *link = device->done.head; link; link = link->next) {
        const Transfer *transfer = link->data;
        if (!transfer->interface || transfer->interface == interface) return false;
    }
    return true;
}

bool vusb_drained(VUSBDevice *device, int number)
{
    VUSBInterface *interface = &device->interfaces[number];
    g_mutex_lock(&device->bus->lock);
    vusb_purge(device);
    Transfer *first = g_queue_peek_head(&interface->waiting);
    bool drained = first && first->filled == 0 && g_queue_is_empty(&interface->reports) &&
        g_queue_is_empty(&interface->packets) && all_taken(device, interface);
    g_mutex_unlock(&device->bus->lock);
    return drained;
}
