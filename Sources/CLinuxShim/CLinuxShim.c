#define _GNU_SOURCE
#include "CLinuxShim.h"

#include <pthread.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

_Static_assert(sizeof(struct ucred) == sizeof(linux_peer_credentials), "struct ucred has changed");

int linux_peer_credentials_of(int fd, linux_peer_credentials *out) {
    socklen_t size = sizeof *out;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, out, &size);
}

void linux_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

int linux_file_at(const char *path, linux_file *out) {
    struct stat status;
    if (lstat(path, &status) != 0) return -1;
    *out = (linux_file){status.st_dev, status.st_ino, S_ISSOCK(status.st_mode)};
    return 0;
}

int linux_die_with_parent(int signal) { return prctl(PR_SET_PDEATHSIG, signal); }
