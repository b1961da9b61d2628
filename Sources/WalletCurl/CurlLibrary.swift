import CCurl
import Foundation

/// libcurl's own set-up, done once in a process.
enum CurlLibrary {
    /// Whether libcurl can be used; asking sets it up.
    static let isReady = {
        // libcurl would write the keys of each session into the file that this names, and asks only now.
        unsafe unsetenv("SSLKEYLOGFILE")
        fex_keep_openssl_at_exit()
        return curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
    }()
}

extension CurlTransport {
    /// The version of libcurl that this process runs with: `7.88.1`.
    public static var libraryVersion: String {
        guard let all = unsafe curl_version() else { return "unknown" }
        // `libcurl/7.88.1 OpenSSL/3.0.15 …`
        let own = unsafe String(cString: all).split(separator: " ").first ?? ""
        return own.split(separator: "/").last.map(String.init) ?? "unknown"
    }
}

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
