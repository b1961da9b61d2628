/*
 * A libfexwallet that says what a test tells it to say, whatever it was asked, and keeps what it was told. The test
 * reaches it through the object fexwallet.liar.Liar.
 *
 * It has one wallet at a time, and counts what its caller may get wrong: strings that were not given back, or twice,
 * and two threads that receive at once.
 */
#include <jni.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fex.h"

#define LIBRARY __attribute__((visibility("default")))

/* Messages, oldest first. */
typedef struct entry {
    struct entry *next;
    char text[];
} entry;

typedef struct {
    entry *first, **last;
} queue;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static queue said = {NULL, &said.first}, told = {NULL, &told.first};
static intptr_t current;
static bool is_closed, is_gone;
static int receiving, faults;
static long not_given_back;
static fex_status next_status;

static void append(queue *queue, const char *text) {
    size_t size = strlen(text) + 1;
    entry *new = malloc(sizeof *new + size);
    if (new == NULL) abort();
    new->next = NULL;
    memcpy(new->text, text, size);
    *queue->last = new;
    queue->last = &new->next;
    pthread_cond_broadcast(&changed);
}

static entry *pop(queue *queue) {
    entry *first = queue->first;
    if (first != NULL && (queue->first = first->next) == NULL) queue->last = &queue->first;
    return first;
}

static void empty(queue *queue) {
    for (entry *first; (first = pop(queue)) != NULL;) free(first);
}

/* What is lent out has a mark in front of it, which goes when it is given back. */
static const uint64_t mark = 0x6665782d6c656e74;

static char *lend(const char *text) {
    size_t size = strlen(text) + 1;
    char *lent = malloc(sizeof mark + size);
    if (lent == NULL) abort();
    memcpy(lent, &mark, sizeof mark);
    memcpy(lent + sizeof mark, text, size);
    not_given_back++;
    return lent + sizeof mark;
}

LIBRARY uint32_t fex_abi_version(void) { return FEX_ABI_VERSION; }

LIBRARY void fex_free(char *string) {
    if (string == NULL) return;
    pthread_mutex_lock(&mutex);
    char *lent = string - sizeof mark;
    if (memcmp(lent, &mark, sizeof mark) == 0) {
        memset(lent, 0, sizeof mark);
        not_given_back--;
        free(lent);
    } else {
        faults++;
    }
    pthread_mutex_unlock(&mutex);
}

LIBRARY char *fex_execute(const char *request) {
    pthread_mutex_lock(&mutex);
    append(&told, request);
    entry *answer = pop(&said);
    char *lent = lend(answer == NULL ? "{}" : answer->text);
    free(answer);
    pthread_mutex_unlock(&mutex);
    return lent;
}

LIBRARY fex_wallet *fex_open(const char *configuration) {
    pthread_mutex_lock(&mutex);
    is_closed = is_gone = false;
    append(&told, configuration);
    intptr_t handle = ++current;
    pthread_mutex_unlock(&mutex);
    return (fex_wallet *)handle;
}

LIBRARY fex_status fex_send(fex_wallet *wallet, const char *message) {
    pthread_mutex_lock(&mutex);
    fex_status status = is_closed || (intptr_t)wallet != current ? FEX_CLOSED : next_status;
    next_status = FEX_OK;
    if (status == FEX_OK) append(&told, message);
    pthread_mutex_unlock(&mutex);
    return status;
}

/* A test waits for no time of its own: any but 0 is for as long as it takes. */
LIBRARY char *fex_receive(fex_wallet *wallet, int32_t milliseconds) {
    pthread_mutex_lock(&mutex);
    if (receiving++ > 0) faults++;
    entry *message;
    bool is_over;
    for (;;) {
        is_over = is_closed || (intptr_t)wallet != current;
        message = is_gone || (intptr_t)wallet != current ? NULL : pop(&said);
        if (message != NULL || is_over || is_gone || milliseconds == 0) break;
        pthread_cond_wait(&changed, &mutex);
    }
    char *lent = message != NULL ? lend(message->text) : is_over ? lend("{\"closed\":true}") : NULL;
    free(message);
    receiving--;
    pthread_mutex_unlock(&mutex);
    return lent;
}

LIBRARY void fex_close(fex_wallet *wallet) {
    pthread_mutex_lock(&mutex);
    if ((intptr_t)wallet == current) is_closed = true;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mutex);
}

/* How a test leads it. */

JNIEXPORT void JNICALL Java_fexwallet_liar_Liar_reset(JNIEnv *env, jobject self) {
    (void)env, (void)self;
    pthread_mutex_lock(&mutex);
    empty(&said);
    empty(&told);
    next_status = FEX_OK;
    faults = 0;
    pthread_mutex_unlock(&mutex);
}

/* Has a message received next. */
JNIEXPORT void JNICALL Java_fexwallet_liar_Liar_sayBytes(JNIEnv *env, jobject self, jbyteArray message) {
    (void)self;
    jsize length = (*env)->GetArrayLength(env, message);
    char *text = calloc((size_t)length + 1, 1);
    if (text == NULL) abort();
    (*env)->GetByteArrayRegion(env, message, 0, length, (jbyte *)text);
    if (!(*env)->ExceptionCheck(env)) {
        pthread_mutex_lock(&mutex);
        append(&said, text);
        pthread_mutex_unlock(&mutex);
    }
    free(text);
}

/* What it was told next, waiting for it. */
JNIEXPORT jbyteArray JNICALL Java_fexwallet_liar_Liar_heardBytes(JNIEnv *env, jobject self) {
    (void)self;
    pthread_mutex_lock(&mutex);
    entry *message;
    while ((message = pop(&told)) == NULL) pthread_cond_wait(&changed, &mutex);
    pthread_mutex_unlock(&mutex);
    jsize length = (jsize)strlen(message->text);
    jbyteArray bytes = (*env)->NewByteArray(env, length);
    if (bytes != NULL) (*env)->SetByteArrayRegion(env, bytes, 0, length, (const jbyte *)message->text);
    free(message);
    return bytes;
}

/* Has the next message refused with this status. */
JNIEXPORT void JNICALL Java_fexwallet_liar_Liar_refuse(JNIEnv *env, jobject self, jint status) {
    (void)env, (void)self;
    pthread_mutex_lock(&mutex);
    next_status = (fex_status)status;
    pthread_mutex_unlock(&mutex);
}

/* Has nothing more received, as if the wallet never was. */
JNIEXPORT void JNICALL Java_fexwallet_liar_Liar_vanish(JNIEnv *env, jobject self) {
    (void)env, (void)self;
    pthread_mutex_lock(&mutex);
    is_gone = true;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mutex);
}

/* How many strings are lent out. */
JNIEXPORT jlong JNICALL Java_fexwallet_liar_Liar_notGivenBack(JNIEnv *env, jobject self) {
    (void)env, (void)self;
    pthread_mutex_lock(&mutex);
    jlong count = not_given_back;
    pthread_mutex_unlock(&mutex);
    return count;
}

/* How often its caller did what fex.h forbids. */
JNIEXPORT jint JNICALL Java_fexwallet_liar_Liar_faults(JNIEnv *env, jobject self) {
    (void)env, (void)self;
    pthread_mutex_lock(&mutex);
    jint count = faults;
    pthread_mutex_unlock(&mutex);
    return count;
}
