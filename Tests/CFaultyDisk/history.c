#include "history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void clear_image(image *image) {
    free(image->bytes);
    memset(image, 0, sizeof *image);
}

static void clear_changes(history *history) {
    while (history->changes) {
        change *change = history->changes;
        history->changes = change->next;
        free(change->bytes);
        free(change);
    }
    history->last = &history->changes;
}

static void resize(image *image, size_t size) {
    unsigned char *bytes = realloc(image->bytes, size ? size : 1);
    if (!bytes) abort();
    if (size > image->size) memset(bytes + image->size, 0, size - image->size);
    image->bytes = bytes;
    image->size = size;
}

static void apply(image *image, const change *change, size_t size) {
    if (!change->bytes) {
        resize(image, change->offset);
        return;
    }
    if (change->offset + size > image->size) resize(image, change->offset + size);
    memcpy(image->bytes + change->offset, change->bytes, size);
}

static image load(const char *path) {
    image image = {0};
    FILE *file = fopen(path, "rb");
    if (!file) return image;
    image.exists = true;
    fseek(file, 0, SEEK_END);
    resize(&image, (size_t)ftell(file));
    rewind(file);
    if (fread(image.bytes, 1, image.size, file) != image.size) abort();
    fclose(file);
    return image;
}

history *history_begin(const char *path) {
    history *new = calloc(1, sizeof *new);
    if (!new) return NULL;
    new->path = strdup(path);
    new->durable = load(path);
    new->exists = new->durable.exists;
    new->last = &new->changes;
    return new;
}

void history_free(history *history) {
    clear_changes(history);
    clear_image(&history->durable);
    free(history->path);
    free(history);
}

void history_open(history *history) {
    if (history->exists) return;
    history->exists = history->is_new = true;
    clear_changes(history);
}

static void append(history *history, change new) {
    change *copy = malloc(sizeof new);
    if (!copy) abort();
    *copy = new;
    *history->last = copy;
    history->last = &copy->next;
}

void history_write(history *history, const void *bytes, size_t size, size_t offset, bool is_torn) {
    unsigned char *copy = malloc(size ? size : 1);
    if (!copy) abort();
    memcpy(copy, bytes, size);
    append(history, (change){.offset = offset, .size = size, .bytes = copy, .is_torn = is_torn});
}

void history_truncate(history *history, size_t size) { append(history, (change){.offset = size}); }

void history_sync_name(history *history) {
    if (history->is_new || !history->exists) clear_image(&history->durable);
    history->durable.exists = history->exists;
    history->is_new = false;
}

void history_sync(history *history) {
    history_sync_name(history);
    for (change *change = history->changes; change; change = change->next) {
        apply(&history->durable, change, change->size);
    }
    clear_changes(history);
}

void history_delete(history *history) {
    clear_changes(history);
    history->exists = history->is_new = false;
}

/// xorshift64* (Vigna): small, and the same everywhere.
static unsigned draw(uint64_t *random, unsigned limit) {
    *random ^= *random >> 12;
    *random ^= *random << 25;
    *random ^= *random >> 27;
    return (unsigned)((*random * 0x2545F4914F6CDD1Du) >> 33) % limit;
}

static bool store(const char *path, const image *image) {
    if (!image->exists) return remove(path) == 0 || true;
    FILE *file = fopen(path, "wb");
    if (!file) return false;
    bool is_whole = fwrite(image->bytes, 1, image->size, file) == image->size;
    return fclose(file) == 0 && is_whole;
}

bool history_cut(history *history, uint64_t *random) {
    // Until the directory is synced, a name may still stand for what it stood for before.
    bool is_renamed = history->is_new || !history->exists;
    if (!is_renamed || draw(random, 2)) {
        if (is_renamed) clear_image(&history->durable);
        history->durable.exists = history->exists;
        for (change *change = history->changes; change; change = change->next) {
            unsigned fate = change->is_torn ? 3 : draw(random, 4);
            if (fate == 2) continue;
            apply(&history->durable, change, fate == 3 ? change->size / 2 : change->size);
        }
    }
    clear_changes(history);
    return store(history->path, &history->durable);
}
