#pragma once

#include "CBareClient.h"

#include <curl/curl.h>
#include <nats/nats.h>
#include <sqlite3.h>

/// The statements of a client, prepared once.
enum {
    BEGIN,
    COMMIT,
    INSERT_DECISION,
    INSERT_OUTBOX,
    SETTLE_DECISION,
    DELETE_OUTBOX,
    UPDATE_INTENT,
    INSERT_TRANSACTION,
    INSERT_WORDS,
    INSERT_INTENT,
    INSERT_APPROVAL,
    STATEMENTS
};

struct bare_client {
    char problem[256];
    sqlite3 *database;
    sqlite3_stmt *statements[STATEMENTS];
    CURL *curl;
    char *api;
    char *token;
    char answer[16384];
    size_t answer_length;
    natsConnection *events;
    natsSubscription *subscription;
};

/// Notes what failed.
bool bare_fail(bare_client *client, const char *what);

/// Makes a call and keeps its answer; with a body it is a POST.
bool bare_call(bare_client *client, const char *path, const char *key, const char *body);

/// Binds a text, which has to live until the statement is run.
void bare_text_at(bare_client *client, int statement, int index, const char *text);

/// Binds a number.
void bare_number_at(bare_client *client, int statement, int index, int64_t number);

/// Runs a statement to its end.
bool bare_step(bare_client *client, int statement);
