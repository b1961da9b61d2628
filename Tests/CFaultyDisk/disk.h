#pragma once

#include "CFaultyDisk.h"
#include "history.h"

#include <pthread.h>
#include <sqlite3.h>

/// What an operation does to a disk, and so which faults it can meet.
typedef enum { reading, writing, changing } disk_effect;

struct faulty_disk {
    char *directory;
    struct faulty_disk *next;
    history *histories;
    int open_files;

    faulty_disk_fault fault;
    int64_t countdown;
    bool lasts, also_reading, has_failed, is_off;
    uint64_t random;
};

/// Guards all disks and histories. Held for bookkeeping alone.
extern pthread_mutex_t disk_lock;

/// The disk under a path; NULL if there is none.
faulty_disk *disk_under(const char *path);

/// What happens to an operation: SQLITE_OK, or that it fails with an I/O error (the more specific `io_error`) or for lack
/// of room.
int disk_meet(faulty_disk *disk, disk_effect effect, int io_error);

/// Makes the file system of faulty disks SQLite's default; once.
void file_system_install(void);
