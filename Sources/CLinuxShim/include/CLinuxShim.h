#ifndef CLINUXSHIM_H
#define CLINUXSHIM_H
/// Linux facts that Swift's Glibc module does not show (they hide behind _GNU_SOURCE).
#include <stdint.h>

/// Mirrors `struct ucred` (unix(7), SO_PEERCRED): who is at the other end of a Unix socket.
typedef struct {
    int32_t pid;
    uint32_t uid;
    uint32_t gid;
} linux_peer_credentials;

/// Fills `out` with the peer of the connected Unix socket `fd`; 0, or -1 with errno.
int linux_peer_credentials_of(int fd, linux_peer_credentials *out);

/// Names the calling thread (15 bytes at most) for `top -H` and core dumps.
void linux_name_thread(const char *name);

/// Asks the kernel to send `signal` to the caller when its parent dies (prctl(2), PR_SET_PDEATHSIG).
int linux_die_with_parent(int signal);

/// What a path names, links not followed (lstat(2)).
typedef struct {
    uint64_t device;
    uint64_t node;
    int is_socket;
} linux_file;

/// Fills `out` with the file at `path`; 0, or -1 with errno.
int linux_file_at(const char *path, linux_file *out);

/// Starts a program, looked up in PATH, in a process group of its own with these three files and no other open; its
/// process id, or minus the error. `input` -1: /dev/null; `folder` NULL: this one.
int linux_spawn(
    const char *program, char *const argv[], char *const envp[], const char *folder, int input, int output, int errors);

/// Opens /dev/null in the place of each of the descriptors 0, 1 and 2 that is closed, so that nothing opened later gets
/// its number and is taken for standard output or error. What nobody gave cannot be read, nor written as output.
void linux_open_standard_files(void);

/// Makes a pipe that no other program inherits (pipe2(2), O_CLOEXEC); 0, or -1 with errno.
int linux_pipe(int ends[2]);
#endif
