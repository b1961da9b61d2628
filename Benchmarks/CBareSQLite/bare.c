#define _POSIX_C_SOURCE 200809L

#include "CBareSQLite.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct bare_database {
    sqlite3 *handle;
};

/// Where the texts of a run are: a chain of blocks, since rows hold pointers into them.
typedef struct block {
    struct block *next;
    size_t used;
    size_t size;
    uint8_t bytes[];
} block;

struct bare_query {
    sqlite3_stmt *statement;
    bare_row *rows;
    int count;
    int capacity;
    block *first;
    block *current;
};

const char *const bare_columns =
    "t.place, t.sequence, t.amount, coalesce(t.created_at, t.place >> 4), t.completed_at, t.id, t.intent_id,"
    " type.text, status.text, currency.text, from_account.text, to_account.text, payee.merchant_id, payee.name,"
    " t.description";

// Left joins are made in the order in which they stand, after the row they belong to.
const char *const bare_joins =
    " LEFT JOIN label AS type ON type.id = t.type LEFT JOIN label AS status ON status.id = t.status"
    " LEFT JOIN label AS currency ON currency.id = t.currency"
    " LEFT JOIN label AS from_account ON from_account.id = t.from_account"
    " LEFT JOIN label AS to_account ON to_account.id = t.to_account LEFT JOIN payee ON payee.id = t.payee";

bare_database *bare_open(const char *path) {
    bare_database *database = calloc(1, sizeof *database);
    if (!database) return NULL;
    int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path, &database->handle, flags, NULL) != SQLITE_OK) {
        bare_close(database);
        return NULL;
    }
    return database;
}

void bare_close(bare_database *database) {
    sqlite3_close_v2(database->handle);
    free(database);
}

const char *bare_problem(bare_database *database) { return sqlite3_errmsg(database->handle); }

bare_query *bare_prepare(bare_database *database, const char *sql) {
    bare_query *query = calloc(1, sizeof *query);
    if (!query) return NULL;
    int status = sqlite3_prepare_v3(database->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &query->statement, NULL);
    if (status != SQLITE_OK) {
        free(query);
        return NULL;
    }
    return query;
}

void bare_finalize(bare_query *query) {
    sqlite3_finalize(query->statement);
    free(query->rows);
    while (query->first) {
        block *next = query->first->next;
        free(query->first);
        query->first = next;
    }
    free(query);
}

bool bare_bind_integer(bare_query *query, int index, int64_t value) {
    return sqlite3_bind_int64(query->statement, index, value) == SQLITE_OK;
}

bool bare_bind_text(bare_query *query, int index, const char *text) {
    return sqlite3_bind_text(query->statement, index, text, -1, SQLITE_TRANSIENT) == SQLITE_OK;
}

bool bare_bind_blob(bare_query *query, int index, const void *bytes, int count) {
    return sqlite3_bind_blob(query->statement, index, bytes, count, SQLITE_TRANSIENT) == SQLITE_OK;
}

/// Room for bytes that stay where they are until the next run.
static uint8_t *reserve(bare_query *query, size_t count) {
    block *current = query->current;
    block **end = current ? &current->next : &query->first;
    if (current && current->size - current->used < count) {
        current = current->next;
        if (current) current->used = 0;
    }
    if (!current || current->size - current->used < count) {
        size_t size = count > 1 << 16 ? count : 1 << 16;
        current = malloc(sizeof *current + size);
        if (!current) abort();
        *current = (block){.next = *end, .size = size};
        *end = current;
    }
    query->current = current;
    uint8_t *bytes = current->bytes + current->used;
    current->used += count;
    return bytes;
}

static bare_text copy(bare_query *query, int column) {
    // Text is asked for first: the count is then that of its UTF-8.
    bool is_blob = sqlite3_column_type(query->statement, column) == SQLITE_BLOB;
    const void *bytes = is_blob ? sqlite3_column_blob(query->statement, column)
                                : (const void *)sqlite3_column_text(query->statement, column);
    if (!bytes) return (bare_text){0};
    int count = sqlite3_column_bytes(query->statement, column);
    uint8_t *room = reserve(query, (size_t)count);
    memcpy(room, bytes, (size_t)count);
    return (bare_text){.bytes = room, .count = count};
}

static void read_row(bare_query *query, bare_row *row) {
    sqlite3_stmt *statement = query->statement;
    row->place = sqlite3_column_int64(statement, 0);
    row->sequence = sqlite3_column_int64(statement, 1);
    row->amount = sqlite3_column_int64(statement, 2);
    row->created_at = sqlite3_column_int64(statement, 3);
    row->completed_at = sqlite3_column_int64(statement, 4);
    bare_text *const texts[] = {
        &row->id,           &row->intent_id,  &row->type,        &row->status,        &row->currency,
        &row->from_account, &row->to_account, &row->merchant_id, &row->merchant_name, &row->description,
    };
    for (int text = 0; text < 10; text++) *texts[text] = copy(query, 5 + text);
}

int bare_run(bare_query *query) {
    query->count = 0;
    query->current = query->first;
    if (query->current) query->current->used = 0;
    int status;
    while ((status = sqlite3_step(query->statement)) == SQLITE_ROW) {
        if (query->count == query->capacity) {
            query->capacity = query->capacity ? query->capacity * 2 : 64;
            query->rows = realloc(query->rows, (size_t)query->capacity * sizeof *query->rows);
            if (!query->rows) abort();
        }
        read_row(query, &query->rows[query->count++]);
    }
    sqlite3_reset(query->statement);
    return status == SQLITE_DONE ? query->count : -1;
}

const bare_row *bare_rows(const bare_query *query) { return query->rows; }

int64_t bare_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}
