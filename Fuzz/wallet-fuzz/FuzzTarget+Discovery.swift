#if DEBUG || LIBFUZZER
    import FexHTTP
    import FexValues
    import Foundation
    import HTTPTypes
    import Logging
    @testable import WalletCore
    import WalletTesting

    extension FuzzTarget {
        /// What an identity provider says of itself (the first line) and answers to a grant (what follows): no secret leaves for
        /// another server, and no token is taken of another provider, client or login.
        static let discovery = FuzzTarget(
            name: "discovery", maximumLength: 8192, seeds: { try pairs(in: corpus("discovery.txt")) },
            run: { bytes in
                let lines = bytes.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
                let (description, answer) = (Data(lines[0]), lines.count > 1 ? Data(lines[1]) : Data())
                let transport = InMemoryHTTPTransport { call in
                    HTTPAnswer(HTTPResponse(status: .ok), body: call.method == .post ? answer : description)
                }
                waitFor { await logIn(over: transport, answer: answer) }
                for call in transport.calls where call.method == .post || call.body != nil {
                    hold(call.address.origin == provider.origin, "a secret left for \(call.address.origin)")
                }
                // What names another provider is followed by nobody.
                guard transport.calls.contains(where: { $0.method == .post }) else { return }
                let issuer = (try? JSONSerialization.jsonObject(with: description) as? [String: Any])?["issuer"]
                hold(issuer as? String == "\(provider)/realms/payment-platform", "it calls itself otherwise")
            })

        private static let provider = HTTPAddress("https://auth.test/auth")!
        private static let now = Timestamp("2026-01-01T12:00:00Z")!

        /// Every two lines are one input.
        private static func pairs(in lines: [[UInt8]]) -> [[UInt8]] {
            stride(from: 0, to: lines.count - 1, by: 2).map { lines[$0] + [0x0A] + lines[$0 + 1] }
        }

        private static func logIn(over transport: InMemoryHTTPTransport, answer: Data) async {
            let endpoints = PlatformEndpoints(api: HTTPAddress("https://api.test")!, auth: provider)
            let clock = DrivenClock(now)
            let time = ServerTime(clock: clock, memory: ServerTime.Memory())
            let client = PlatformClient(
                endpoints: endpoints, transport: transport, tokens: NoTokens(), clock: clock, time: time,
                dpop: DPoPProofs(keys: DPoPKeys(InMemorySecretStore()), time: time, entropy: .system),
                log: Logger(label: "fuzz", factory: { _ in SwiftLogNoOpLogHandler() }))
            if let tokens = try? await client.requestTokens(username: "alice", password: "secret") {
                hold(!tokens.access.value.isEmpty && tokens.accessEndsAt > now, "tokens are empty, or over")
                try? await client.revoke(tokens)
            }
            guard let login = AuthorizationLogin(secret: begun.data) else { return hold(false, "no login was begun") }
            guard (try? await client.requestTokens(code: "c0de", of: login)) != nil else { return }
            let payload = identity(in: answer)
            hold(payload["iss"] as? String == "\(provider)/realms/payment-platform", "another provider's is taken")
            hold(payload["nonce"] as? String == "n0nce", "the tokens of another login are taken")
            let audience = payload["aud"] as? [String] ?? [payload["aud"] as? String ?? ""]
            hold(audience == ["wallet"], "the tokens of another client are taken")
            hold((payload["exp"] as? NSNumber)?.int64Value ?? 0 > now.milliseconds / 1000, "what is over is taken")
        }

        private static let begun: JSON = [
            "redirect": "app.test:/back", "state": "st4te", "nonce": "n0nce", "verifier": "verif1er",
            "needs_issuer": false, "issuer": "https://auth.test/auth/realms/payment-platform",
            "ends_at": .integer(now.milliseconds + 900_000),
        ]

        /// What Foundation finds in the identity token of an answer.
        private static func identity(in answer: Data) -> [String: Any] {
            let document = try? JSONSerialization.jsonObject(with: answer) as? [String: Any]
            let parts = (document?["id_token"] as? String ?? "").split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 3 else { return [:] }
            var text = String(parts[1]).replacing("-", with: "+").replacing("_", with: "/")
            text += String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
            let payload = Data(base64Encoded: text) ?? Data()
            return (try? JSONSerialization.jsonObject(with: payload) as? [String: Any]) ?? [:]
        }
    }

    /// A wallet in which nobody is logged in.
    private struct NoTokens: TokenSource {
        func accessToken() async throws -> AccessToken { throw SessionError.notLoggedIn }
        func reject(_ token: AccessToken) async {}
    }
#endif
