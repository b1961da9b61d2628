import EventServerProcess
import Foundation
import HTTPTesting
import NATSClient
import Testing
import WalletTesting

@Suite(.timeLimit(.minutes(15)), .enabled(if: OpenSSL.isAvailable))
struct NATSSecurityTests {
    /// A server with a certificate that no authority of the system stands for.
    private func withSecureServer(
        _ body: (_ server: NATSServerProcess, _ certificate: String) async throws -> Void
    ) async throws {
        try await SelfSignedCertificate.make { certificate in
            let files = "cert_file: \"\(certificate.file.path())\", key_file: \"\(certificate.keyFile.path())\""
            try await NATSServerProcess.withServer(configuration: "tls { \(files) }") { server in
                try await body(server, certificate.file.path())
            }
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
            #expect(connection.state == .connected)
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

    @Test(arguments: ["Authorization Violation: p4ss/word", "nobody is called p4ss%2Fword", "p4ss/word"])
    func `a server that repeats the password is told of without it`(refusal: String) async throws {
        var script = ScriptedListener.welcome
        script[1].say = "-ERR '\(refusal)'\r\n"
        let listener = try ScriptedListener(script: script)
        let options = NATSOptions(url: listener.url, user: "alice", password: "p4ss/word")
        let error = await #expect(throws: NATSError.self) { try await NATSConnection.connect(options) }
        var told = "\(String(describing: error))"
        dump(error, to: &told)
        #expect(!told.contains("p4ss") && error?.detail.isEmpty == false, "\(told)")
    }

    @Test func `a server that says nothing in the TLS handshake is given up`() async throws {
        let info = #"INFO {"server_id":"S","version":"2.9.10","max_payload":1048576,"tls_required":true}"# + "\r\n"
        let listener = try ScriptedListener(script: [ScriptedListener.Line(after: "", say: info)])
        var options = NATSOptions(url: listener.url.replacing("nats:", with: "tls:"))
        options.connectTimeout = .milliseconds(100)
        let error = await #expect(throws: NATSError.self) { try await NATSConnection.connect(options) }
        #expect(error?.code == .timeout, "\(String(describing: error))")
    }
}
