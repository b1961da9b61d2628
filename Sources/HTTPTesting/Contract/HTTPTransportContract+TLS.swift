import FexHTTP
import HTTPTypes
import WalletCore
import WalletTesting

extension HTTPTransportContract {
    /// Whom a transport trusts. There are no rules where there is no `openssl` to play a server.
    static var trust: [Rule] {
        #if os(Linux) || os(macOS)
            OpenSSL.isAvailable ? rulesOfTrust : []
        #else
            []
        #endif
    }

    #if os(Linux) || os(macOS)
        private static let rulesOfTrust: [Rule] = [
            .wire("a server whose certificate nobody vouches for is sent nothing", unless: [.insecureIsNotTold]) {
                bench in
                try await callSelfSigned(bench) { transport, call in
                    try await transport.requireFailure(.insecure, sent: false, of: call)
                }
            },
            .wire("a server whose certificate nobody vouches for gives no answer") { bench in
                try await callSelfSigned(bench) { transport, call in
                    let answer = try? await transport.send(call)
                    try require(answer == nil, "an answer of \(answer?.response.status.code ?? 0)")
                }
            },
        ]

        private static func callSelfSigned(
            _ bench: HTTPTestBench, _ body: (any HTTPTransport, HTTPCall) async throws -> Void
        ) async throws {
            try await SelfSignedCertificate.make { certificate in
                try await OpenSSLServer.run(certificate, ["-www"]) { tls in
                    try await bench.serve([:]) { server, transport in
                        try await body(transport, server.get("/", scheme: "https").directed(to: tls.authority))
                    }
                }
            }
        }
    #endif
}
