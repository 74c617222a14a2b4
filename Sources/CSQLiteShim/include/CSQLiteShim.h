#ifndef CSQLITESHIM_H
#define CSQLITESHIM_H
/// What Swift cannot call of SQLite, because it takes a variable number of arguments.

/// Has SQLite keep no count of the memory it uses (SQLITE_CONFIG_MEMSTATUS): the count takes a lock of the whole
/// process at every allocation. Before SQLite is used first; SQLITE_OK, or SQLITE_MISUSE where that is too late, which
/// costs nothing but the time.
int sqlite_count_no_memory(void);

struct sqlite3;

/// Has the connection leave the write-ahead log as it is when it is the last to close (SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE).
int sqlite_keep_log_on_close(struct sqlite3 *connection);
#endif
