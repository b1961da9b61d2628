#if os(Linux)
    import CProcess
#endif

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a process lets others see of it.
package enum ProcessPrivacy {
    /// Keeps this process's memory and files to itself; to be called before anything else, while there is one thread.
    ///
    /// - Its memory can't be read or traced by other processes of its user, and ends in no core file.
    /// - What it makes is for its user alone, whatever the umask was.
    /// - The environment can't have its libraries write keys down, load code, or trust somebody else.
    package static func begin() {
        #if os(Linux)
            // Of such a process `/proc/PID` is root's. It may still use its own `/proc/self/fd`.
            fex_set_dumpable(0)
        #endif
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        #if canImport(Glibc)
            unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        #else
            unsafe setrlimit(RLIMIT_CORE, &none)
        #endif
        umask(0o077)
        for name in variablesWithoutEffect { unsafe unsetenv(name) }
    }

    /// Variables by which whoever sets the environment could read or change what is said over TLS:
    ///
    /// - `SSLKEYLOGFILE`: libcurl, and OpenSSL where it is built for that, write each session's keys there;
    /// - `QLOGDIR`: libcurl writes what is said over QUIC there;
    /// - `OPENSSL_CONF`, `OPENSSL_MODULES`, `OPENSSL_ENGINES`: OpenSSL loads code, or asks less of a server, by these;
    /// - `SSL_CERT_FILE`, `SSL_CERT_DIR`: OpenSSL trusts the authorities there in the place of the system's. A profile's `--ca`
    ///   does that;
    /// - `GIO_EXTRA_MODULES`, `GIO_MODULE_DIR`: GLib, where it is loaded for a keyring, loads code from there.
    private static let variablesWithoutEffect = [
        "SSLKEYLOGFILE", "QLOGDIR", "OPENSSL_CONF", "OPENSSL_MODULES", "OPENSSL_ENGINES", "SSL_CERT_FILE",
        "SSL_CERT_DIR", "GIO_EXTRA_MODULES", "GIO_MODULE_DIR",
    ]
}
