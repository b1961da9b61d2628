import Crypto
import FexHTTP
import FexValues
import Foundation
import HTTPTypes
import Testing
import WalletCore
import WalletTesting

/// The model of the platform keeps the contract that the wallet is tested against.
struct PlatformModelTests {
    private var platform: PlatformModel
    private let start = Timestamp("2026-01-01T12:00:00Z")!
    private let key = P256.Signing.PrivateKey()
    private let token: String
    /// What was sent: no two signatures over the same are the same.
    private var bodies: [String: String] = [:]

    init() throws {
        var rules = PlatformModel.Rules()
        rules.proofs = .signed
        platform = PlatformModel(
            customer: .init(wallet: "wal_1", user: "usr_1", scanToken: "scan_1"), balance: 5000,
            identityAddress: "https://p.test", rules: rules)
        _ = platform.registerDevice(privateKey: key.rawRepresentation, at: start)
        token = try #require(JSON(parsing: Data(platform.logIn(at: start).utf8))["access_token"]?.stringValue)
    }

    private func after(_ seconds: Int) -> Timestamp { start.advanced(by: .seconds(seconds)) }

    @discardableResult
    private mutating func addIntent(
        _ id: String, _ amount: String = "10.00", target: String? = nil, lifetime: Int = 300
    ) -> Int {
        platform.add(
            .init(
                id: id, merchant: "mer_1", amount: amount, target: target, createdAt: start,
                expiresAt: after(lifetime)))
    }

    private mutating func serve(
        _ method: HTTPRequest.Method, _ path: String, body: String = "", key: String? = nil, etag: String? = nil,
        at seconds: Int = 0
    ) throws -> (status: Int, document: JSON, etag: String?) {
        var call = HTTPCall(method, try #require(HTTPAddress("https://p.test\(path)")), body: Data(body.utf8))
        call.headerFields[.authorization] = "Bearer \(token)"
        if let key { call.headerFields[HTTPField.Name("Idempotency-Key")!] = key }
        if let etag { call.headerFields[.ifNoneMatch] = etag }
        let answer = platform.serve(.init(call), at: after(seconds))
        let document = answer.document.isEmpty ? JSON.null : try JSON(parsing: Data(answer.document.utf8))
        return (answer.status, document, answer.etag)
    }

    private mutating func decide(
        _ kind: String, _ intent: String, key: String, amount: String = "10.00", device: String = "dev_1",
        jti: String? = nil, at seconds: Int = 0, header: String = #"{"alg":"ES256"}"#, issuedAfter: Int = 0,
        hasLowS: Bool = true
    ) throws -> (status: Int, document: JSON, etag: String?) {
        let claims: JSON = [
            "intent": .string(intent), "wallet": "wal_1", "decision": .string(kind), "amount": .string(amount),
            "currency": "USD", "merchant": "mer_1", "iat": .integer(start.milliseconds / 1000 + Int64(issuedAfter)),
            "jti": .string(jti ?? key),
        ]
        let line = "\(kind) \(intent) \(key) \(amount) \(device)"
        let input = Data(header.utf8).base64URL + "." + claims.data.base64URL
        var raw: Data
        // Either form of a signature comes with the same chance; 0x7F may begin both.
        repeat {
            raw = try self.key.signature(for: Data(input.utf8)).rawRepresentation
        } while hasLowS ? raw[32] >= 0x7F : raw[32] <= 0x7F
        let signature = raw.base64URL
        let body: JSON = [
            "amount": .string(amount), "currency": "USD", "merchant_id": "mer_1", "decided_at": "2026-01-01T12:00:00Z",
            "device_id": .string(device), "proof": .string("\(input).\(signature)"),
        ]
        let sent = bodies[line] ?? body.text
        bodies[line] = sent
        return try serve(
            .post, "/wallet/api/v1/payment-intents/\(intent)/\(kind)", body: sent, key: key, at: seconds)
    }

    private static func key(_ number: Int) -> String { "00000000-0000-4000-8000-00000000000\(number)" }

    @Test mutating func `a repeated decision gets the first answer again, and moves money once`() throws {
        addIntent("pi_1")
        let first = try decide("pay", "pi_1", key: Self.key(1))
        let second = try decide("pay", "pi_1", key: Self.key(1))
        #expect(first.status == 200 && first.document["replayed"] == false)
        #expect(second.status == 200 && second.document["replayed"] == true)
        #expect(second.document["transaction"] == first.document["transaction"])
        #expect(platform.transactions.count == 1 && platform.balance == 4000)
        #expect(try decide("pay", "pi_1", key: Self.key(2)).document["code"] == "intent_not_payable")
    }

    @Test mutating func `each refusal has the code of the contract`() throws {
        addIntent("pi_1")
        addIntent("pi_dear", "60.00")
        addIntent("pi_theirs", target: "wal_2")
        addIntent("pi_short", lifetime: 10)
        func code(_ answer: (status: Int, document: JSON, etag: String?)) -> String {
            "\(answer.status) \(answer.document["code"]?.stringValue ?? "-")"
        }
        #expect(code(try decide("pay", "pi_none", key: Self.key(1))) == "404 intent_unknown")
        #expect(code(try decide("pay", "pi_dear", key: Self.key(2), amount: "60.00")) == "422 insufficient_balance")
        #expect(code(try decide("approve", "pi_theirs", key: Self.key(3))) == "403 not_this_wallet")
        #expect(code(try decide("pay", "pi_1", key: Self.key(4), amount: "9.00")) == "422 terms_changed")
        #expect(code(try decide("pay", "pi_1", key: Self.key(5), device: "dev_9")) == "403 device_unknown")
        #expect(code(try decide("pay", "pi_1", key: Self.key(6), jti: Self.key(7))) == "422 proof_invalid")
        #expect(code(try decide("approve", "pi_1", key: Self.key(7))) == "409 intent_not_payable")
        #expect(code(try decide("pay", "pi_1", key: Self.key(4))) == "409 idempotency_mismatch")
        let late = try decide("pay", "pi_short", key: Self.key(8), at: 10)
        #expect(code(late) == "409 intent_expired" && late.document["payment_intent"]?["status"] == "expired")
        #expect(platform.effects.isEmpty)
    }

    @Test(arguments: [
        (#"{"alg":"ES256","typ":"fex-decision+jwt","kid":"dev_1"}"#, 0, true, 200),
        (#"{"alg":"ES256","typ":"JWT","kid":"dev_1"}"#, 0, true, 422),
        (#"{"alg":"ES256","alg":"ES256","typ":"fex-decision+jwt","kid":"dev_1"}"#, 0, true, 422),
        (#"{"alg":"ES256","typ":"fex-decision+jwt","kid":"dev_2"}"#, 0, true, 422),
        (#"{"alg":"ES256","typ":"fex-decision+jwt","kid":"dev_1"}"#, 0, false, 422),
        (#"{"alg":"ES256","typ":"fex-decision+jwt","kid":"dev_1"}"#, -62, true, 422),
        (#"{"alg":"ES256","typ":"fex-decision+jwt","kid":"dev_1"}"#, -60, true, 200),
        (#"{"alg":"ES256","typ":"fex-decision+jwt","kid":"dev_1"}"#, 61, true, 422),
    ])
    mutating func `a strict platform takes a proof of one form, and a fresh one`(
        header: String, issuedAfter: Int, hasLowS: Bool, status: Int
    ) throws {
        platform.rules.proofs = .strict
        addIntent("pi_1")
        let answer = try decide(
            "pay", "pi_1", key: Self.key(1), header: header, issuedAfter: issuedAfter, hasLowS: hasLowS)
        #expect(answer.status == status)
    }

    @Test mutating func `a refusal stands for its key`() throws {
        addIntent("pi_1", "60.00")
        let refused = try decide("pay", "pi_1", key: Self.key(1), amount: "60.00")
        platform.set("amount", to: .number("10.00"), of: 0)
        #expect(try decide("pay", "pi_1", key: Self.key(1), amount: "60.00").document == refused.document)
    }

    @Test mutating func `a feed goes on from its cursor, answers 304, and tells its end to a cursor that ran ahead`()
        throws
    {
        for number in 1...5 { addIntent("pi_\(number)", target: "wal_1") }
        let page = try serve(.get, "/wallet/api/v1/approvals?after=1&limit=2")
        #expect(page.document["approvals"]?.arrayValue?.compactMap { $0["seq"]?.integerValue } == [2, 3])
        #expect(page.document["next"] == 3 && page.document["has_more"] == true)
        let end = try serve(.get, "/wallet/api/v1/approvals?after=5")
        #expect(end.document["next"] == 5 && end.document["has_more"] == false)
        #expect(try serve(.get, "/wallet/api/v1/approvals?after=5", etag: end.etag).status == 304)
        platform.cancel(0)
        #expect(try serve(.get, "/wallet/api/v1/approvals?after=5", etag: end.etag).status == 200)
        platform.renumberRequests()
        let ahead = try serve(.get, "/wallet/api/v1/approvals?after=6")
        #expect(ahead.document["next"] == 5 && ahead.document["approvals"]?.arrayValue?.isEmpty == true)
        #expect(try serve(.get, "/wallet/api/v1/approvals?limit=0").status == 400)
    }

    @Test mutating func `transactions come by the feed and by pages, newest first`() throws {
        for number in 1...3 {
            addIntent("pi_\(number)", "1.00")
            #expect(try decide("pay", "pi_\(number)", key: Self.key(number), amount: "1.00").status == 200)
        }
        let page = try serve(.get, "/wallet/api/v1/transactions?page=1&limit=2")
        let ids = page.document["transactions"]?.arrayValue?.compactMap { $0["transaction_id"]?.stringValue }
        #expect(ids == ["tx_3", "tx_2"])
        #expect(page.document["total"] == 3 && page.document["total_pages"] == 2)
        let feed = try serve(.get, "/wallet/api/v1/transactions?after=2")
        #expect(feed.document["transactions"]?.arrayValue?.count == 1 && feed.document["next"] == 3)
    }

    @Test mutating func `a refresh token that was used gives the same answer for a minute`() throws {
        func renew(at seconds: Int) throws -> (status: Int, document: JSON, etag: String?) {
            try serve(.post, "/token", body: "grant_type=refresh_token&refresh_token=refresh-1", at: seconds)
        }
        let first = try renew(at: 100)
        #expect(first.document["refresh_token"] == "refresh-2")
        #expect(try renew(at: 159).document == first.document)
        let late = try renew(at: 160)
        #expect(late.status == 400 && late.document["error"] == "invalid_grant")
    }

    @Test mutating func `the same key is the same device, until that is revoked`() throws {
        let point = key.publicKey.rawRepresentation
        let jwk: JSON = [
            "kty": "EC", "crv": "P-256", "x": .string(point.prefix(32).base64URL),
            "y": .string(point.suffix(32).base64URL),
        ]
        func register(at seconds: Int) throws -> (status: Int, document: JSON, etag: String?) {
            let nonce = try serve(.post, "/wallet/api/v1/devices/challenge", at: seconds).document["nonce"] ?? .null
            let body: JSON = ["public_key": jwk, "name": "phone", "proof": .string(try proof(of: nonce))]
            let answer = try serve(.post, "/wallet/api/v1/devices", body: body.text, at: seconds)
            #expect(try serve(.post, "/wallet/api/v1/devices", body: body.text, at: seconds).status != 201, "once")
            return answer
        }
        #expect(try register(at: 0).document["device_id"] == "dev_1")
        #expect(try register(at: 299).status == 201)
        let unproven: JSON = ["public_key": jwk, "name": "phone"]
        #expect(try serve(.post, "/wallet/api/v1/devices", body: unproven.text).document["code"] == "proof_invalid")
        platform.rules.freshLogin = .seconds(200)
        #expect(try register(at: 201).document["code"] == "login_too_old")
        addIntent("pi_1")
        platform.revokeDevice("dev_1", at: start)
        #expect(try serve(.get, "/wallet/api/v1/wallet").status == 401)
    }

    /// A proof that the key is held, over a nonce.
    private func proof(of nonce: JSON) throws -> String {
        let claims: JSON = [
            "aud": "https://p.test/realms/payment-platform", "wallet": "wal_1", "nonce": nonce,
            "iat": .integer(start.milliseconds / 1000),
        ]
        let input = Data(#"{"alg":"ES256","typ":"fex-device+jwt"}"#.utf8).base64URL + "." + claims.data.base64URL
        return input + "." + (try key.signature(for: Data(input.utf8))).rawRepresentation.base64URL
    }

    @Test mutating func `who paid is shown to nobody who needs no token`() throws {
        addIntent("pi_1")
        #expect(try decide("pay", "pi_1", key: Self.key(1)).document["payment_intent"]?["completed_by"] == "wal_1")
        let shown = try serve(.get, "/merchant/api/v1/public/payment-intents/pi_1").document["payment_intent"]
        #expect(shown?["status"] == "completed" && shown?["completed_by"] == nil)
    }
}
