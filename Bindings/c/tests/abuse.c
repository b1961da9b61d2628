/*
 * What hosts get wrong, and what the library answers: never a crash, never a hang.
 *
 *     abuse FOLDER [ROUNDS]
 *
 * FOLDER is made for its wallets. ROUNDS is how many times the threads go for a wallet each way, 20 by default. No
 * platform is needed: its address is one where nobody listens. The alarm is for a hang alone.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fex.h>
#include <jansson.h>
#include <poll.h>
#include <pthread.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static atomic_int failures;
static atomic_long sent;
static const char *folder;

#define check(condition)                                                                       \
    do {                                                                                       \
        if (!(condition)) {                                                                    \
            fprintf(stderr, "abuse.c:%d: %s: not so: %s\n", __LINE__, __func__, #condition);   \
            failures++;                                                                        \
        }                                                                                      \
    } while (0)

#define LAST "{\"closed\":true}"
#define MEBIBYTE (1024 * 1024)
#define LONGEST (4 * MEBIBYTE)

/* ---- What every case uses ---- */

/* Opens a wallet in a folder of its own; `more` are further members of its configuration. */
static fex_wallet *open_wallet(const char *name, const char *more) {
    char configuration[1024];
    snprintf(configuration, sizeof configuration,
             "{\"folder\":\"%s/%s\",\"api\":\"http://127.0.0.1:1\",\"auth\":\"http://127.0.0.1:1\"%s}", folder, name,
             more);
    fex_wallet *wallet = fex_open(configuration);
    check(wallet != NULL);
    return wallet;
}

/* The next message, which is to be JSON. */
static json_t *receive(fex_wallet *wallet) {
    char *text = fex_receive(wallet, -1);
    check(text != NULL);
    json_t *message = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    check(message != NULL);
    fex_free(text);
    return message;
}

/* The next message whose member has a value, as JSON; those between are passed over. */
static json_t *wait_for(fex_wallet *wallet, const char *member, const char *value) {
    json_t *wanted = json_loads(value, JSON_DECODE_ANY, NULL);
    for (;;) {
        json_t *message = receive(wallet), *found = json_object_get(message, member);
        /* A question's id is none of a request's. */
        int is_it = json_equal(found, wanted) && (strcmp(member, "id") || !json_object_get(message, "ask"));
        int is_last = json_object_get(message, "closed") != NULL;
        check(is_it || !is_last);
        if (is_it || is_last) {
            json_decref(wanted);
            return message;
        }
        json_decref(message);
    }
}

/* Whether a message says an error of this code, and what is wrong; gives the message back. */
static int is_error(json_t *message, const char *code) {
    json_t *error = json_object_get(message, "error");
    const char *given = json_string_value(json_object_get(error, "code"));
    int is_it = given && strcmp(given, code) == 0 && json_is_string(json_object_get(error, "message")) &&
                json_is_string(json_object_get(error, "retry")) && json_is_string(json_object_get(error, "money"));
    if (!is_it) {
        char *text = json_dumps(message, JSON_COMPACT);
        fprintf(stderr, "abuse.c: expected %s, not %s\n", code, text ? text : "nothing");
        free(text);
    }
    json_decref(message);
    return is_it;
}

/* Whether a message says a result; gives it back. */
static int is_result(json_t *message) {
    int is_it = json_is_object(json_object_get(message, "result"));
    if (!is_it) {
        char *text = json_dumps(message, JSON_COMPACT);
        fprintf(stderr, "abuse.c: expected a result, not %s\n", text ? text : "nothing");
        free(text);
    }
    json_decref(message);
    return is_it;
}

static int is_text(char *text, const char *expected) {
    int is_it = text && strcmp(text, expected) == 0;
    fex_free(text);
    return is_it;
}

static int is_closed(fex_wallet *wallet) {
    return fex_send(wallet, "{\"id\":1,\"method\":\"version\"}") == FEX_CLOSED &&
           fex_send(wallet, "nonsense") == FEX_CLOSED && is_text(fex_receive(wallet, 0), LAST) &&
           is_text(fex_receive(wallet, -1), LAST);
}

static unsigned chance(unsigned *seed, unsigned below) {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed % below;
}

static void count_wake(void *count) { atomic_fetch_add((atomic_int *)count, 1); }

static pthread_t start(void *(*body)(void *), void *argument) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, body, argument) != 0) abort();
    return thread;
}

static char *join(pthread_t thread) {
    void *result;
    pthread_join(thread, &result);
    return result;
}

/* ---- One host thread ---- */

static void pure(void) {
    check(fex_abi_version() == FEX_ABI_VERSION);
    char *text = fex_execute("{\"id\":1,\"method\":\"version\"}");
    json_t *message = json_loads(text, 0, NULL);
    fex_free(text);
    check(json_integer_value(json_object_get(json_object_get(message, "result"), "abi")) == FEX_ABI_VERSION);
    json_decref(message);
    const char *refused[][2] = {
        {NULL, "not_a_message"},
        {"", "not_a_message"},
        {"nonsense", "not_a_message"},
        {"\xff", "not_a_message"},
        {"{\"answer\":1,\"result\":{}}", "unknown_method"},
        {"{\"id\":1,\"method\":\"balance\"}", "unknown_method"},
        {"{\"id\":1,\"method\":\"cancel\",\"params\":{\"id\":2}}", "unknown_method"},
        {"{\"id\":1,\"method\":\"money\",\"params\":{\"text\":\"1\"}}", "bad_parameter"},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        text = fex_execute(refused[i][0]);
        check(text != NULL);
        check(is_error(json_loads(text, 0, NULL), refused[i][1]));
        fex_free(text);
    }
    fex_free(NULL);
}

static void no_wallet(void) {
    fex_wallet *never = (fex_wallet *)(uintptr_t)0x7fffdeadbeef;
    fex_wallet *wallets[] = {NULL, never, (fex_wallet *)(uintptr_t)-1};
    for (int i = 0; i < 3; i++) {
        check(fex_send(wallets[i], "{\"id\":1,\"method\":\"version\"}") == FEX_CLOSED);
        check(fex_send(wallets[i], NULL) == FEX_CLOSED);
        check(fex_receive(wallets[i], -1) == NULL);
        fex_set_wake(wallets[i], count_wake, NULL);
        fex_set_wake(wallets[i], NULL, NULL);
        fex_close(wallets[i]);
        fex_close(wallets[i]);
    }
}

static void no_configuration(void) {
    const char *configurations[][2] = {
        {NULL, "not_a_message"},
        {"", "not_a_message"},
        {"nonsense", "not_a_message"},
        {"{\"folder\":\"/\xc3\x28\"}", "not_a_message"},
        {"{}", "bad_parameter"},
        {"{\"folder\":\"here\",\"api\":\"http://127.0.0.1:1\",\"auth\":\"http://127.0.0.1:1\"}", "bad_parameter"},
        {"{\"folder\":\"/a\",\"api\":\"http://127.0.0.1:1\",\"auth\":\"http://127.0.0.1:1\",\"x\":1}", "bad_parameter"},
        {"{\"folder\":7,\"api\":\"http://127.0.0.1:1\",\"auth\":\"http://127.0.0.1:1\"}", "bad_parameter"},
    };
    for (size_t i = 0; i < sizeof configurations / sizeof *configurations; i++) {
        fex_wallet *wallet = fex_open(configurations[i][0]);
        check(fex_send(wallet, "{\"id\":5,\"method\":\"balance\"}") == FEX_OK);
        json_t *opening = receive(wallet);
        check(json_integer_value(json_object_get(opening, "id")) == 0 && json_object_get(opening, "id"));
        check(is_error(opening, configurations[i][1]));
        /* Every request is answered with what kept the wallet from being opened. */
        check(is_error(wait_for(wallet, "id", "5"), configurations[i][1]));
        fex_close(wallet);
        check(is_closed(wallet));
    }
}

static void no_messages(void) {
    const char *texts[][2] = {
        {NULL, "not_a_message"},
        {"", "not_a_message"},
        {" ", "not_a_message"},
        {"nonsense", "not_a_message"},
        {"[]", "not_a_message"},
        {"{}", "not_a_message"},
        {"{\"id\":1,\"method\":\"version\"} {}", "not_a_message"},
        {"{\"id\":1,\"id\":2,\"method\":\"version\"}", "not_a_message"},
        {"{\"id\":1,\"method\":\"version\",\"more\":1}", "not_a_message"},
        {"{\"id\":1,\"method\":7}", "not_a_message"},
        {"{\"answer\":1}", "not_a_message"},
        {"{\"answer\":1,\"result\":1,\"error\":{\"code\":\"x\"}}", "not_a_message"},
        {"{\"method\":\"version\"}", "bad_id"},
        {"{\"id\":0,\"method\":\"version\"}", "bad_id"},
        {"{\"id\":-1,\"method\":\"version\"}", "bad_id"},
        {"{\"id\":1.5,\"method\":\"version\"}", "bad_id"},
        {"{\"id\":\"1\",\"method\":\"version\"}", "bad_id"},
        {"{\"id\":null,\"method\":\"version\"}", "bad_id"},
        {"{\"id\":9007199254740992,\"method\":\"version\"}", "bad_id"},
        /* Not UTF-8: a byte that never occurs, an overlong form, a surrogate, a sequence cut off. */
        {"{\"id\":1,\"method\":\"version\",\"params\":{\"\xff\":1}}", "not_a_message"},
        {"{\"id\":1,\"method\":\"\xc0\xaf\"}", "not_a_message"},
        {"{\"id\":1,\"method\":\"\xed\xa0\x80\"}", "not_a_message"},
        {"{\"id\":1,\"method\":\"\xe2\x82\"}", "not_a_message"},
    };
    fex_wallet *wallet = open_wallet("no-messages", "");
    json_decref(receive(wallet));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        check(fex_send(wallet, texts[i][0]) == FEX_NOT_A_MESSAGE);
        json_t *message = receive(wallet);
        check(json_is_null(json_object_get(message, "id")));
        check(is_error(message, texts[i][1]));
    }
    check(fex_send(wallet, "{\"id\":1,\"method\":\"version\"}") == FEX_OK);
    check(is_result(receive(wallet)));
    fex_close(wallet);
}

/* A request to parse a code that makes it so many bytes long. */
static char *long_request(size_t length) {
    const char *head = "{\"id\":1,\"method\":\"parse\",\"params\":{\"code\":\"", *tail = "\"}}";
    char *text = malloc(length + 1);
    memset(text, 'a', length);
    memcpy(text, head, strlen(head));
    memcpy(text + length - strlen(tail), tail, strlen(tail));
    text[length] = '\0';
    return text;
}

static void long_messages(void) {
    fex_wallet *wallet = open_wallet("long-messages", "");
    json_decref(receive(wallet));
    char *text = long_request(LONGEST);
    check(fex_send(wallet, text) == FEX_OK);
    json_t *message = receive(wallet);
    check(json_integer_value(json_object_get(message, "id")) == 1);
    json_decref(message);
    free(text);
    size_t lengths[] = {LONGEST + 1, 64 * MEBIBYTE};
    for (int i = 0; i < 2; i++) {
        text = long_request(lengths[i]);
        check(fex_send(wallet, text) == FEX_NOT_A_MESSAGE);
        message = receive(wallet);
        check(json_is_null(json_object_get(message, "id")));
        check(is_error(message, "message_too_long"));
        char *answer = fex_execute(text);
        check(is_error(json_loads(answer, 0, NULL), "message_too_long"));
        fex_free(answer);
        fex_wallet *other = fex_open(text);
        message = receive(other);
        check(json_is_object(json_object_get(message, "error")));
        json_decref(message);
        fex_close(other);
        free(text);
    }
    fex_close(wallet);
}

static void bad_requests(void) {
    const char *requests[][3] = {
        {"{\"id\":1,\"method\":\"nothing\"}", "unknown_method", "nothing"},
        {"{\"id\":1,\"method\":\"parse\"}", "bad_parameter", "code"},
        {"{\"id\":1,\"method\":\"parse\",\"params\":{\"code\":7}}", "bad_parameter", "code"},
        {"{\"id\":1,\"method\":\"parse\",\"params\":{\"code\":\"a\",\"more\":1}}", "bad_parameter", "more"},
        {"{\"id\":1,\"method\":\"history\",\"params\":{\"limit\":0}}", "bad_parameter", "limit"},
        {"{\"id\":1,\"method\":\"history\",\"params\":{\"limit\":\"1\"}}", "bad_parameter", "limit"},
        {"{\"id\":1,\"method\":\"subscribe\",\"params\":{\"topic\":\"weather\"}}", "bad_parameter", "topic"},
        {"{\"id\":1,\"method\":\"money\",\"params\":{\"text\":1,\"currency\":\"USD\"}}", "bad_parameter", "text"},
    };
    fex_wallet *wallet = open_wallet("bad-requests", "");
    json_decref(receive(wallet));
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        check(fex_send(wallet, requests[i][0]) == FEX_OK);
        json_t *message = receive(wallet);
        check(json_integer_value(json_object_get(message, "id")) == 1);
        const char *why = json_string_value(json_object_get(json_object_get(message, "error"), "message"));
        check(why && strstr(why, requests[i][2]));
        check(is_error(message, requests[i][1]));
    }
    fex_close(wallet);
}

/* Sends a request of which the wallet asks the host for a secret, and returns the question's id. */
static json_int_t make_it_ask(fex_wallet *wallet, int id) {
    char request[200];
    snprintf(request, sizeof request,
             "{\"id\":%d,\"method\":\"login.tokens\",\"params\":"
             "{\"access_token\":\"t\",\"expires_in\":3600,\"device_name\":\"d\"}}",
             id);
    check(fex_send(wallet, request) == FEX_OK);
    for (;;) {
        json_t *message = receive(wallet);
        json_int_t question = json_object_get(message, "ask") ? json_integer_value(json_object_get(message, "id")) : 0;
        check(question || !json_object_get(message, "closed"));
        int ended = question || json_object_get(message, "closed");
        json_decref(message);
        if (ended) return question;
    }
}

static void answer(fex_wallet *wallet, json_int_t question, const char *answer) {
    char text[200];
    snprintf(text, sizeof text, "{\"answer\":%lld,%s}", (long long)question, answer);
    check(fex_send(wallet, text) == FEX_OK);
}

static void questions(void) {
    const char *host = ",\"host\":[\"secrets\",\"http\"]";
    fex_wallet *wallet = open_wallet("questions", host);
    json_int_t question = make_it_ask(wallet, 1);
    /* A second request with the id of one in flight, which stays in flight. */
    check(fex_send(wallet, "{\"id\":1,\"method\":\"version\"}") == FEX_OK);
    check(is_error(wait_for(wallet, "id", "null"), "repeated_id"));
    answer(wallet, question + 1000, "\"result\":{}");
    check(is_error(wait_for(wallet, "id", "null"), "no_question"));
    /* Answered twice. What the wallet asks then, nobody answers: cancelled, the request is answered all the same. */
    answer(wallet, question, "\"result\":null");
    answer(wallet, question, "\"result\":null");
    check(is_error(wait_for(wallet, "id", "null"), "no_question"));
    check(fex_send(wallet, "{\"id\":2,\"method\":\"cancel\",\"params\":{\"id\":1}}") == FEX_OK);
    check(is_error(wait_for(wallet, "id", "1"), "cancelled"));
    question = make_it_ask(wallet, 3);
    check(fex_send(wallet, "{\"method\":\"cancel\",\"params\":{\"id\":3}}") == FEX_OK);
    check(is_error(wait_for(wallet, "id", "3"), "cancelled"));
    /* Too late, which is no fault: the next message is the answer to what is sent after it. */
    answer(wallet, question, "\"result\":null");
    check(fex_send(wallet, "{\"id\":4,\"method\":\"version\"}") == FEX_OK);
    json_t *message = receive(wallet);
    check(json_integer_value(json_object_get(message, "id")) == 4);
    check(is_result(message));
    /* Answered in the wrong shape: the request fails, and nothing else. */
    question = make_it_ask(wallet, 5);
    answer(wallet, question, "\"result\":{\"secret\":7,\"status\":\"none\"}");
    message = wait_for(wallet, "id", "5");
    check(json_is_object(json_object_get(message, "error")));
    json_decref(message);
    /* Never answered: closing does not wait for it. */
    make_it_ask(wallet, 6);
    fex_close(wallet);
    check(is_closed(wallet));
}

/* How many files this process has open. */
static int open_files(void) {
    int count = 0;
    DIR *directory = opendir("/proc/self/fd");
    while (readdir(directory)) count++;
    closedir(directory);
    return count;
}

static void after_closing(void) {
    fex_wallet *first = open_wallet("after-closing", "");
    check(is_result(receive(first)));
    /* One folder is one wallet's. */
    fex_wallet *second = open_wallet("after-closing", "");
    json_t *opening = receive(second);
    check(json_is_object(json_object_get(opening, "error")));
    json_decref(opening);
    fex_close(second);
    fex_close(first);
    fex_close(first);
    check(is_closed(first));
    fex_set_wake(first, count_wake, NULL);
    /* Its files are closed, so the folder can be opened again at once. */
    int files = open_files();
    for (int i = 0; i < 20; i++) {
        fex_wallet *again = open_wallet("after-closing", "");
        check(again != first);
        /* Every other one is closed while it is being opened. */
        if (i % 2) check(is_result(receive(again)));
        fex_close(again);
    }
    check(open_files() == files);
    check(is_closed(first));
}

/* The method closes too, and then everything that was taken is answered before the last message. */
static void closed_by_message(void) {
    fex_wallet *wallet = open_wallet("closed-by-message", ",\"host\":[\"secrets\"]");
    make_it_ask(wallet, 1);
    check(fex_send(wallet, "{\"id\":2,\"method\":\"close\"}") == FEX_OK);
    int answered = 0;
    for (;;) {
        json_t *message = receive(wallet);
        int last = json_object_get(message, "closed") != NULL;
        json_int_t id = json_integer_value(json_object_get(message, "id"));
        if (id == 1) answered |= is_error(json_incref(message), "cancelled") ? 1 : 0;
        if (id == 2) answered |= json_object_get(message, "result") ? 2 : 0;
        json_decref(message);
        if (last) break;
    }
    check(answered == 3);
    check(is_closed(wallet));
    fex_close(wallet);
    check(is_closed(wallet));
}

/* ---- More than one thread ---- */

static void *receive_text(void *wallet) { return fex_receive(wallet, -1); }
static void *close_it(void *wallet) { return fex_close(wallet), NULL; }

/* Closes a wallet of its own while it begins to watch its tables, which it reads on threads that nobody waits for. */
static void *close_while_watching(void *name) {
    const char *topics[] = {"history", "outbox", "approvals", "balance"};
    unsigned seed = *(const char *)name;
    for (int i = 0; i < 500; i++) {
        fex_wallet *wallet = open_wallet(name, "");
        check(is_result(receive(wallet)));
        for (int topic = 0; topic < 4; topic++) {
            char request[100];
            snprintf(request, sizeof request, "{\"id\":%d,\"method\":\"subscribe\",\"params\":{\"topic\":\"%s\"}}",
                     topic + 1, topics[topic]);
            check(fex_send(wallet, request) == FEX_OK);
        }
        /* There are eight to come: an answer and a value for each. */
        for (unsigned received = chance(&seed, 8); received > 0; received--) json_decref(receive(wallet));
        fex_close(wallet);
    }
    return NULL;
}

static void closed_while_watching(void) {
    char *names[] = {"a", "b", "c", "d"};
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) threads[i] = start(close_while_watching, names[i]);
    for (int i = 0; i < 4; i++) join(threads[i]);
}

static void two_receivers(void) {
    for (int i = 0; i < 20; i++) {
        fex_wallet *wallet = open_wallet("two-receivers", "");
        json_decref(receive(wallet));
        pthread_t threads[] = {start(receive_text, wallet), start(receive_text, wallet)};
        /* One of them is given NULL at once, whichever it is. The other waits, until the wallet is closed. */
        void *text;
        while (pthread_tryjoin_np(threads[0], &text) == EBUSY) {
            if (pthread_tryjoin_np(threads[1], &text) == 0) {
                threads[1] = threads[0];
                break;
            }
            sched_yield();
        }
        check(text == NULL);
        pthread_t closers[] = {start(close_it, wallet), start(close_it, wallet), start(close_it, wallet)};
        fex_close(wallet);
        check(is_text(join(threads[1]), LAST));
        for (int closer = 0; closer < 3; closer++) join(closers[closer]);
        check(is_closed(wallet));
    }
}

/* Signals a pipe, as an event loop would have it. */
static void write_byte(void *pipe) {
    ssize_t written = write(((int *)pipe)[1], "!", 1);
    (void)written;
}

static void wakes(void) {
    int signals[2];
    if (pipe(signals) != 0) abort();
    struct pollfd readable = {.fd = signals[0], .events = POLLIN};
    fex_wallet *wallet = open_wallet("wakes", "");
    json_decref(receive(wallet));
    fex_set_wake(wallet, write_byte, signals);
    char byte;
    for (int i = 1; i <= 100; i++) {
        char request[100];
        snprintf(request, sizeof request, "{\"id\":%d,\"method\":\"version\"}", i);
        check(fex_send(wallet, request) == FEX_OK);
        char *text = NULL;
        /* A wake may come for nothing, but never fails to come. */
        while (!text) {
            check(poll(&readable, 1, -1) == 1 && read(signals[0], &byte, 1) == 1);
            text = fex_receive(wallet, 0);
        }
        do fex_free(text);
        while ((text = fex_receive(wallet, 0)));
    }
    /* Whoever sets it when something is there already is called as well. */
    fex_set_wake(wallet, NULL, NULL);
    while (poll(&readable, 1, 0) == 1) check(read(signals[0], &byte, 1) == 1);
    check(fex_send(wallet, "{\"method\":\"nothing\"}") == FEX_NOT_A_MESSAGE);
    fex_set_wake(wallet, write_byte, signals);
    check(poll(&readable, 1, -1) == 1);
    fex_close(wallet);
    close(signals[0]);
    close(signals[1]);
}

struct mess {
    fex_wallet *wallet;
    atomic_int stop;
    atomic_int next_id;
    /* Requests that were taken, and answers to them. */
    atomic_int taken, answered;
    unsigned seed;
};

/* Sets and takes away a wake whose context lives no longer than it must. */
static void *change_wakes(void *argument) {
    struct mess *mess = argument;
    while (!mess->stop) {
        atomic_int *first = calloc(1, sizeof *first), *second = calloc(1, sizeof *second);
        fex_set_wake(mess->wallet, count_wake, first);
        sched_yield();
        fex_set_wake(mess->wallet, count_wake, second);
        free(first);
        sched_yield();
        fex_set_wake(mess->wallet, NULL, NULL);
        free(second);
    }
    return NULL;
}

/* Sends requests of all kinds, cancels some of them, and sends what is none. */
static void *send_requests(void *argument) {
    struct mess *mess = argument;
    unsigned seed = atomic_fetch_add(&mess->next_id, 1) * 2654435761u ^ mess->seed;
    const char *requests[] = {
        "\"method\":\"status\"", "\"method\":\"history\",\"params\":{\"limit\":5}", "\"method\":\"outbox\"",
        "\"method\":\"approvals\",\"params\":{\"refresh\":false}", "\"method\":\"balance\"", "\"method\":\"limits\"",
        "\"method\":\"parse\",\"params\":{\"code\":\"\xf0\x9f\x8d\x95\"}", "\"method\":\"sync\"",
        "\"method\":\"nothing\"",
        "\"method\":\"subscribe\",\"params\":{\"topic\":\"history\"}", "\"method\":\"sync.start\"",
        "\"method\":\"subscribe\",\"params\":{\"topic\":\"log\"}", "\"method\":\"sync.stop\"",
        "\"method\":\"unsubscribe\",\"params\":{\"topic\":\"history\"}", "\"method\":\"history.totals\"",
    };
    for (int i = 0; i < 100 && !mess->stop; i++) {
        char text[200];
        int id = atomic_fetch_add(&mess->next_id, 1), kind = chance(&seed, 20);
        if (kind < 15)
            snprintf(text, sizeof text, "{\"id\":%d,%s}", id, requests[kind]);
        else if (kind < 18)
            snprintf(text, sizeof text, "{\"id\":%d,\"method\":\"cancel\",\"params\":{\"id\":%d}}", id,
                     id - 1 - kind % 3);
        else
            snprintf(text, sizeof text, kind == 18 ? "{\"answer\":%d,\"result\":{}}" : "%d", id);
        fex_status status = fex_send(mess->wallet, text);
        sent++;
        check(status == FEX_CLOSED || status == (kind == 19 ? FEX_NOT_A_MESSAGE : FEX_OK));
        if (status == FEX_OK && kind < 18) mess->taken++;
    }
    return NULL;
}

/* Receives until the last message, and counts the answers: one a request. */
static void *count_answers(void *argument) {
    struct mess *mess = argument;
    static char seen[1 << 20];
    memset(seen, 0, sizeof seen);
    for (;;) {
        char *text = fex_receive(mess->wallet, -1);
        check(text != NULL);
        int last = strcmp(text, LAST) == 0;
        json_t *message = json_loads(text, 0, NULL);
        check(message != NULL);
        fex_free(text);
        json_int_t id = json_integer_value(json_object_get(message, "id"));
        if (id > 0 && !json_object_get(message, "ask")) {
            check(id < (json_int_t)sizeof seen && !seen[id]);
            seen[id] = 1;
            mess->answered++;
        }
        json_decref(message);
        if (last) return NULL;
    }
}

/* Eight threads send, one receives, one sets wakes; then the wallet is closed by a message, or its handle is. */
static void messes(unsigned seed, int by_message) {
    struct mess mess = {.wallet = open_wallet("messes", ""), .next_id = 1, .seed = seed};
    pthread_t threads[10];
    for (int i = 0; i < 8; i++) threads[i] = start(send_requests, &mess);
    threads[8] = start(change_wakes, &mess);
    threads[9] = start(count_answers, &mess);
    if (by_message) {
        for (int i = 0; i < 8; i++) join(threads[i]);
        int id = atomic_fetch_add(&mess.next_id, 1);
        char text[100];
        snprintf(text, sizeof text, "{\"id\":%d,\"method\":\"close\"}", id);
        check(fex_send(mess.wallet, text) == FEX_OK);
        mess.taken++;
        join(threads[9]);
        check(mess.taken == mess.answered);
    } else {
        int enough = (int)chance(&seed, 600);
        while (mess.answered < enough) usleep(100);
        fex_close(mess.wallet);
        check(is_closed(mess.wallet));
        for (int i = 0; i < 8; i++) join(threads[i]);
        join(threads[9]);
        check(mess.answered <= mess.taken);
    }
    mess.stop = 1;
    join(threads[8]);
    fex_close(mess.wallet);
}

/* What a child does with its parent's wallet. Its exit code is the first thing that went wrong. */
static int use_in_child(fex_wallet *wallet) {
    alarm(30);
    if (!is_closed(wallet)) return 1;
    fex_set_wake(wallet, count_wake, NULL);
    fex_close(wallet);
    if (!is_closed(wallet)) return 2;
    if (fex_receive(NULL, -1) || fex_send(NULL, "{}") != FEX_CLOSED) return 3;
    /* The threads that a wallet works on are the parent's: one that is opened here is a closed one. */
    fex_wallet *own = fex_open("{}");
    if (!own || own == wallet || !is_closed(own)) return 4;
    fex_close(own);
    return 0;
}

static void forks(void) {
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
    /* Under it Swift's runtime takes a lock for each look at a global, which a child may find taken for ever. */
    return;
#endif
#endif
    struct mess mess = {.wallet = open_wallet("forks", ""), .next_id = 1, .seed = 7};
    pthread_t threads[] = {start(count_answers, &mess), start(change_wakes, &mess)};
    for (int i = 0; i < 50; i++) {
        /* Somebody holds a lock of the library at this moment, or so it is hoped. */
        pthread_t senders[] = {start(send_requests, &mess), start(send_requests, &mess)};
        pid_t child = fork();
        if (child == 0) _exit(use_in_child(mess.wallet));
        int status;
        check(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
        join(senders[0]);
        join(senders[1]);
    }
    /* The parent's is as it was. */
    check(fex_send(mess.wallet, "{\"id\":900000,\"method\":\"version\"}") == FEX_OK);
    mess.stop = 1;
    join(threads[1]);
    fex_close(mess.wallet);
    join(threads[0]);
}

/* How much memory this process has, in MB. */
static long memory(void) {
    long total = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (fscanf(file, "%ld %ld", &total, &resident) != 2) resident = 0;
    fclose(file);
    return resident * sysconf(_SC_PAGESIZE) / 1000000;
}

/* A host that ends in the middle of everything, without closing anything. */
static int leave(void) {
    static struct mess mess;
    mess = (struct mess){.wallet = open_wallet("leaving", ""), .next_id = 1, .seed = (unsigned)getpid()};
    void *(*bodies[])(void *) = {send_requests, count_answers, change_wakes};
    for (int i = 0; i < 3; i++) pthread_detach(start(bodies[i], &mess));
    unsigned seed = mess.seed;
    usleep(chance(&seed, 30000));
    return failures ? 1 : 0;
}

static void leavers(void) {
    for (int i = 0; i < 20; i++) {
        pid_t child;
        char *arguments[] = {"abuse", (char *)folder, "leave", NULL};
        check(posix_spawn(&child, "/proc/self/exe", NULL, NULL, arguments, environ) == 0);
        int status;
        check(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
}

int main(int count, char **arguments) {
    if (count < 2 || arguments[1][0] != '/') {
        fprintf(stderr, "usage: abuse FOLDER [ROUNDS]     FOLDER: an absolute path\n");
        return 64;
    }
    folder = arguments[1];
    if (count > 2 && strcmp(arguments[2], "leave") == 0) return leave();
    int rounds = count > 2 ? atoi(arguments[2]) : 20;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST) return perror(folder), 73;
    alarm(1800);
    struct {
        const char *name;
        void (*run)(void);
    } cases[] = {
        {"pure methods", pure},
        {"no wallet", no_wallet},
        {"no configuration", no_configuration},
        {"no messages", no_messages},
        {"long messages", long_messages},
        {"bad requests", bad_requests},
        {"questions", questions},
        {"after closing", after_closing},
        {"closed by a message", closed_by_message},
        {"closed while watching", closed_while_watching},
        {"two receivers", two_receivers},
        {"wakes", wakes},
        {"forks", forks},
        {"leavers", leavers},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int before = failures;
        cases[i].run();
        printf("%s  %s\n", failures == before ? "ok  " : "FAIL", cases[i].name);
        fflush(stdout);
    }
    int before = failures;
    long quarter = 0;
    for (int round = 0; round < rounds; round++) {
        messes(2 * round + 1, 0);
        messes(2 * round + 2, 1);
        if (round == rounds / 4) quarter = memory();
    }
    printf("%s  %d times 8 threads, closed under them and by a message: %ld messages\n",
           failures == before ? "ok  " : "FAIL", rounds, sent);
    printf("      memory: %ld MB after a quarter of them, %ld MB at the end\n", quarter, memory());
    return failures ? 1 : 0;
}
