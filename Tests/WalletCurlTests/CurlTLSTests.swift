import FexHTTP
import Foundation
import HTTPTypes
import Testing
import WalletCore
import WalletCurl
import WalletTesting

/// Whom libcurl's transport trusts, and how it speaks to them.
@Suite(.timeLimit(.minutes(15)), .enabled(if: OpenSSL.isAvailable))
struct CurlTLSTests {
    @Test func `a server vouched for by the file given is trusted`() async throws {
        try await SelfSignedCertificate.make { certificate in
            try await OpenSSLServer.run(certificate, ["-www"]) { server in
                let transport = CurlTransport(certificateAuthorities: certificate.file.path())
                let answer = try await transport.send(call(server))
                #expect(answer.response.status == .ok)
            }
        }
    }

    @Test func `a trusted certificate for another name is not acceptable`() async throws {
        try await SelfSignedCertificate.make(for: "DNS:elsewhere.example") { certificate in
            try await OpenSSLServer.run(certificate, ["-www"]) { server in
                let transport = CurlTransport(certificateAuthorities: certificate.file.path())
                await expectInsecure(transport, call(server))
            }
        }
    }

    @Test func `a file of authorities that is not there makes nothing acceptable`() async throws {
        try await SelfSignedCertificate.make { certificate in
            try await OpenSSLServer.run(certificate, ["-www"]) { server in
                let transport = CurlTransport(certificateAuthorities: certificate.file.path() + ".none")
                await expectInsecure(transport, call(server))
            }
        }
    }

    @Test func `calls at the same time share one HTTP/2 connection`() async throws {
        let peer = HTTP2Peer(answeringAfter: [1, 21])
        try await SelfSignedCertificate.make { certificate in
            try await OpenSSLServer.run(certificate, ["-alpn", "h2"], answerer: peer.answer) { server in
                let transport = CurlTransport(certificateAuthorities: certificate.file.path())
                _ = try await transport.send(call(server))
                try await withThrowingTaskGroup(of: HTTPAnswer.self) { group in
                    // None of these is answered before all have come, and `s_server` takes no second connection.
                    for _ in 0..<20 {
                        group.addTask { try await transport.send(call(server)) }
                    }
                    for try await answer in group {
                        #expect(answer.response.status == .ok)
                        #expect(answer.body == Data("ok".utf8))
                    }
                }
                #expect(peer.streams == 21)
                #expect(transport.liveHandles == 0)
            }
        }
    }

    private func expectInsecure(_ transport: CurlTransport, _ call: HTTPCall) async {
        let error = await #expect(throws: HTTPTransportError.self) { try await transport.send(call) }
        #expect(error?.reason == .insecure)
        #expect(error?.mayHaveBeenSent == false)
    }

    private func call(_ server: OpenSSLServer) -> HTTPCall {
        HTTPCall(.get, HTTPAddress("https://\(server.authority)/")!)
    }
}
