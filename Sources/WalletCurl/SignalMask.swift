import Foundation

/// Which signals a thread takes.
enum SignalMask {
    /// Keeps the calling thread from taking `SIGPIPE`; a write to a closed connection then fails with an error.
    static func blockBrokenPipe() {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGPIPE)
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}
