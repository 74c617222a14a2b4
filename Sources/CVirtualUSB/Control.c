// Endpoint 0: descriptors (USB 2.0 section 9.4, HID 1.11 section 7.1) and class requests (HID 1.11 section 7.2).
#define _GNU_SOURCE
#include "Internal.h"

#include <errno.h>
#include <string.h>

enum {
    TO_HOST = 0x80,
    STANDARD_IN_DEVICE = 0x80,
    STANDARD_IN_INTERFACE = 0x81,
    STANDARD_OUT_ENDPOINT = 0x02,
    CLASS_OUT_INTERFACE = 0x21,
    CLEAR_FEATURE = 1,
    GET_DESCRIPTOR = 6,
};
enum { DESCRIPTOR_DEVICE = 1, DESCRIPTOR_CONFIGURATION = 2, DESCRIPTOR_STRING = 3, DESCRIPTOR_INTERFACE = 4,
       DESCRIPTOR_ENDPOINT = 5, DESCRIPTOR_HID = 0x21, DESCRIPTOR_REPORT = 0x22 };
enum { MOST_WRITTEN = 1024 };

static uint8_t low(unsigned value) { return (uint8_t) (value & 0xFF); }
static uint8_t high(unsigned value) { return (uint8_t) (value >> 8 & 0xFF); }

size_t vusb_device_descriptor(VUSBDevice *device, uint8_t *out)
{
    const VUSBIdentity *id = &device->identity;
    const uint8_t bytes[] = {
        18, DESCRIPTOR_DEVICE, 0x00, 0x02, 0, 0, 0, 64, low(id->vendor), high(id->vendor), low(id->product),
        high(id->product), low(id->release), high(id->release),
        device->strings[VUSB_MANUFACTURER] ? VUSB_MANUFACTURER : 0, device->strings[VUSB_PRODUCT] ? VUSB_PRODUCT : 0,
        device->strings[VUSB_SERIAL] ? VUSB_SERIAL : 0, 1,
    };
    memcpy(out, bytes, sizeof bytes);
    return sizeof bytes;
}

VUSBInterface *vusb_interface(VUSBDevice *device, unsigned number)
{
    return number < (unsigned) device->interface_count ? &device->interfaces[number] : NULL;
}

VUSBInterface *vusb_interface_of_endpoint(VUSBDevice *device, uint8_t endpoint)
{
    unsigned number = endpoint & ~(unsigned) ENDPOINT_TO_HOST;
    VUSBInterface *interface = number > 0 ? vusb_interface(device, number - 1) : NULL;
    return interface && ((endpoint & ENDPOINT_TO_HOST) || interface->identity.has_out) ? interface : NULL;
}

static size_t append(uint8_t *out, const uint8_t *bytes, size_t count)
{
    memcpy(out, bytes, count);
    return count;
}

static size_t hid_descriptor(const VUSBInterface *interface, uint8_t *out)
{
    unsigned length = (unsigned) g_bytes_get_size(interface->report_descriptor);
    const uint8_t bytes[] = {
        9, DESCRIPTOR_HID, 0x11, 0x01, 0, 1, DESCRIPTOR_REPORT, low(length), high(length),
    };
    return append(out, bytes, sizeof bytes);
}

static size_t interface_descriptor(const VUSBInterface *interface, uint8_t *out)
{
    const VUSBInterfaceIdentity *id = &interface->identity;
    const uint8_t number = (uint8_t) interface->number;
    const uint8_t head[] = {
        9, DESCRIPTOR_INTERFACE, number, 0, id->has_out ? 2 : 1, id->interface_class, id->subclass, id->protocol, 0,
    };
    const uint8_t in[] = {
        7, DESCRIPTOR_ENDPOINT, (uint8_t) (ENDPOINT_TO_HOST | (number + 1)), 3, low(id->max_packet),
        high(id->max_packet), 10,
    };
    const uint8_t to_device[] = {
        7, DESCRIPTOR_ENDPOINT, (uint8_t) (number + 1), 3, low(id->max_packet), high(id->max_packet), 10,
    };
    size_t size = append(out, head, sizeof head);
    if (id->interface_class == CLASS_HID) size += hid_descriptor(interface, out + size);
    size += append(out + size, in, sizeof in);
    if (id->has_out) size += append(out + size, to_device, sizeof to_device);
    return size;
}

size_t vusb_configuration_descriptor(VUSBDevice *device, uint8_t *out)
{
    const uint8_t head[] = {
        9, DESCRIPTOR_CONFIGURATION, 0, 0, (uint8_t) device->interface_count, 1, 0, 0xA0, 50,
    };
    size_t size = append(out, head, sizeof head);
    for (int number = 0; number < device->interface_count; number++)
        size += interface_descriptor(&device->interfaces[number], out + size);
    out[2] = low((unsigned) size);
    out[3] = high((unsigned) size);
    return size;
}

// The string descriptor `index`; 0 is the list of languages (English, United States). 0: there is none.
static size_t string_descriptor(VUSBDevice *device, unsigned index, uint8_t *out)
{
    static const uint8_t languages[] = { 4, DESCRIPTOR_STRING, 0x09, 0x04 };
    if (device->identity.strings_stall || index >= STRING_COUNT) return 0;
    if (index == 0) {
        memcpy(out, languages, sizeof languages);
        return sizeof languages;
    }
    GArray *text = device->strings[index];
    if (!text) return 0;
    out[0] = (uint8_t) (2 + text->len);
    out[1] = DESCRIPTOR_STRING;
    memcpy(out + 2, text->data, text->len);
    return 2 + text->len;
}

void vusb_written_free(Written *written)
{
    g_bytes_unref(written->bytes);
    g_free(written);
}

void vusb_record(VUSBInterface *interface, uint8_t request, uint16_t value, const uint8_t *data, size_t count)
{
    Written *written = g_new0(Written, 1);
    written->request = request;
    written->value = value;
    written->bytes = g_bytes_new(data, count);
    g_queue_push_tail(&interface->written, written);
    if (g_queue_get_length(&interface->written) > MOST_WRITTEN)
        vusb_written_free(g_queue_pop_head(&interface->written));
}

// Requests without data to the host. True: the device takes it.
static bool take(VUSBDevice *device, const uint8_t *setup, const uint8_t *data, int count)
{
    uint16_t value = (uint16_t) (setup[2] | setup[3] << 8);
    if (setup[0] == STANDARD_OUT_ENDPOINT && setup[1] == CLEAR_FEATURE && value == 0) {
        VUSBInterface *halted = vusb_interface_of_endpoint(device, setup[4]);
        if (halted && (setup[4] & ENDPOINT_TO_HOST)) vusb_clear_halt(halted);
        return halted != NULL;
    }
    VUSBInterface *interface = vusb_interface(device, setup[4]);
    if (setup[0] != CLASS_OUT_INTERFACE || !interface || interface->identity.interface_class != CLASS_HID) return false;
    if (setup[1] != VUSB_SET_REPORT && setup[1] != VUSB_SET_IDLE && setup[1] != VUSB_SET_PROTOCOL) return false;
    vusb_record(interface, setup[1], value, data, (size_t) count);
    return true;
}

// The descriptors of an interface that it has for itself. 0: there is none.
static size_t class_descriptor(VUSBInterface *interface, uint8_t type, uint8_t *out)
{
    if (!interface || interface->identity.interface_class != CLASS_HID) return 0;
    if (type == DESCRIPTOR_HID) return hid_descriptor(interface, out);
    if (type != DESCRIPTOR_REPORT) return 0;
    gsize size;
    const void *bytes = g_bytes_get_data(interface->report_descriptor, &size);
    return size > 0 ? append(out, bytes, size) : 0;
}

int vusb_control(VUSBDevice *device, const uint8_t *setup, uint8_t *data, int room)
{
    uint8_t answer[VUSB_MAX_DESCRIPTOR];
    size_t size = 0;
    int length = MIN(setup[6] | setup[7] << 8, room);
    if (!(setup[0] & TO_HOST)) return take(device, setup, data, length) ? length : -EPIPE;

    if (setup[0] == STANDARD_IN_DEVICE && setup[1] == GET_DESCRIPTOR) {
        if (setup[3] == DESCRIPTOR_DEVICE) size = vusb_device_descriptor(device, answer);
        if (setup[3] == DESCRIPTOR_CONFIGURATION) size = vusb_configuration_descriptor(device, answer);
        if (setup[3] == DESCRIPTOR_STRING) size = string_descriptor(device, setup[2], answer);
    } else if (setup[0] == STANDARD_IN_INTERFACE && setup[1] == GET_DESCRIPTOR) {
        size = class_descriptor(vusb_interface(device, setup[4]), setup[3], answer);
    }
    if (size == 0) return -EPIPE;
    size = MIN(size, (size_t) length);
    memcpy(data, answer, size);
    return (int) size;
}

static bool matches(
    const Written *written, enum VUSBRequest request, uint16_t value, uint16_t mask, const uint8_t *bytes, size_t count)
{
    if (written->request != request || (written->value & mask) != (value & mask)) return false;
    if (!bytes) return true;
    gsize size;
    const void *data = g_bytes_get_data(written->bytes, &size);
    return size == count && (count == 0 || memcmp(data, bytes, count) == 0);
}

bool vusb_take_written(
    VUSBDevice *device, int number, enum VUSBRequest request, uint16_t value, uint16_t mask, const uint8_t *bytes,
    size_t count)
{
    GQueue *queue = &device->interfaces[number].written;
    g_mutex_lock(&device->bus->lock);
    GList *found = queue->head;
    while (found && !matches(found->data, request, value, mask, bytes, count)) found = found->next;
    for (bool more = found != NULL; more;) {
        more = queue->head != found;
        vusb_written_free(g_queue_pop_head(queue));
    }
    g_mutex_unlock(&device->bus->lock);
    return found != NULL;
}
