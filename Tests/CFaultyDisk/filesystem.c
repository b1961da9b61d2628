#include "disk.h"

#include <stddef.h>
#include <string.h>

/// An open file of a faulty disk; the default file system's own follows it in memory.
typedef struct {
    sqlite3_file base;
    faulty_disk *disk;
    history *history;
    sqlite3_file *real;
} faulty_file;

static sqlite3_vfs *real_system;

static faulty_file *faulty(sqlite3_file *file) { return (faulty_file *)file; }
static sqlite3_file *real(sqlite3_file *file) { return faulty(file)->real; }

// MARK: What can fail

static int meet(sqlite3_file *file, disk_effect effect, int io_error) {
    return disk_meet(faulty(file)->disk, effect, io_error);
}

static int read_file(sqlite3_file *file, void *bytes, int size, sqlite3_int64 offset) {
    int code = meet(file, reading, SQLITE_IOERR_READ);
    return code ? code : real(file)->pMethods->xRead(real(file), bytes, size, offset);
}

static void note_write(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 offset, bool is_torn) {
    pthread_mutex_lock(&disk_lock);
    history_write(faulty(file)->history, bytes, (size_t)size, (size_t)offset, is_torn);
    pthread_mutex_unlock(&disk_lock);
}

static int write_file(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 offset) {
    faulty_disk *disk = faulty(file)->disk;
    bool was_off = faulty_disk_is_off(disk);
    int code = meet(file, writing, SQLITE_IOERR_WRITE);
    // The write during which the power goes is one of those that may be there, or half there.
    if (code && !was_off && faulty_disk_is_off(disk)) {
        note_write(file, bytes, size, offset, disk->fault == faulty_disk_torn_write);
    }
    if (code == SQLITE_FULL) {
        note_write(file, bytes, size / 2, offset, false);
        real(file)->pMethods->xWrite(real(file), bytes, size / 2, offset);
    }
    if (code) return code;
    note_write(file, bytes, size, offset, false);
    return real(file)->pMethods->xWrite(real(file), bytes, size, offset);
}

static int truncate_file(sqlite3_file *file, sqlite3_int64 size) {
    int code = meet(file, changing, SQLITE_IOERR_TRUNCATE);
    if (code) return code;
    pthread_mutex_lock(&disk_lock);
    history_truncate(faulty(file)->history, (size_t)size);
    pthread_mutex_unlock(&disk_lock);
    return real(file)->pMethods->xTruncate(real(file), size);
}

/// Syncs the directory; the caller has the lock.
static void sync_names(faulty_disk *disk) {
    for (history *history = disk->histories; history; history = history->next) history_sync_name(history);
}

static int sync_file(sqlite3_file *file, int flags) {
    (void)flags;
    int code = meet(file, changing, SQLITE_IOERR_FSYNC);
    if (code) return code;
    // What is durable is what the history says: the real disk need not be waited for.
    pthread_mutex_lock(&disk_lock);
    // The default file system syncs the directory with a file that it has made.
    if (faulty(file)->history->is_new) sync_names(faulty(file)->disk);
    history_sync(faulty(file)->history);
    pthread_mutex_unlock(&disk_lock);
    return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
    int code = meet(file, reading, SQLITE_IOERR_FSTAT);
    return code ? code : real(file)->pMethods->xFileSize(real(file), size);
}

static int lock_file(sqlite3_file *file, int level) {
    int code = meet(file, reading, SQLITE_IOERR_LOCK);
    return code ? code : real(file)->pMethods->xLock(real(file), level);
}

static int map_shared(sqlite3_file *file, int region, int size, int is_extending, void volatile **place) {
    int code = meet(file, is_extending ? writing : reading, SQLITE_IOERR_SHMMAP);
    return code ? code : real(file)->pMethods->xShmMap(real(file), region, size, is_extending, place);
}

static int lock_shared(sqlite3_file *file, int offset, int count, int flags) {
    // Letting go of a lock needs no disk.
    int code = flags & SQLITE_SHM_UNLOCK ? SQLITE_OK : meet(file, reading, SQLITE_IOERR_SHMLOCK);
    return code ? code : real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}

// MARK: What can't

static int close_file(sqlite3_file *file) {
    int code = real(file)->pMethods->xClose(real(file));
    pthread_mutex_lock(&disk_lock);
    faulty(file)->disk->open_files -= 1;
    pthread_mutex_unlock(&disk_lock);
    return code;
}

static int unlock_file(sqlite3_file *file, int level) { return real(file)->pMethods->xUnlock(real(file), level); }

static int check_reserved(sqlite3_file *file, int *result) {
    return real(file)->pMethods->xCheckReservedLock(real(file), result);
}

static int control_file(sqlite3_file *file, int operation, void *argument) {
    return real(file)->pMethods->xFileControl(real(file), operation, argument);
}

static int sector_size(sqlite3_file *file) { return real(file)->pMethods->xSectorSize(real(file)); }

static int characteristics(sqlite3_file *file) { return real(file)->pMethods->xDeviceCharacteristics(real(file)); }

static void shared_barrier(sqlite3_file *file) { real(file)->pMethods->xShmBarrier(real(file)); }

static int unmap_shared(sqlite3_file *file, int is_last) {
    return real(file)->pMethods->xShmUnmap(real(file), is_last);
}

static const sqlite3_io_methods methods = {
    // Version 3 would be memory-mapped reading, which goes past any disk.
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = file_size,
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock = check_reserved,
    .xFileControl = control_file,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = map_shared,
    .xShmLock = lock_shared,
    .xShmBarrier = shared_barrier,
    .xShmUnmap = unmap_shared,
};

// MARK: The file system

static history *find_history(faulty_disk *disk, const char *path) {
    history *found = disk->histories;
    while (found && strcmp(found->path, path) != 0) found = found->next;
    if (found) return found;
    found = history_begin(path);
    if (found) {
        found->next = disk->histories;
        disk->histories = found;
    }
    return found;
}

static int open_file(sqlite3_vfs *system, sqlite3_filename path, sqlite3_file *file, int flags, int *granted) {
    (void)system;
    faulty_disk *disk = disk_under(path);
    // Another's file is opened by the default file system alone, and is its own from then on.
    if (!disk) return real_system->xOpen(real_system, path, file, flags, granted);
    file->pMethods = NULL;
    int code = disk_meet(disk, flags & SQLITE_OPEN_CREATE ? changing : reading, SQLITE_CANTOPEN);
    if (code) return code;
    pthread_mutex_lock(&disk_lock);
    history *history = find_history(disk, path);
    pthread_mutex_unlock(&disk_lock);
    if (!history) return SQLITE_NOMEM;
    sqlite3_file *inner = (sqlite3_file *)((char *)file + sizeof(faulty_file));
    memset(inner, 0, (size_t)real_system->szOsFile);
    code = real_system->xOpen(real_system, path, inner, flags, granted);
    if (code) {
        if (inner->pMethods) inner->pMethods->xClose(inner);
        return code;
    }
    *faulty(file) = (faulty_file){.base = {&methods}, .disk = disk, .history = history, .real = inner};
    pthread_mutex_lock(&disk_lock);
    history_open(history);
    disk->open_files += 1;
    pthread_mutex_unlock(&disk_lock);
    return SQLITE_OK;
}

static int delete_file(sqlite3_vfs *system, const char *path, int is_durable) {
    (void)system;
    faulty_disk *disk = disk_under(path);
    int code = disk ? disk_meet(disk, changing, SQLITE_IOERR_DELETE) : SQLITE_OK;
    if (!code) code = real_system->xDelete(real_system, path, is_durable);
    if (code || !disk) return code;
    pthread_mutex_lock(&disk_lock);
    history *history = find_history(disk, path);
    if (history) history_delete(history);
    if (is_durable) sync_names(disk);
    pthread_mutex_unlock(&disk_lock);
    return SQLITE_OK;
}

static int access_file(sqlite3_vfs *system, const char *path, int flags, int *result) {
    (void)system;
    faulty_disk *disk = disk_under(path);
    int code = disk ? disk_meet(disk, reading, SQLITE_IOERR_ACCESS) : SQLITE_OK;
    return code ? code : real_system->xAccess(real_system, path, flags, result);
}

void file_system_install(void) {
    static sqlite3_vfs faulty_system;
    real_system = sqlite3_vfs_find(NULL);
    faulty_system = *real_system;
    faulty_system.zName = "faulty";
    faulty_system.szOsFile = (int)sizeof(faulty_file) + real_system->szOsFile;
    faulty_system.xOpen = open_file;
    faulty_system.xDelete = delete_file;
    faulty_system.xAccess = access_file;
    sqlite3_vfs_register(&faulty_system, 1);
}
