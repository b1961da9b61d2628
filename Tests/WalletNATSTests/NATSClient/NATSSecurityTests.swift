import Foundation
import NATSClient
import Testing

@Suite(.timeLimit(.minutes(1)))
struct NATSSecurityTests {
    /// A server with a certificate that no authority of the system stands for.
    private func withSecureServer(
        _ body: (_ server: NATSServerProcess, _ certificate: String) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "nats-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let key = directory.appending(path: "key.pem").path
        let certificate = directory.appending(path: "certificate.pem").path
        let openssl = Process()
        openssl.executableURL = URL(filePath: "/usr/bin/env")
        openssl.arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate,
        ]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        let configuration = "tls { cert_file: \"\(certificate)\", key_file: \"\(key)\" }"
        try await NATSServerProcess.withServer(configuration: configuration) { server in
            try await body(server, certificate)
        }
    }

    @Test(arguments: ["nats:", "tls:"])
    func `a certificate that nobody vouches for is refused`(scheme: String) async throws {
        try await withSecureServer { server, _ in
            let url = server.url.replacing("nats:", with: scheme)
            let error = await #expect(throws: NATSError.self) {
                try await NATSConnection.connect(NATSOptions(url: url))
            }
            #expect(error?.code == .insecure, "\(String(describing: error))")
        }
    }

    @Test(arguments: ["nats:", "tls:"])
    func `a certificate of an authority that is trusted is taken`(scheme: String) async throws {
        try await withSecureServer { server, certificate in
            var options = NATSOptions(url: server.url.replacing("nats:", with: scheme))
            options.authorities = certificate
            let connection = try await NATSConnection.connect(options)
            try await connection.flush(timeout: .seconds(5))
        }
    }

    @Test func `a certificate for another host is refused`() async throws {
        try await withSecureServer { server, certificate in
            var options = NATSOptions(url: "tls://localhost:\(server.port)")
            options.authorities = certificate
            let error = await #expect(throws: NATSError.self) { try await NATSConnection.connect(options) }
            #expect(error?.code == .insecure, "\(String(describing: error))")
        }
    }

    @Test func `an address with TLS is never served without`() async throws {
        try await NATSServerProcess.withServer { server in
            let error = await #expect(throws: NATSError.self) {
                try await NATSConnection.connect(NATSOptions(url: server.url.replacing("nats:", with: "tls:")))
            }
            #expect(error?.code == .insecure, "\(String(describing: error))")
        }
    }
}
