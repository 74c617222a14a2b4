#ifndef CLINUXSHIM_H
#define CLINUXSHIM_H
/// Linux functions that Swift's Glibc module does not import, since they need _GNU_SOURCE.
#include <stdint.h>

/// The credentials of the peer of a Unix socket, equal to `struct ucred` (unix(7), SO_PEERCRED).
typedef struct {
    int32_t pid;
    uint32_t uid;
    uint32_t gid;
} linux_peer_credentials;

/// Writes the credentials of the peer of the connected Unix socket `fd` to `out`. Returns 0, or -1 with errno.
int linux_peer_credentials_of(int fd, linux_peer_credentials *out);

/// Names the calling thread (15 bytes at most) for `top -H` and core dumps.
void linux_name_thread(const char *name);

/// Asks the kernel to send `signal` to the caller when its parent dies (prctl(2), PR_SET_PDEATHSIG).
int linux_die_with_parent(int signal);

/// The identity of a file, without following links (lstat(2)).
typedef struct {
    uint64_t device;
    uint64_t node;
    int is_socket;
} linux_file;

/// Writes the identity of the file at `path` to `out`. Returns 0, or -1 with errno.
int linux_file_at(const char *path, linux_file *out);

/// Starts a program, looked up in PATH, in a process group of its own with only the three files open. An `input` of -1 is
/// /dev/null, and a NULL `folder` the current one. Returns the process id, or the negative error number.
int linux_spawn(
    const char *program, char *const argv[], char *const envp[], const char *folder, int input, int output, int errors);

/// Opens /dev/null for each of the descriptors 0, 1 and 2 that is closed, so that no file opened later gets its number and
/// is used as standard output or error. A replaced standard input cannot be read, nor a replaced output be written.
void linux_open_standard_files(void);

/// Returns the resident memory of this process in bytes (proc(5), /proc/self/statm), or 0 if it cannot be read.
uint64_t linux_resident_memory(void);

/// Returns freed memory of the heap to the kernel (malloc_trim(3)).
void linux_return_memory(void);

/// Creates a pipe that no other program inherits (pipe2(2), O_CLOEXEC). Returns 0, or -1 with errno.
int linux_pipe(int ends[2]);
#endif
