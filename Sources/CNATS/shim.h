#pragma once
#include <nats/nats.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

// How many bytes of a connection wait in the kernel to be read; -1 where it is none.
static inline int64_t fex_bytes_waiting(int socket) {
    int waiting = 0;
    return ioctl(socket, FIONREAD, &waiting) == 0 ? waiting : -1;
}

// How many bytes of a connection were read by whoever reads it; -1 where it is none. What still waits is not among them.
static inline int64_t fex_bytes_read(int socket) {
    int64_t received, waiting;
#ifdef __linux__
    // The beginning of the kernel's tcp_info, up to tcpi_bytes_received: libc's ends before, and <linux/tcp.h> can't be
    // included beside it.
    struct {
        unsigned char before[128];
        uint64_t bytes_received;
    } known;
    socklen_t size = sizeof known;
    if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &known, &size) != 0 || size < sizeof known) return -1;
    received = (int64_t)known.bytes_received;
#else
    struct tcp_connection_info known;
    socklen_t size = sizeof known;
    if (getsockopt(socket, IPPROTO_TCP, TCP_CONNECTION_INFO, &known, &size) != 0 || size < sizeof known) return -1;
    received = (int64_t)known.tcpi_rxbytes;
#endif
    waiting = fex_bytes_waiting(socket);
    if (waiting < 0) return -1;
    // What came between the two questions waits, and was not counted as received.
    return received > waiting ? received - waiting : 0;
}

// OpenSSL frees itself at exit, while threads of libnats are still in it, and the process crashes after it has done its work. Whoever
// asks first decides; nothing is done where libnats has another TLS library, or OpenSSL is older than 1.1.1.
extern int OPENSSL_init_crypto(uint64_t options, const void *settings) __attribute__((weak));

static inline void fex_keep_openssl_at_exit(void) {
    if (OPENSSL_init_crypto) OPENSSL_init_crypto(0x00080000 /* OPENSSL_INIT_NO_ATEXIT */, 0);
}

// Opens the library, which ignores SIGPIPE for the whole process. A host that has a handler of its own, as a Java machine does, keeps
// it; where the signal would end the process it stays ignored.
static inline void fex_open_nats(void) {
    struct sigaction before;
    int is_handled = sigaction(SIGPIPE, 0, &before) == 0 && ((before.sa_flags & SA_SIGINFO) || before.sa_handler != SIG_DFL);
    nats_Open(-1);
    if (is_handled) sigaction(SIGPIPE, &before, 0);
}
