#include "disk.h"

#include <stdlib.h>
#include <string.h>

pthread_mutex_t disk_lock = PTHREAD_MUTEX_INITIALIZER;

static faulty_disk *disks;

faulty_disk *faulty_disk_insert(const char *directory) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, file_system_install);
    faulty_disk *disk = calloc(1, sizeof *disk);
    if (!disk) return NULL;
    disk->directory = strdup(directory);
    pthread_mutex_lock(&disk_lock);
    disk->next = disks;
    disks = disk;
    pthread_mutex_unlock(&disk_lock);
    return disk;
}

static void forget_histories(faulty_disk *disk) {
    while (disk->histories) {
        history *history = disk->histories;
        disk->histories = history->next;
        history_free(history);
    }
}

void faulty_disk_remove(faulty_disk *disk) {
    pthread_mutex_lock(&disk_lock);
    if (disk->open_files) abort();
    faulty_disk **place = &disks;
    while (*place != disk) place = &(*place)->next;
    *place = disk->next;
    forget_histories(disk);
    pthread_mutex_unlock(&disk_lock);
    free(disk->directory);
    free(disk);
}

faulty_disk *disk_under(const char *path) {
    if (!path) return NULL;
    pthread_mutex_lock(&disk_lock);
    faulty_disk *disk = disks;
    for (; disk; disk = disk->next) {
        size_t length = strlen(disk->directory);
        if (strncmp(path, disk->directory, length) == 0 && path[length] == '/') break;
    }
    pthread_mutex_unlock(&disk_lock);
    return disk;
}

void faulty_disk_plan(
    faulty_disk *disk, faulty_disk_fault fault, int64_t nth, bool lasts, bool also_reading, uint64_t seed) {
    pthread_mutex_lock(&disk_lock);
    disk->fault = fault;
    disk->countdown = nth;
    disk->lasts = lasts;
    disk->also_reading = also_reading;
    disk->random = seed * 0x9E3779B97F4A7C15u + 1;
    disk->has_failed = false;
    pthread_mutex_unlock(&disk_lock);
}

static bool counts(const faulty_disk *disk, disk_effect effect) {
    switch (disk->fault) {
    case faulty_disk_io_error: return effect != reading || disk->also_reading;
    case faulty_disk_full:
    case faulty_disk_torn_write: return effect == writing;
    case faulty_disk_power_cut: return effect != reading;
    }
    return false;
}

static bool fails(faulty_disk *disk, disk_effect effect) {
    if (disk->is_off) return true;
    if (!counts(disk, effect)) return false;
    if (disk->has_failed) return disk->lasts;
    if (disk->countdown == 0 || --disk->countdown > 0) return false;
    disk->has_failed = true;
    disk->is_off = disk->fault == faulty_disk_power_cut || disk->fault == faulty_disk_torn_write;
    return true;
}

int disk_meet(faulty_disk *disk, disk_effect effect, int io_error) {
    pthread_mutex_lock(&disk_lock);
    int code = SQLITE_OK;
    if (fails(disk, effect)) code = disk->fault == faulty_disk_full ? SQLITE_FULL : io_error;
    pthread_mutex_unlock(&disk_lock);
    return code;
}

bool faulty_disk_has_failed(faulty_disk *disk) {
    pthread_mutex_lock(&disk_lock);
    bool has_failed = disk->has_failed;
    pthread_mutex_unlock(&disk_lock);
    return has_failed;
}

bool faulty_disk_is_off(faulty_disk *disk) {
    pthread_mutex_lock(&disk_lock);
    bool is_off = disk->is_off;
    pthread_mutex_unlock(&disk_lock);
    return is_off;
}

int faulty_disk_open_files(faulty_disk *disk) {
    pthread_mutex_lock(&disk_lock);
    int count = disk->open_files;
    pthread_mutex_unlock(&disk_lock);
    return count;
}

bool faulty_disk_mend(faulty_disk *disk) {
    pthread_mutex_lock(&disk_lock);
    bool is_done = disk->open_files == 0;
    if (is_done && disk->is_off) {
        for (history *history = disk->histories; history; history = history->next) {
            is_done = history_cut(history, &disk->random) && is_done;
        }
    }
    if (is_done) {
        forget_histories(disk);
        disk->is_off = false;
        disk->countdown = 0;
        disk->lasts = false;
    }
    pthread_mutex_unlock(&disk_lock);
    return is_done;
}
