/*
 * A wallet at the end of a pipe: each line of standard input is sent as a message, each message is a line of standard
 * output. The argument is the configuration. Ends after {"closed":true}, which end of input brings about.
 */
#define _POSIX_C_SOURCE 200809L
#include <fex.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Sends line after line, and closes the wallet after the last. */
static void *send_lines(void *wallet) {
    char *line = NULL;
    size_t size = 0;
    for (ssize_t length; (length = getline(&line, &size, stdin)) > 0;) {
        if (line[length - 1] == '\n') line[length - 1] = '\0';
        /* What is not taken is answered too, by a message with "id": null. */
        fex_send(wallet, line);
    }
    free(line);
    /* Of the wallet, not of the handle: what it has yet to say is still received. The id is the largest there is. */
    fex_send(wallet, "{\"id\":9007199254740991,\"method\":\"close\"}");
    return NULL;
}

int main(int count, char **arguments) {
    if (count != 2) {
        fprintf(stderr, "usage: shell CONFIGURATION\n");
        return 64;
    }
    if (fex_abi_version() / 1000 != FEX_ABI_VERSION / 1000) {
        fprintf(stderr, "shell: libfexwallet is of another version than its header\n");
        return 70;
    }
    fex_wallet *wallet = fex_open(arguments[1]);
    pthread_t sender;
    if (pthread_create(&sender, NULL, send_lines, wallet) != 0) return 70;
    for (int closed = 0; !closed;) {
        char *message = fex_receive(wallet, -1);
        closed = strcmp(message, "{\"closed\":true}") == 0;
        int written = puts(message) >= 0 && fflush(stdout) == 0;
        fex_free(message);
        if (!written) break;
    }
    fex_close(wallet);
    /* The sender may still wait for a line, in a lock that exit would ask for. */
    _exit(ferror(stdout) ? 74 : 0);
}
