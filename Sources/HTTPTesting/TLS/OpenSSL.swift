#if os(Linux) || os(macOS)
    import Foundation
    import Subprocess

    /// The `openssl` program of this machine.
    public enum OpenSSL {
        static let program = Executable.name("openssl")

        /// Whether there is one.
        public static let isAvailable = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .contains { FileManager.default.isExecutableFile(atPath: "\($0)/openssl") }

        /// The SHA-256 of a certificate's public key, in hexadecimal digits.
        public static func publicKeyDigest(of certificate: SelfSignedCertificate) async throws -> String {
            let script = """
                openssl x509 -pubkey -noout -in "$0" | openssl pkey -pubin -outform der | openssl dgst -sha256 -r
                """
            let result = try await run(
                .name("sh"), arguments: ["-c", script, certificate.file.path()], output: .string(limit: 4096))
            return String(result.standardOutput.prefix { $0 != " " })
        }
    }
#endif
