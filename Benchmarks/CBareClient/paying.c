#include "client.h"

#include <stdio.h>
#include <string.h>

static bool record(bare_client *client, const bare_payment *payment) {
    bare_text_at(client, INSERT_DECISION, 1, payment->decision);
    bare_text_at(client, INSERT_DECISION, 2, payment->intent);
    bare_number_at(client, INSERT_DECISION, 3, payment->amount);
    bare_text_at(client, INSERT_DECISION, 4, payment->merchant);
    bare_text_at(client, INSERT_DECISION, 5, payment->key);
    // The column holds bytes.
    sqlite3_bind_blob(client->statements[INSERT_DECISION], 6, payment->body, (int)strlen(payment->body),
                      SQLITE_STATIC);
    bare_number_at(client, INSERT_DECISION, 7, payment->now);
    bare_text_at(client, INSERT_OUTBOX, 1, payment->decision);
    bare_number_at(client, INSERT_OUTBOX, 2, payment->now);
    return bare_step(client, BEGIN) && bare_step(client, INSERT_DECISION) && bare_step(client, INSERT_OUTBOX)
        && bare_step(client, COMMIT);
}

static bool settle(bare_client *client, const bare_payment *payment) {
    bare_text_at(client, SETTLE_DECISION, 1, payment->decision);
    bare_number_at(client, SETTLE_DECISION, 2, payment->now);
    bare_text_at(client, SETTLE_DECISION, 3, payment->transaction);
    bare_text_at(client, DELETE_OUTBOX, 1, payment->decision);
    bare_text_at(client, UPDATE_INTENT, 1, payment->intent);
    bare_number_at(client, UPDATE_INTENT, 2, payment->now);
    bare_text_at(client, UPDATE_INTENT, 3, client->answer);
    bare_number_at(client, INSERT_TRANSACTION, 1, payment->now);
    bare_text_at(client, INSERT_TRANSACTION, 2, payment->transaction);
    bare_text_at(client, INSERT_TRANSACTION, 3, payment->intent);
    bare_number_at(client, INSERT_TRANSACTION, 4, payment->amount);
    bare_number_at(client, INSERT_WORDS, 1, payment->now);
    bare_text_at(client, INSERT_WORDS, 2, payment->words);
    return bare_step(client, BEGIN) && bare_step(client, SETTLE_DECISION) && bare_step(client, DELETE_OUTBOX)
        && bare_step(client, UPDATE_INTENT) && bare_step(client, INSERT_TRANSACTION) && bare_step(client, INSERT_WORDS)
        && bare_step(client, COMMIT);
}

bool bare_pay(bare_client *client, const bare_payment *payment) {
    char path[256];
    snprintf(path, sizeof path, "/wallet/api/v1/payment-intents/%s/pay", payment->intent);
    return record(client, payment) && bare_call(client, path, payment->key, payment->body) && settle(client, payment);
}
