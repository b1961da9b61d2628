#define _GNU_SOURCE

#include "client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct bare_publisher {
    natsConnection *connection;
};

bool bare_listen(bare_client *client, const char *events, const char *subject) {
    natsStatus status = natsConnection_ConnectTo(&client->events, events);
    if (status == NATS_OK) status = natsConnection_SubscribeSync(&client->subscription, client->events, subject);
    // Subscribed once the server has answered.
    if (status == NATS_OK) status = natsConnection_FlushTimeout(client->events, 5000);
    return status == NATS_OK || bare_fail(client, natsStatus_GetText(status));
}

static int64_t now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/// Finds the text of a field, by its name alone.
static bool find(const char *payload, int length, const char *name, char *text, size_t size) {
    const char *start = memmem(payload, (size_t)length, name, strlen(name));
    if (!start) return false;
    start += strlen(name);
    const char *end = memchr(start, '"', (size_t)(payload + length - start));
    if (!end || (size_t)(end - start) >= size) return false;
    memcpy(text, start, (size_t)(end - start));
    text[end - start] = 0;
    return true;
}

static bool save(bare_client *client, const char *intent) {
    int64_t milliseconds = now(CLOCK_REALTIME) / 1000000;
    bare_text_at(client, INSERT_INTENT, 1, intent);
    bare_number_at(client, INSERT_INTENT, 2, milliseconds);
    bare_text_at(client, INSERT_INTENT, 3, client->answer);
    bare_text_at(client, INSERT_APPROVAL, 1, intent);
    bare_number_at(client, INSERT_APPROVAL, 2, milliseconds);
    return bare_step(client, BEGIN) && bare_step(client, INSERT_INTENT) && bare_step(client, INSERT_APPROVAL)
        && bare_step(client, COMMIT);
}

bool bare_receive(bare_client *client, bare_request *request) {
    natsMsg *message = NULL;
    natsStatus status = natsSubscription_NextMsg(&message, client->subscription, 10000);
    if (status != NATS_OK) return bare_fail(client, natsStatus_GetText(status));
    char intent[130], path[256];
    bool is_found = find(natsMsg_GetData(message), natsMsg_GetDataLength(message), "\"payment_intent_id\":\"", intent,
                         sizeof intent);
    natsMsg_Destroy(message);
    if (!is_found) return bare_fail(client, "the event names no intent");
    snprintf(path, sizeof path, "/merchant/api/v1/public/payment-intents/%s", intent);
    if (!bare_call(client, path, NULL, NULL)) return false;
    request->fetched_at = now(CLOCK_MONOTONIC);
    if (!save(client, intent)) return false;
    request->saved_at = now(CLOCK_MONOTONIC);
    return true;
}

bare_publisher *bare_publisher_open(const char *events) {
    bare_publisher *publisher = calloc(1, sizeof *publisher);
    natsOptions *options = NULL;
    bool is_open = publisher && natsOptions_Create(&options) == NATS_OK
        && natsOptions_SetURL(options, events) == NATS_OK
        // Without another thread that would send it a moment later.
        && natsOptions_SetSendAsap(options, true) == NATS_OK
        && natsConnection_Connect(&publisher->connection, options) == NATS_OK;
    natsOptions_Destroy(options);
    if (is_open) return publisher;
    free(publisher);
    return NULL;
}

bool bare_publish(bare_publisher *publisher, const char *subject, const char *payload) {
    return natsConnection_PublishString(publisher->connection, subject, payload) == NATS_OK;
}

void bare_publisher_close(bare_publisher *publisher) {
    natsConnection_Destroy(publisher->connection);
    free(publisher);
}
