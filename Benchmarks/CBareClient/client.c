#define _POSIX_C_SOURCE 200809L

#include "client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const sql[STATEMENTS] = {
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [INSERT_DECISION] =
        "INSERT INTO decision (id, intent_id, kind, amount, currency, merchant_id, idempotency_key, body, decided_at,"
        " expires_at, state, may_have_left, sent_at)"
        " VALUES (?1, ?2, 'pay', ?3, 'USD', ?4, ?5, ?6, ?7, ?7 + 60000, 'sending', 1, ?7)",
    [INSERT_OUTBOX] =
        "INSERT INTO outbox (decision_id, attempts, next_attempt_at, leased_by, leased_until)"
        " VALUES (?1, 1, ?2 + 1000, 'bare', ?2 + 60000)",
    [SETTLE_DECISION] =
        "UPDATE decision SET state = 'confirmed', settled_at = ?2, transaction_id = ?3 WHERE id = ?1",
    [DELETE_OUTBOX] = "DELETE FROM outbox WHERE decision_id = ?1",
    [UPDATE_INTENT] = "UPDATE payment_intent SET status = 'completed', fetched_at = ?2, document = ?3 WHERE id = ?1",
    [INSERT_TRANSACTION] =
        "INSERT INTO ledger_transaction (place, id, intent_id, type, status, amount, currency, payee, completed_at)"
        " VALUES (?1 << 4, ?2, ?3, 2, 1, ?4, 1, 1, ?1)",
    [INSERT_WORDS] = "INSERT INTO ledger_text (rowid, text) VALUES (?1 << 4, ?2)",
    [INSERT_INTENT] =
        "INSERT INTO payment_intent (id, merchant_id, merchant_name, status, expires_at, fetched_at, document)"
        " VALUES (?1, 'bare', 'Bare', 'pending_approval', ?2 + 60000, ?2, ?3)",
    [INSERT_APPROVAL] =
        "INSERT INTO approval (intent_id, first_seen_at, came_by, first_amount, first_currency, first_merchant_id)"
        " VALUES (?1, ?2, 'stream', 1, 'USD', 'bare')",
};

// As the wallet has its own connection; what the last two lines write is there in a wallet that has paid before.
static const char *const settings =
    "PRAGMA synchronous = FULL; PRAGMA cache_size = -3000; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON;"
    "INSERT OR IGNORE INTO label (id, text) VALUES (1, 'completed'), (2, 'payment');"
    "INSERT OR IGNORE INTO payee (id, merchant_id, name) VALUES (1, 'bare', 'Bare');";

bool bare_fail(bare_client *client, const char *what) {
    snprintf(client->problem, sizeof client->problem, "%s", what);
    return false;
}

const char *bare_client_problem(const bare_client *client) { return client->problem; }

static size_t receive(char *bytes, size_t size, size_t count, void *context) {
    bare_client *client = context;
    size_t length = size * count;
    if (client->answer_length + length >= sizeof client->answer) return 0;
    memcpy(client->answer + client->answer_length, bytes, length);
    client->answer_length += length;
    return length;
}

bare_client *bare_client_open(const char *path, const char *api, const char *token) {
    bare_client *client = calloc(1, sizeof *client);
    if (!client) return NULL;
    client->api = strdup(api);
    client->token = strdup(token);
    client->curl = curl_easy_init();
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    bool is_open = client->api && client->token && client->curl
        && sqlite3_open_v2(path, &client->database, flags, NULL) == SQLITE_OK
        && sqlite3_exec(client->database, settings, NULL, NULL, NULL) == SQLITE_OK;
    for (int index = 0; is_open && index < STATEMENTS; index++) {
        is_open = sqlite3_prepare_v3(client->database, sql[index], -1, SQLITE_PREPARE_PERSISTENT,
                                     &client->statements[index], NULL) == SQLITE_OK;
    }
    if (!is_open) {
        if (client->database) fprintf(stderr, "%s\n", sqlite3_errmsg(client->database));
        bare_client_close(client);
        return NULL;
    }
    curl_easy_setopt(client->curl, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(client->curl, CURLOPT_WRITEDATA, client);
    curl_easy_setopt(client->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(client->curl, CURLOPT_PROXY, "");
    curl_easy_setopt(client->curl, CURLOPT_ACCEPT_ENCODING, "");
    return client;
}

void bare_client_close(bare_client *client) {
    natsSubscription_Destroy(client->subscription);
    natsConnection_Destroy(client->events);
    for (int index = 0; index < STATEMENTS; index++) sqlite3_finalize(client->statements[index]);
    sqlite3_close_v2(client->database);
    curl_easy_cleanup(client->curl);
    free(client->api);
    free(client->token);
    free(client);
}

void bare_text_at(bare_client *client, int statement, int index, const char *text) {
    sqlite3_bind_text(client->statements[statement], index, text, -1, SQLITE_STATIC);
}

void bare_number_at(bare_client *client, int statement, int index, int64_t number) {
    sqlite3_bind_int64(client->statements[statement], index, number);
}

bool bare_step(bare_client *client, int statement) {
    int status = sqlite3_step(client->statements[statement]);
    if (status != SQLITE_DONE) bare_fail(client, sqlite3_errmsg(client->database));
    sqlite3_reset(client->statements[statement]);
    return status == SQLITE_DONE;
}

static struct curl_slist *fields(bare_client *client, const char *key) {
    char line[2048];
    struct curl_slist *list = curl_slist_append(NULL, "Accept: application/json");
    if (!key) return list;
    snprintf(line, sizeof line, "Authorization: Bearer %s", client->token);
    list = curl_slist_append(list, line);
    snprintf(line, sizeof line, "Idempotency-Key: %s", key);
    list = curl_slist_append(list, line);
    list = curl_slist_append(list, "Content-Type: application/json");
    return curl_slist_append(list, "Expect:");
}

bool bare_call(bare_client *client, const char *path, const char *key, const char *body) {
    char url[2048];
    snprintf(url, sizeof url, "%s%s", client->api, path);
    struct curl_slist *list = fields(client, key);
    curl_easy_setopt(client->curl, CURLOPT_URL, url);
    curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, list);
    if (body) {
        curl_easy_setopt(client->curl, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
        curl_easy_setopt(client->curl, CURLOPT_POSTFIELDS, body);
    } else {
        curl_easy_setopt(client->curl, CURLOPT_HTTPGET, 1L);
    }
    client->answer_length = 0;
    CURLcode code = curl_easy_perform(client->curl);
    curl_slist_free_all(list);
    client->answer[client->answer_length] = 0;
    long status = 0;
    curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &status);
    if (code != CURLE_OK) return bare_fail(client, curl_easy_strerror(code));
    return status == 200 || bare_fail(client, "the answer is another than 200");
}
