#if os(Linux) || os(macOS)
    public import Foundation
    import Subprocess

    /// A certificate that vouches for itself, made for one test, with its key.
    public struct SelfSignedCertificate: Sendable {
        /// The PEM file of the certificate.
        public let file: URL
        /// The PEM file of its private key.
        public let keyFile: URL

        /// Makes a certificate for as long as a closure runs.
        ///
        /// - Parameter names: Whom it names, as OpenSSL writes it: `IP:127.0.0.1,DNS:localhost`.
        public static func make<Result>(
            for names: String = "IP:127.0.0.1", _ body: (SelfSignedCertificate) async throws -> Result
        ) async throws -> Result {
            let folder = FileManager.default.temporaryDirectory.appending(path: "fex-\(UUID())")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let certificate = SelfSignedCertificate(
                file: folder.appending(path: "certificate.pem"), keyFile: folder.appending(path: "key.pem"))
            let made = try await run(
                OpenSSL.program,
                arguments: [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=test", "-addext", "subjectAltName=\(names)",
                    "-keyout", certificate.keyFile.path(), "-out", certificate.file.path(),
                ],
                output: .discarded)
            guard made.terminationStatus.isSuccess else { throw CocoaError(.executableLoad) }
            return try await body(certificate)
        }
    }
#endif
