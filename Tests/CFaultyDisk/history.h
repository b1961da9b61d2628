#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

/// A file's bytes, or that there is no file.
typedef struct {
    bool exists;
    unsigned char *bytes;
    size_t size;
} image;

/// A write, or where `bytes` is NULL a cut to `offset`, that was not synced yet.
typedef struct change {
    struct change *next;
    size_t offset, size;
    unsigned char *bytes;
    bool is_torn;
} change;

/// What is certain of one file, and what is not yet.
typedef struct history {
    struct history *next;
    char *path;
    /// What a power cut can't take away.
    image durable;
    /// Whether there is a file now, and whether it is another than the durable one.
    bool exists, is_new;
    change *changes, **last;
} history;

/// The history of a file, begun with what is in it; NULL without memory.
history *history_begin(const char *path);
void history_free(history *history);

/// The file is opened, and made if need be.
void history_open(history *history);
/// Bytes are written; where `is_torn`, a power cut leaves their first half.
void history_write(history *history, const void *bytes, size_t size, size_t offset, bool is_torn);
void history_truncate(history *history, size_t size);
/// All that was done to the file is durable.
void history_sync(history *history);
/// The directory is synced: the file's name stands for what it stands for now.
void history_sync_name(history *history);
void history_delete(history *history);

/// Writes to the file what a power cut leaves of it: each unsynced change is there, or missing, or half there.
bool history_cut(history *history, uint64_t *random);
