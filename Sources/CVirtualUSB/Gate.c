// The POLLOUT gate. libusb polls the usbfs node for POLLOUT, which the kernel raises when a URB can be reaped. A plain
// file is always writable, so libusb would spin. The node here is a FIFO with room for one page: while the page is in
// it, it is not writable; taking the page out says "reap".
#define _GNU_SOURCE
#include "Internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PAGE = 4096 };

static void set_ready(VUSBDevice *device, bool ready)
{
    static uint8_t page[PAGE];
    if (device->fifo < 0 || device->ready == ready) return;
    ssize_t count = ready ? read(device->fifo, page, PAGE) : write(device->fifo, page, PAGE);
    if (count != PAGE) fprintf(stderr, "virtual-usb: gate of %s: %s\n", device->node, strerror(errno));
    device->ready = ready;
}

bool vusb_gate_open(VUSBDevice *device, const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    if (g_mkdir_with_parents(folder, 0755) != 0 || mkfifo(path, 0666) != 0) return false;
    // Not open(): the preload counts descriptors below the dev folder and aborts the process at 50 of them.
    device->fifo = (int) syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (device->fifo < 0) return false;
    if (fcntl(device->fifo, F_SETPIPE_SZ, PAGE) < 0) return false;
    device->ready = true;
    set_ready(device, false);
    return true;
}

void vusb_gate_update(VUSBDevice *device)
{
    set_ready(device, !g_queue_is_empty(&device->done));
    // The client's own end stays full, so it does not spin either.
    if (device->gone && !device->ready) vusb_gate_close(device);
}

void vusb_gate_close(VUSBDevice *device)
{
    if (device->fifo >= 0) close(device->fifo);
    device->fifo = -1;
}
