// Child processes, signals and the temporary folder: what Foundation cannot say.
#define _GNU_SOURCE
#include "CVirtualUSB.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int vusb_signal_fd(void)
{
    // The preload keeps the mask of path calls in one global for all threads: all of them have the same mask then.
    sigset_t wanted, blocked;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGINT);
    sigaddset(&wanted, SIGTERM);
    sigaddset(&wanted, SIGHUP);
    sigaddset(&wanted, SIGCHLD);
    blocked = wanted;
    sigaddset(&blocked, SIGPIPE);
    if (pthread_sigmask(SIG_BLOCK, &blocked, NULL) != 0) return -1;
    return signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
}

int vusb_next_signal(int signal_fd)
{
    struct signalfd_siginfo info;
    return read(signal_fd, &info, sizeof info) == (ssize_t) sizeof info ? (int) info.ssi_signo : 0;
}

static void run(char *const argv[], char *const envp[], int input, bool output_to_error, int report, pid_t parent)
{
    sigset_t none;
    sigemptyset(&none);
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
    if (input >= 0) dup2(input, STDIN_FILENO);
    if (output_to_error) dup2(STDERR_FILENO, STDOUT_FILENO);
    pthread_sigmask(SIG_SETMASK, &none, NULL);
    execvpe(argv[0], argv, envp);
    int error = errno;
    ssize_t written = write(report, &error, sizeof error);
    (void) written;
    _exit(127);
}

pid_t vusb_spawn(char *const argv[], char *const envp[], bool no_input, bool output_to_error)
{
    // Opened here: between fork and exec a call with a path could wait for a lock of the preload for ever.
    int input = no_input ? open("/dev/null", O_RDONLY | O_CLOEXEC) : -1;
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return -errno;
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) run(argv, envp, input, output_to_error, ends[1], parent);
    int error = pid < 0 ? errno : 0;
    close(ends[1]);
    if (input >= 0) close(input);
    if (pid > 0) {
        ssize_t got;
        do got = read(ends[0], &error, sizeof error);
        while (got < 0 && errno == EINTR);
        if (got == (ssize_t) sizeof error) waitpid(pid, NULL, 0);
        else error = 0;
    }
    close(ends[0]);
    return error ? -error : pid;
}

bool vusb_has_ended(pid_t pid, int *status)
{
    int raw = 0;
    if (waitpid(pid, &raw, WNOHANG) != pid) return false;
    *status = WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw);
    return true;
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void) info, (void) kind, (void) where;
    remove(path);
    return 0;
}

void vusb_remove_tree(const char *path) { nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS); }

static const char tree_prefix[] = "virtual-usb.";

// A folder whose lock can be had belonged to a process that was killed.
static void remove_stale_trees(const char *base)
{
    DIR *folder = opendir(base);
    if (!folder) return;
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (strncmp(entry->d_name, tree_prefix, strlen(tree_prefix)) != 0) continue;
        char path[4096];
        struct stat info;
        if (snprintf(path, sizeof path, "%s/%s", base, entry->d_name) >= (int) sizeof path) continue;
        int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0) continue;
        if (fstat(fd, &info) == 0 && info.st_uid == geteuid() && flock(fd, LOCK_EX | LOCK_NB) == 0)
            vusb_remove_tree(path);
        close(fd);
    }
    closedir(folder);
}

char *vusb_make_tree(const char *base)
{
    remove_stale_trees(base);
    for (int tried = 0; tried < 100; tried++) {
        char path[4096];
        struct stat mine, there;
        if (snprintf(path, sizeof path, "%s/%sXXXXXX", base, tree_prefix) >= (int) sizeof path) {
            errno = ENAMETOOLONG;
            return NULL;
        }
        if (!mkdtemp(path)) return NULL;
        int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        // Another process may have taken the new folder for a stale one before it was locked.
        if (fd >= 0 && flock(fd, LOCK_EX) == 0 && fstat(fd, &mine) == 0 && stat(path, &there) == 0 &&
            mine.st_ino == there.st_ino)
            return strdup(path); // `fd` stays open: it holds the lock
        if (fd >= 0) close(fd);
    }
    errno = EAGAIN;
    return NULL;
}
