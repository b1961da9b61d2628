/*
 * A library with the exports of fex.h that says what a test tells it to: the wrong thing, twice, late, or nothing. A
 * test moves it by the liar_* functions, which concern the wallet that was opened last.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifndef ABI
#define ABI 1000
#endif

typedef struct text {
    struct text *next;
    char bytes[];
} text;

typedef struct {
    text *first, **last;
} queue;

/* Never given back: a handle that was closed is still one that calls may name. */
typedef struct fex_wallet {
    queue said, heard;
    int is_closed, status;
    pid_t process;
} fex_wallet;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static fex_wallet *newest;
static atomic_long not_given_back;
static char opening[4096], executed[4096];

static void append(queue *queue, const char *bytes) {
    text *added = malloc(sizeof(text) + strlen(bytes) + 1);
    added->next = NULL;
    strcpy(added->bytes, bytes);
    *queue->last = added;
    queue->last = &added->next;
}

static char *copy(const char *bytes) {
    not_given_back++;
    return strdup(bytes);
}

static char *pop(queue *queue) {
    text *taken = queue->first;
    if (!(queue->first = taken->next)) queue->last = &queue->first;
    char *bytes = copy(taken->bytes);
    free(taken);
    return bytes;
}

/* Waits for a text in the queue. NULL when the time is up, or the wallet is closed. */
static char *wait_for(queue *queue, const int *is_over, int32_t milliseconds) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += milliseconds / 1000;
    until.tv_nsec += milliseconds % 1000 * 1000000L;
    if (until.tv_nsec >= 1000000000L) until.tv_sec++, until.tv_nsec -= 1000000000L;
    int time_is_up = 0;
    while (!queue->first && !*is_over && !time_is_up)
        time_is_up = milliseconds < 0 ? pthread_cond_wait(&changed, &lock)
                                      : pthread_cond_timedwait(&changed, &lock, &until);
    return queue->first ? pop(queue) : NULL;
}

uint32_t fex_abi_version(void) { return ABI; }

char *fex_execute(const char *request) {
    (void)request;
    return copy(executed);
}

fex_wallet *fex_open(const char *configuration) {
    fex_wallet *wallet = calloc(1, sizeof(fex_wallet));
    wallet->said.last = &wallet->said.first;
    wallet->heard.last = &wallet->heard.first;
    wallet->process = getpid();
    pthread_mutex_lock(&lock);
    append(&wallet->heard, configuration);
    if (*opening) append(&wallet->said, opening);
    newest = wallet;
    pthread_mutex_unlock(&lock);
    return wallet;
}

int fex_send(fex_wallet *wallet, const char *message) {
    if (getpid() != wallet->process) return 1;
    pthread_mutex_lock(&lock);
    int status = wallet->is_closed ? 1 : strlen(message) > 4 << 20 ? 2 : wallet->status;
    if (!status) append(&wallet->heard, message);
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    return status;
}

char *fex_receive(fex_wallet *wallet, int32_t milliseconds) {
    if (getpid() != wallet->process) return copy("{\"closed\":true}");
    pthread_mutex_lock(&lock);
    char *message = wait_for(&wallet->said, &wallet->is_closed, milliseconds);
    if (!message && wallet->is_closed) message = copy("{\"closed\":true}");
    pthread_mutex_unlock(&lock);
    return message;
}

void fex_close(fex_wallet *wallet) {
    if (getpid() != wallet->process) return;
    pthread_mutex_lock(&lock);
    wallet->is_closed = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

void fex_free(char *string) {
    if (string) not_given_back--;
    free(string);
}

/* What the next wallets say first; nothing where it is empty. */
void liar_open_with(const char *message) { strncpy(opening, message, sizeof(opening) - 1); }

/* What fex_execute answers. */
void liar_execute_with(const char *answer) { strncpy(executed, answer, sizeof(executed) - 1); }

/* Has the wallet say something. */
void liar_say(const char *message) {
    pthread_mutex_lock(&lock);
    append(&newest->said, message);
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

/* The next thing that the wallet was told; NULL where there is none in time. */
char *liar_hear(int32_t milliseconds) {
    static const int is_over = 0;
    pthread_mutex_lock(&lock);
    char *message = wait_for(&newest->heard, &is_over, milliseconds);
    pthread_mutex_unlock(&lock);
    return message;
}

/* What fex_send answers from now on. The wallet hears nothing unless it is 0. */
void liar_take_with(int status) {
    pthread_mutex_lock(&lock);
    newest->status = status;
    pthread_mutex_unlock(&lock);
}

/* Whether fex_close was called. */
int liar_is_closed(void) { return newest->is_closed; }

/* How many strings the host has not given back. */
long liar_not_given_back(void) { return not_given_back; }
