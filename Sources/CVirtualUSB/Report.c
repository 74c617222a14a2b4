// Input reports on their way from the scanner to the bus, each at its time.
#define _GNU_SOURCE
#include "Internal.h"

void vusb_report_free(Report *report)
{
    g_bytes_unref(report->bytes);
    g_free(report);
}

// Cuts a report into packets.
static void send_report(VUSBInterface *interface, Report *report)
{
    gsize count;
    const uint8_t *bytes = g_bytes_get_data(report->bytes, &count);
    for (gsize start = 0; start < count; start += interface->identity.max_packet) {
        gsize size = MIN(count - start, interface->identity.max_packet);
        g_queue_push_tail(&interface->packets, g_bytes_new(bytes + start, size));
    }
    vusb_report_free(report);
}

// Sends what is due. When the next report will be, G_MAXINT64: none waits.
static gint64 send_due(VUSBInterface *interface, gint64 now)
{
    bool sent = false;
    gint64 due = G_MAXINT64;
    for (Report *report; (report = g_queue_peek_head(&interface->reports));) {
        due = interface->sent + report->gap;
        if (due > now) break;
        send_report(interface, g_queue_pop_head(&interface->reports));
        interface->sent = now;
        due = G_MAXINT64;
        sent = true;
    }
    if (sent) vusb_pump(interface);
    return due;
}

static gpointer keep_pace(gpointer data)
{
    VUSBBus *bus = data;
    g_mutex_lock(&bus->lock);
    while (true) {
        gint64 now = g_get_monotonic_time(), next = G_MAXINT64;
        for (int address = FIRST_ADDRESS; address <= LAST_ADDRESS; address++) {
            VUSBDevice *device = bus->addresses[address].device;
            if (!device || device->gone) continue;
            for (int number = 0; number < device->interface_count; number++)
                next = MIN(next, send_due(&device->interfaces[number], now));
        }
        if (next == G_MAXINT64) g_cond_wait(&bus->pace, &bus->lock);
        else g_cond_wait_until(&bus->pace, &bus->lock, next);
    }
    return NULL;
}

void vusb_start_pace(VUSBBus *bus) { g_thread_unref(g_thread_new("pace", keep_pace, bus)); }

bool vusb_report(VUSBDevice *device, int number, const uint8_t *bytes, size_t count, int64_t gap_us, bool at_once)
{
    VUSBInterface *interface = &device->interfaces[number];
    if (count == 0 || count > VUSB_MAX_REPORT)
        return vusb_fail(device->bus, "a report has 1 to %d bytes", VUSB_MAX_REPORT);
    g_mutex_lock(&device->bus->lock);
    Report *report = g_new0(Report, 1);
    report->bytes = g_bytes_new(bytes, count);
    report->gap = at_once && g_queue_is_empty(&interface->reports) ? 0 : gap_us;
    g_queue_push_tail(&interface->reports, report);
    if (send_due(interface, g_get_monotonic_time()) != G_MAXINT64) g_cond_signal(&device->bus->pace);
    g_mutex_unlock(&device->bus->lock);
    return true;
}

bool vusb_sent(VUSBDevice *device, int number)
{
    g_mutex_lock(&device->bus->lock);
    bool sent = g_queue_is_empty(&device->interfaces[number].reports);
    g_mutex_unlock(&device->bus->lock);
    return sent;
}
