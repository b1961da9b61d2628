/*
 * fex.h for the JVM, as the object fexwallet.Fex declares it.
 *
 * Messages cross as arrays of bytes. The strings of JNI are modified UTF-8, which writes what lies beyond the basic
 * plane, such as an emoji, in another way than everybody else.
 */
#include <jni.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fex.h"

static fex_wallet *wallet_of(jlong handle) { return (fex_wallet *)(intptr_t)handle; }

static void throw_named(JNIEnv *env, const char *name, const char *message) {
    jclass class = (*env)->FindClass(env, name);
    if (class != NULL) (*env)->ThrowNew(env, class, message);
}

/*
 * A copy that ends with a NUL and is to be freed. NULL with an exception pending.
 *
 * What holds a NUL is no message, but would be cut to one that may be: it becomes the empty text, which the library
 * refuses as it refuses every text that is not JSON.
 */
static char *text_from(JNIEnv *env, jbyteArray bytes) {
    if (bytes == NULL) {
        throw_named(env, "java/lang/NullPointerException", "a message is missing");
        return NULL;
    }
    jsize length = (*env)->GetArrayLength(env, bytes);
    char *text = malloc((size_t)length + 1);
    if (text == NULL) {
        throw_named(env, "java/lang/OutOfMemoryError", "a message can't be copied");
        return NULL;
    }
    (*env)->GetByteArrayRegion(env, bytes, 0, length, (jbyte *)text);
    if ((*env)->ExceptionCheck(env)) {
        free(text);
        return NULL;
    }
    text[length] = '\0';
    if (strlen(text) != (size_t)length) text[0] = '\0';
    return text;
}

/* The bytes of what the library returned, which is given back to it. NULL for NULL, and with an exception pending. */
static jbyteArray bytes_from(JNIEnv *env, char *text) {
    if (text == NULL) return NULL;
    size_t length = strlen(text);
    jbyteArray bytes = NULL;
    if (length > INT_MAX) {
        throw_named(env, "java/lang/OutOfMemoryError", "a message is longer than an array");
    } else {
        bytes = (*env)->NewByteArray(env, (jsize)length);
    }
    if (bytes != NULL) (*env)->SetByteArrayRegion(env, bytes, 0, (jsize)length, (const jbyte *)text);
    fex_free(text);
    return bytes;
}

JNIEXPORT jint JNICALL Java_fexwallet_Fex_abiVersion(JNIEnv *env, jobject self) {
    (void)env, (void)self;
    return (jint)fex_abi_version();
}

JNIEXPORT jbyteArray JNICALL Java_fexwallet_Fex_execute(JNIEnv *env, jobject self, jbyteArray request) {
    (void)self;
    char *text = text_from(env, request);
    if (text == NULL) return NULL;
    char *answer = fex_execute(text);
    free(text);
    return bytes_from(env, answer);
}

JNIEXPORT jlong JNICALL Java_fexwallet_Fex_open(JNIEnv *env, jobject self, jbyteArray configuration) {
    (void)self;
    char *text = text_from(env, configuration);
    if (text == NULL) return 0;
    fex_wallet *wallet = fex_open(text);
    free(text);
    return (jlong)(intptr_t)wallet;
}

JNIEXPORT jint JNICALL Java_fexwallet_Fex_send(JNIEnv *env, jobject self, jlong handle, jbyteArray message) {
    (void)self;
    char *text = text_from(env, message);
    if (text == NULL) return FEX_NOT_A_MESSAGE;
    fex_status status = fex_send(wallet_of(handle), text);
    free(text);
    return (jint)status;
}

JNIEXPORT jbyteArray JNICALL Java_fexwallet_Fex_receive(JNIEnv *env, jobject self, jlong handle, jint milliseconds) {
    (void)self;
    return bytes_from(env, fex_receive(wallet_of(handle), milliseconds));
}

JNIEXPORT void JNICALL Java_fexwallet_Fex_close(JNIEnv *env, jobject self, jlong handle) {
    (void)env, (void)self;
    fex_close(wallet_of(handle));
}
