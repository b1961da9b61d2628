#pragma once

#include <stdbool.h>

// The library itself comes with GRDB; of it only what Swift can't call is here.
struct sqlite3;
int sqlite3_db_config(struct sqlite3 *database, int operation, ...);

/// Has a connection take its database for an empty one, whatever is in it: SQLITE_DBCONFIG_RESET_DATABASE.
static inline int csqlite_set_reset(struct sqlite3 *database, bool is_on) {
    return sqlite3_db_config(database, 1009, (int)is_on, (int *)0);
}
