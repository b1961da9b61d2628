/*
 * fex.h: a Fex wallet for any language that can call C.
 *
 * A wallet is a handle. What is said to it and what it says are JSON documents, which Documentation/messages.md describes:
 *
 *     fex_wallet *wallet = fex_open("{\"folder\":\"/var/lib/shop\",\"api\":\"https://…\",\"auth\":\"https://…\"}");
 *     fex_send(wallet, "{\"id\":1,\"method\":\"balance\"}");
 *     char *message = fex_receive(wallet, 1000);
 *     …
 *     fex_free(message);
 *     fex_close(wallet);
 *
 * Strings
 *   UTF-8, ended by a NUL. What the host passes is copied before the call returns and stays the host's. What a call returns is the
 *   host's from then on, and is given back with fex_free, once, on any thread.
 *
 * Threads
 *   Every call may be made on any thread, at any time, also at once on one handle. fex_receive alone is for one thread at a time: a
 *   second one is given NULL at once. No thread of the library ever runs the host's code, except `wake`. Nothing depends on a main
 *   thread or a run loop.
 *
 * Handles
 *   A handle is a number in a pointer's place, and is never used again. After fex_close, and in a child after fork, fex_send answers
 *   FEX_CLOSED and fex_receive {"closed":true}, each time; for NULL and for what never was a handle, FEX_CLOSED and NULL.
 *
 * Faults
 *   No call aborts the process or throws. A fault of the library is an answer with the code "internal".
 */
#ifndef FEX_H
#define FEX_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A wallet. */
typedef struct fex_wallet fex_wallet;

/* What became of a call on a wallet. */
typedef enum {
    /* Taken: what comes of it is a message. */
    FEX_OK = 0,
    /* The wallet is closed, or was never opened. Nothing was done. */
    FEX_CLOSED = 1,
    /* Not JSON, longer than 4 MiB, or none of the kinds of messages. Nothing was done; a message with "id": null says why. */
    FEX_NOT_A_MESSAGE = 2
} fex_status;

/* The version of this interface: major * 1000 + minor. A host refuses another major than that of the header it was built with. */
uint32_t fex_abi_version(void);
#define FEX_ABI_VERSION 1000

/*
 * Answers a request of a pure method (version, parse, money, proof.verify with keys). Uses no wallet, no file and no network, and
 * returns at once. NULL and what is not a message are answered with an error. Never NULL.
 */
char *fex_execute(const char *request);

/*
 * Opens a wallet. Returns at once, before any file is touched: the message with "id": 0 says how it went. Never NULL; what is not a
 * configuration is an error in that message. Each handle is to be closed.
 */
fex_wallet *fex_open(const char *configuration);

/* Sends a message to a wallet. Never waits for disk or network. */
fex_status fex_send(fex_wallet *wallet, const char *message);

/*
 * The next message, waiting for it at most so many milliseconds: 0 for not at all, a negative number for as long as it takes. NULL
 * when the time is up, and when another thread is receiving. The last message is {"closed":true}; it is given again each time.
 */
char *fex_receive(fex_wallet *wallet, int32_t milliseconds);

/*
 * Has `wake` called, on a thread of the library, when something can be received after nothing could. For event loops: it may signal
 * (write to a pipe, post to a loop) and nothing else; it must not call this library. NULL ends that. Once this call, or fex_close,
 * has returned, the earlier `wake` is not running and is not called again.
 */
void fex_set_wake(fex_wallet *wallet, void (*wake)(void *), void *context);

/*
 * Ends all work of a wallet, waits until its files are closed, and takes the handle back. What was decided and not yet sent stays
 * on disk, and is sent when the wallet is opened again and syncs. A thread that waits in fex_receive is given {"closed":true}. A
 * connection to the event server that is still being made is awaited for a second. Closing again does nothing.
 */
void fex_close(fex_wallet *wallet);

/* Gives back what the library returned. NULL is allowed. */
void fex_free(char *string);

#ifdef __cplusplus
}
#endif
#endif
