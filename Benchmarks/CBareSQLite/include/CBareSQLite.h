#pragma once

#include <stdbool.h>
#include <stdint.h>

/// A wallet's database file, read through nothing but SQLite's C interface: what the wallet's own reads are measured
/// against.
typedef struct bare_database bare_database;

/// A question that is prepared once, and asked again and again.
typedef struct bare_query bare_query;

/// A text or a blob of a row. Without bytes where the column is NULL.
typedef struct {
    const uint8_t *bytes;
    int32_t count;
} bare_text;

/// A row of the history with all its columns. Its texts live until the query is run again.
typedef struct {
    int64_t place;
    int64_t sequence;
    int64_t amount;
    int64_t created_at;
    int64_t completed_at;
    bare_text id;
    bare_text intent_id;
    bare_text type;
    bare_text status;
    bare_text currency;
    bare_text from_account;
    bare_text to_account;
    bare_text merchant_id;
    bare_text merchant_name;
    bare_text description;
} bare_row;

/// The columns of a `bare_row`, in the order in which a query has to select them.
///
/// Rows are of `ledger_transaction AS t`; labels and payees are joined by `bare_joins`.
extern const char *const bare_columns;

/// What names the labels and payees of `t`.
extern const char *const bare_joins;

/// Opens a file for reading. NULL if that can't be done.
bare_database *bare_open(const char *path);

/// Closes the file. All its queries must be gone.
void bare_close(bare_database *database);

/// Prepares a question. NULL if SQLite doesn't understand it: `bare_problem` tells why.
bare_query *bare_prepare(bare_database *database, const char *sql);

/// What SQLite said last.
const char *bare_problem(bare_database *database);

/// Forgets a question.
void bare_finalize(bare_query *query);

/// Gives a parameter, from 1, a number.
bool bare_bind_integer(bare_query *query, int index, int64_t value);

/// Gives a parameter, from 1, a text; it is copied.
bool bare_bind_text(bare_query *query, int index, const char *text);

/// Gives a parameter, from 1, bytes; they are copied.
bool bare_bind_blob(bare_query *query, int index, const void *bytes, int count);

/// Asks, and copies every column of every row. How many rows there are; -1 where SQLite fails.
int bare_run(bare_query *query);

/// The rows of the last run.
const bare_row *bare_rows(const bare_query *query);

/// Nanoseconds on a clock that only goes forward.
int64_t bare_now(void);
