/*
 * Times calls and an event through fex.h: bench CONFIGURATION LOGIN CODE CALLS; prints nanoseconds as JSON.
 *
 * Messages stay the text that they are: what reading JSON costs is the host's.
 */
#define _POSIX_C_SOURCE 200809L
#include <fex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static fex_wallet *wallet;
static const char *code;
static long last_id;

static void fail(const char *message) {
    fprintf(stderr, "bench: %s\n", message ? message : "nothing came in time");
    exit(1);
}

/* Waits for the message that has this in it. The caller gives it back. */
static char *wait_for(const char *mark) {
    for (;;) {
        char *message = fex_receive(wallet, 60000);
        if (!message || strstr(message, "\"error\"")) fail(message);
        if (strstr(message, mark)) return message;
        fex_free(message);
    }
}

static void send_request(const char *method, const char *params) {
    char request[1000];
    snprintf(request, sizeof request, "{\"id\":%ld,\"method\":\"%s\",\"params\":%s}", ++last_id, method, params);
    if (fex_send(wallet, request) != FEX_OK) fail("a request was not taken");
}

/* Only requests' ids are numbers. */
static char *wait_for_answer(void) {
    char mark[40];
    snprintf(mark, sizeof mark, "\"id\":%ld,\"result\"", last_id);
    return wait_for(mark);
}

static void parse(void) {
    char request[1000];
    snprintf(request, sizeof request, "{\"id\":1,\"method\":\"parse\",\"params\":{\"code\":\"%s\"}}", code);
    char *answer = fex_execute(request);
    if (!strstr(answer, "\"kind\":\"merchant\"")) fail(answer);
    fex_free(answer);
}

static void history(void) {
    send_request("history", "{\"limit\":20}");
    char *answer = wait_for_answer();
    int rows = 0;
    for (const char *row = answer; (row = strstr(row, "\"completed_at\"")); row++) rows++;
    if (rows != 20) fail(answer);
    fex_free(answer);
}

static void watch(void) {
    send_request("subscribe", "{\"topic\":\"balance\"}");
    char *event = wait_for("\"event\":\"balance\"");
    if (!strstr(event, "\"as_of\"")) fail(event);
    fex_free(event);
}

static void unwatch(void) {
    send_request("unsubscribe", "{\"topic\":\"balance\"}");
    fex_free(wait_for_answer());
}

/* Prints the times of so many calls, after as many that aren't counted. */
static void measure(const char *name, long calls, void (*call)(void), void (*undo)(void)) {
    printf("\"%s\":[", name);
    for (long number = -calls; number < calls; number++) {
        struct timespec begun, done;
        clock_gettime(CLOCK_MONOTONIC, &begun);
        call();
        clock_gettime(CLOCK_MONOTONIC, &done);
        if (undo) undo();
        if (number >= 0)
            printf("%s%lld", number ? "," : "",
                   (done.tv_sec - begun.tv_sec) * 1000000000LL + done.tv_nsec - begun.tv_nsec);
    }
    printf("]");
}

int main(int count, char **arguments) {
    if (count != 5) fail("usage: bench CONFIGURATION LOGIN CODE CALLS");
    code = arguments[3];
    long calls = atol(arguments[4]);
    wallet = fex_open(arguments[1]);
    send_request("login.password", arguments[2]);
    fex_free(wait_for_answer());
    send_request("sync", "{}");
    fex_free(wait_for_answer());
    printf("{");
    measure("parse", calls, parse, NULL);
    printf(",");
    measure("history", calls, history, NULL);
    printf(",");
    measure("balance", calls, watch, unwatch);
    printf("}\n");
    fex_close(wallet);
}
