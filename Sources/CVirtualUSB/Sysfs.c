// What sysfs says of an interface while usbhid is bound to it: the HID device below it, with the report descriptor.
#define _GNU_SOURCE
#include "Internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

char *vusb_hid_folder(const VUSBInterface *interface)
{
    const VUSBDevice *device = interface->device;
    // BUS:VENDOR:PRODUCT.INSTANCE
    return g_strdup_printf(
        "%s:1.%d/0003:%04X:%04X.%04X", strrchr(device->syspath, '/') + 1, interface->number, device->identity.vendor,
        device->identity.product, (unsigned) (device->address * VUSB_MAX_INTERFACES + interface->number));
}

// Straight to the kernel, below: this is done while another thread may fork, and the preload has a lock for paths.
static bool write_file(const char *path, GBytes *content)
{
    gsize size;
    const void *bytes = g_bytes_get_data(content, &size);
    int fd = (int) syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0444);
    if (fd < 0) return false;
    bool written = write(fd, bytes, size) == (ssize_t) size;
    return close(fd) == 0 && written;
}

void vusb_set_kernel_driver(VUSBInterface *interface, bool bound)
{
    if (interface->kernel_driver == bound) return;
    interface->kernel_driver = bound;
    g_autofree char *name = vusb_hid_folder(interface);
    g_autofree char *folder = g_strconcat(interface->device->bus->root, interface->device->syspath, "/", name, NULL);
    g_autofree char *file = g_strconcat(folder, "/report_descriptor", NULL);
    bool done;
    if (bound) {
        g_autofree char *above = g_path_get_dirname(folder);
        // There already unless the interface was busy from the plug on.
        syscall(SYS_mkdirat, AT_FDCWD, above, 0755);
        done = syscall(SYS_mkdirat, AT_FDCWD, folder, 0755) == 0 && write_file(file, interface->report_descriptor);
    } else {
        done = syscall(SYS_unlinkat, AT_FDCWD, file, 0) == 0 &&
            syscall(SYS_unlinkat, AT_FDCWD, folder, AT_REMOVEDIR) == 0;
    }
    if (!done) fprintf(stderr, "virtual-usb: %s: %s\n", folder, strerror(errno));
}
