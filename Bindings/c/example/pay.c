/*
 * A first payment: logs in at a sandbox, pays a code, approves a request, and prints the history.
 *
 *     fex-sandbox serve --port 0 --ready-file ready.json &
 *     code=$(fex-sandbox pos intent --ready ready.json --amount 29.99 --json | jq -r .payment_intent.qr_data)
 *     pay "$PWD/wallet" ready.json "$code"
 *
 * JSON is read and written by jansson; any other library does as well.
 */
#include <fex.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

/* Ends the program for an error of the wallet. */
static void fail(const char *method, json_t *error) {
    fprintf(stderr, "pay: %s: %s (%s)\n", method, json_string_value(json_object_get(error, "message")),
            json_string_value(json_object_get(error, "code")));
    exit(1);
}

/* Waits for the answer to a request, and passes over what else the wallet says. The caller gives the result back. */
static json_t *wait_for_answer(fex_wallet *wallet, json_int_t id, const char *method) {
    for (;;) {
        char *text = fex_receive(wallet, -1);
        json_t *message = json_loads(text, 0, NULL);
        fex_free(text);
        json_t *answered = json_object_get(message, "id"), *error = json_object_get(message, "error");
        /* Questions have ids too, and "id": null is about something that was no request. */
        if (json_is_integer(answered) && json_integer_value(answered) == id && !json_object_get(message, "ask")) {
            if (error) fail(method, error);
            json_t *result = json_incref(json_object_get(message, "result"));
            json_decref(message);
            return result;
        }
        json_decref(message);
    }
}

/* Sends a request, whose parameters it takes, and waits for the answer. */
static json_t *call(fex_wallet *wallet, const char *method, json_t *params) {
    static json_int_t id = 0;
    json_t *request = json_pack("{s:I, s:s, s:o}", "id", ++id, "method", method, "params", params);
    char *text = json_dumps(request, JSON_COMPACT);
    json_decref(request);
    fex_status status = fex_send(wallet, text);
    free(text);
    if (status != FEX_OK) {
        fprintf(stderr, "pay: %s was not taken (%d)\n", method, status);
        exit(1);
    }
    return wait_for_answer(wallet, id, method);
}

/* A member's text. What the platform says of others may hold anything: control characters don't reach the terminal. */
static const char *text(json_t *object, const char *name) {
    const char *value = json_string_value(json_object_get(object, name));
    if (!value) return "-";
    for (char *byte = (char *)value; *byte; byte++)
        if ((unsigned char)*byte < 0x20 || *byte == 0x7f) *byte = '?';
    return value;
}

/* What a decision is about: what the person saw, which the wallet holds against what the platform says. */
static json_t *terms(json_t *seen) {
    return json_pack("{s:O, s:O, s:O, s:O}", "intent", json_object_get(seen, "intent"), "amount",
                     json_object_get(seen, "amount"), "currency", json_object_get(seen, "currency"), "merchant",
                     json_object_get(seen, "merchant"));
}

/* Pays or approves, and says what came of it. Whoever pays for a person asks the person first. */
static void decide(fex_wallet *wallet, const char *method, json_t *seen, const char *merchant) {
    json_t *result = call(wallet, method, terms(seen));
    printf("%s %s %s to %s: %s\n", method, text(seen, "amount"), text(seen, "currency"), merchant,
           text(json_object_get(result, "decision"), "state"));
    json_decref(result);
}

int main(int count, char **arguments) {
    if (count != 4) {
        fprintf(stderr, "usage: pay FOLDER READY.json CODE\n");
        return 64;
    }
    json_error_t problem;
    json_t *ready = json_load_file(arguments[2], 0, &problem), *api, *auth;
    const char *username, *password;
    if (!ready || json_unpack_ex(ready, &problem, 0, "{s:o, s:o, s:[{s:s, s:s}]}", "api", &api, "auth", &auth,
                                 "wallets", "username", &username, "password", &password)) {
        fprintf(stderr, "pay: %s: %s\n", arguments[2], problem.text);
        return 66;
    }
    json_t *configuration = json_pack("{s:s, s:O, s:O}", "folder", arguments[1], "api", api, "auth", auth);
    char *opening = json_dumps(configuration, JSON_COMPACT);
    fex_wallet *wallet = fex_open(opening);
    free(opening);
    json_decref(configuration);
    json_decref(wait_for_answer(wallet, 0, "open"));

    json_decref(call(wallet, "login.password", json_pack("{s:s, s:s, s:s}", "username", username, "password", password,
                                                         "device_name", "pay.c")));
    json_t *scan = call(wallet, "scan", json_pack("{s:s}", "code", arguments[3]));
    if (!json_is_string(json_object_get(scan, "intent"))) {
        fprintf(stderr, "pay: there is nothing to pay: %s\n", text(scan, "summary"));
        return 65;
    }
    /* A code has no name in it: the platform has. */
    decide(wallet, "pay", scan, text(json_object_get(scan, "payment_intent"), "merchant_name"));
    json_decref(scan);

    json_t *inbox = call(wallet, "approvals", json_object()), *approval;
    size_t index;
    json_array_foreach(json_object_get(inbox, "approvals"), index, approval)
        decide(wallet, "approve", approval, text(approval, "merchant_name"));
    json_decref(inbox);

    json_decref(call(wallet, "sync", json_object()));
    json_t *history = call(wallet, "history", json_pack("{s:i}", "limit", 20)), *row;
    json_array_foreach(json_object_get(history, "transactions"), index, row)
        printf("%s  %10s %s  %s\n", text(row, "created_at"), text(row, "amount"), text(row, "currency"),
               text(row, "merchant_name"));
    json_decref(history);
    json_decref(ready);
    fex_close(wallet);
    return 0;
}
