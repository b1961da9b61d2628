import FexHTTP
import FexValues
import Foundation
import HTTPTesting
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

    @Test func `a server with a key that is pinned is reached, by the second of two pins too`() async throws {
        try await SelfSignedCertificate.make { certificate in
            let pin = try await pin(of: certificate)
            let other = try #require(PublicKeyPin(String(repeating: "0", count: 64)))
            try await OpenSSLServer.run(certificate, ["-www"]) { server in
                for pins in [[pin], [other, pin]] {
                    let transport = CurlTransport(trust: trust(certificate, pins, server))
                    let answer = try await transport.send(call(server))
                    #expect(answer.response.status == .ok)
                }
            }
        }
    }

    @Test func `a server whose key is not pinned gets no request, whoever vouches for it`() async throws {
        try await SelfSignedCertificate.make { certificate in
            let other = try #require(PublicKeyPin(String(repeating: "0", count: 64)))
            try await OpenSSLServer.run(certificate, ["-www"]) { server in
                let transport = CurlTransport(trust: trust(certificate, [other], server))
                let error = await #expect(throws: HTTPTransportError.self) { try await transport.send(call(server)) }
                #expect(error?.reason == .pinMismatch && error?.mayHaveBeenSent == false && error?.retry == .later)
                let failure = try #require(error)
                #expect(PlatformError(.transport(failure)).code == "pin_mismatch")
                // Pins are an origin's own.
                var elsewhere = trust(certificate, [other], server)
                elsewhere.pins = [HTTPOrigin(scheme: "https", authority: "elsewhere.test")!: [other]]
                let answer = try await CurlTransport(trust: elsewhere).send(call(server))
                #expect(answer.response.status == .ok)
            }
        }
    }

    @Test(arguments: ["-tls1", "-tls1_1"]) func `a server of an older TLS gets no request`(version: String) async throws
    {
        try await SelfSignedCertificate.make { certificate in
            try await OpenSSLServer.run(certificate, ["-www", version, "-cipher", "ALL:@SECLEVEL=0"]) { server in
                let transport = CurlTransport(certificateAuthorities: certificate.file.path())
                let error = await #expect(throws: HTTPTransportError.self) { try await transport.send(call(server)) }
                #expect(error?.reason == .insecure && error?.mayHaveBeenSent == false)
                #expect(error?.detail.contains("TLS of version 1.2 or newer") == true, "\(String(describing: error))")
            }
        }
    }

    @Test(arguments: ["elsewhere", "untrusted"])
    func `what is wrong with a certificate is said`(what: String) async throws {
        let names = what == "elsewhere" ? "IP:127.0.0.2" : "IP:127.0.0.1"
        try await SelfSignedCertificate.make(for: names) { certificate in
            try await OpenSSLServer.run(certificate, ["-www"]) { server in
                let transport = CurlTransport(
                    certificateAuthorities: what == "untrusted" ? nil : certificate.file.path())
                let error = await #expect(throws: HTTPTransportError.self) { try await transport.send(call(server)) }
                let sentences = [
                    "elsewhere": "its certificate is for another host",
                    "untrusted": "nobody who is trusted vouches for its certificate",
                ]
                #expect(error?.detail.contains(sentences[what] ?? "?") == true, "\(String(describing: error))")
            }
        }
    }

    @Test(arguments: ["sha256//", "sha256/", "", "hexadecimal"]) func `a pin is read in each way it is written`(
        form: String
    ) {
        let base64 = "3q2+796tvu/erb7v3q2+796tvu/erb7v3q2+796tvu8="
        let text = form == "hexadecimal" ? String(repeating: "DEADbeef", count: 8) : form + base64
        #expect(PublicKeyPin(text)?.description == "sha256//" + base64)
    }

    @Test(arguments: [
        "", "sha256//", "sha256//AAAA", "sha1//3q2+796tvu/erb7v3q2+796tvu8=", "x",
        "\u{FF11}" + String(repeating: "0", count: 63),
    ])
    func `what is no SHA-256 is no pin`(text: String) { #expect(PublicKeyPin(text) == nil) }

    private func trust(_ certificate: SelfSignedCertificate, _ pins: [PublicKeyPin], _ server: OpenSSLServer)
        -> TLSTrust
    {
        TLSTrust(
            authorities: certificate.file.path(),
            pins: [HTTPOrigin(scheme: "https", authority: server.authority)!: pins])
    }

    /// By another reader than ours.
    private func pin(of certificate: SelfSignedCertificate) async throws -> PublicKeyPin {
        let digits = try await OpenSSL.publicKeyDigest(of: certificate)
        return try #require(PublicKeyPin(digits))
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
