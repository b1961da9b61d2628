#if os(Linux) || os(macOS)
    import Foundation
    import Subprocess

    /// The `openssl` program of this machine.
    public enum OpenSSL {
        static let program = Executable.name("openssl")

        /// Whether there is one.
        public static let isAvailable = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .contains { FileManager.default.isExecutableFile(atPath: "\($0)/openssl") }
    }
#endif
