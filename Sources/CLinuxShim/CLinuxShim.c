#define _GNU_SOURCE
#include "CLinuxShim.h"

#include <malloc.h>
#include <stdio.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

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

int linux_spawn(
    const char *program, char *const argv[], char *const envp[], const char *folder, int input, int output, int errors) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    pid_t pid = 0;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
    if (input < 0)
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    else
        posix_spawn_file_actions_adddup2(&actions, input, 0);
    posix_spawn_file_actions_adddup2(&actions, output, 1);
    posix_spawn_file_actions_adddup2(&actions, errors, 2);
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (folder) posix_spawn_file_actions_addchdir_np(&actions, folder);
    int error = posix_spawnp(&pid, program, &actions, &attributes, argv, envp);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return error ? -error : pid;
}

void linux_open_standard_files(void) {
    static const int modes[] = {O_WRONLY, O_RDONLY, O_RDWR};
    // The lowest free number is the one that open(2) gives.
    for (int file = 0; file < 3; file++)
        if (fcntl(file, F_GETFD) < 0 && open("/dev/null", modes[file]) < 0) return;
}

int linux_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

uint64_t linux_resident_memory(void) {
    char text[128];
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    if (length <= 0) return 0;
    text[length] = 0;
    unsigned long long size, resident;
    if (sscanf(text, "%llu %llu", &size, &resident) != 2) return 0;
    return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

void linux_return_memory(void) { malloc_trim(0); }
