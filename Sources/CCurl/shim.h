#pragma once

// The checks of <curl/typecheck-gcc.h> want options that are constants; here each option is a parameter.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <stdint.h>

// Swift calls no variadic functions: one stand-in for each kind of argument.

static inline CURLcode fex_curl_easy_setopt_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode fex_curl_easy_setopt_off_t(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode fex_curl_easy_setopt_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode fex_curl_easy_setopt_pointer(CURL *handle, CURLoption option, const void *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode fex_curl_easy_setopt_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode fex_curl_easy_setopt_receive(CURL *handle, CURLoption option, curl_write_callback value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode fex_curl_easy_setopt_prereq(CURL *handle, curl_prereq_callback value) {
    return curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, value);
}

static inline CURLcode fex_curl_easy_getinfo_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode fex_curl_easy_getinfo_off_t(CURL *handle, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode fex_curl_easy_getinfo_pointer(CURL *handle, CURLINFO info, void **value) {
    return curl_easy_getinfo(handle, info, (char **)value);
}

static inline CURLMcode fex_curl_multi_setopt_long(CURLM *handle, CURLMoption option, long value) {
    return curl_multi_setopt(handle, option, value);
}

// OpenSSL frees itself at exit, while threads of libcurl are still in it, and the process crashes after it has done its work. Whoever
// asks first decides; nothing is done where libcurl has another TLS library, or OpenSSL is older than 1.1.1.
extern int OPENSSL_init_crypto(uint64_t options, const void *settings) __attribute__((weak));

static inline void fex_keep_openssl_at_exit(void) {
    if (OPENSSL_init_crypto) OPENSSL_init_crypto(0x00080000 /* OPENSSL_INIT_NO_ATEXIT */, 0);
}

// Frees what OpenSSL keeps for the calling thread, which would be freed when the thread ends, and so perhaps after OpenSSL itself.
extern void OPENSSL_thread_stop(void) __attribute__((weak));

static inline void fex_leave_openssl(void) {
    if (OPENSSL_thread_stop) OPENSSL_thread_stop();
}
