#pragma once

// The library itself comes with GRDB; of it only what Swift can't call is here.
int sqlite3_config(int option, ...);

/// Has SQLite keep no count of its memory (SQLITE_CONFIG_MEMSTATUS): threads of one process would take turns for it at each
/// allocation. To be called before SQLite is first used.
static inline int csqlite_count_no_memory(void) { return sqlite3_config(9, 0); }
