import Crypto
import FexSandbox
import FexValues
import Foundation
import Testing

@Suite struct ForgedTokenTests {
    /// How a token that was good is made bad.
    enum Forgery: CaseIterable, Sendable {
        case wrongKey, wrongKeyUnderItsOwnName, noAlgorithm, noAlgorithmWithSignature, hs256WithPublicKey
        case otherAlgorithmNamed, unknownKeyNamed, criticalHeader
        case otherAudience, noAudience, otherIssuer, noIssuer, expired, noExpiry, notYetValid, issuedLater
        case noSubject, noRoles, noMerchant, otherType, changedAfterwards, noSignature
    }

    private static let otherKey = Result { try SigningKey.generate() }

    private func token(_ forgery: Forgery?, from good: String) throws -> String {
        let key = try SandboxWorld.signingKey.get()
        let parts = good.split(separator: ".")
        var header = try #require(decode(parts[0]).objectValue)
        var claims = try #require(decode(parts[1]).objectValue)
        let now = SandboxClock.virtualEpoch.seconds
        func signed(by key: SigningKey) throws -> String {
            try key.sign(header: .object(header), payload: .object(claims))
        }
        switch forgery {
        case nil: break
        case .wrongKey: return try signed(by: ForgedTokenTests.otherKey.get())
        case .wrongKeyUnderItsOwnName:
            header["kid"] = .string(try ForgedTokenTests.otherKey.get().id)
            return try signed(by: ForgedTokenTests.otherKey.get())
        case .noAlgorithm:
            header["alg"] = "none"
            return JSON.object(header).data.base64URL + "." + parts[1] + "."
        case .noAlgorithmWithSignature: header["alg"] = "none"
        case .hs256WithPublicKey:
            header["alg"] = "HS256"
            let input = JSON.object(header).data.base64URL + "." + parts[1]
            let secret = SymmetricKey(data: Data(key.publicPEM.utf8))
            let code = HMAC<SHA256>.authenticationCode(for: Data(input.utf8), using: secret)
            return input + "." + Data(code).base64URL
        case .otherAlgorithmNamed: header["alg"] = "RS512"
        case .unknownKeyNamed: header["kid"] = "0000000000000000"
        case .criticalHeader: header["crit"] = ["exp"]
        case .otherAudience: claims["aud"] = "another-platform"
        case .noAudience: claims["aud"] = nil
        case .otherIssuer: claims["iss"] = "http://127.0.0.1:1/auth/realms/payment-platform"
        case .noIssuer: claims["iss"] = nil
        case .expired: claims["exp"] = .integer(now)
        case .noExpiry: claims["exp"] = nil
        case .notYetValid: claims["nbf"] = .integer(now + 60)
        case .issuedLater: claims["iat"] = .integer(now + 60)
        case .noSubject: claims["sub"] = nil
        case .noRoles: claims["realm_access"] = nil
        case .noMerchant: claims["merchant_id"] = nil
        case .otherType: claims["typ"] = "Refresh"
        case .changedAfterwards:
            claims["realm_access"] = ["roles": ["admin"]]
            return "\(parts[0]).\(JSON.object(claims).data.base64URL).\(parts[2])"
        case .noSignature: return "\(parts[0]).\(parts[1])"
        }
        return try signed(by: key)
    }

    private func decode(_ part: Substring) throws -> JSON {
        let padding = String(repeating: "=", count: (4 - part.count % 4) % 4)
        let text = part.replacing("-", with: "+").replacing("_", with: "/") + padding
        return try JSON(parsing: try #require(Data(base64Encoded: String(text))))
    }

    @Test(arguments: Forgery.allCases)
    func `a forged token is refused with the published body`(forgery: Forgery) async throws {
        try await SandboxWorld.run { world in
            let path = "/merchant/api/v1/payment-intents"
            let forged = try token(forgery, from: world.merchant)
            for _ in 0..<2 {
                let answer = try await world.client.get(path, token: forged)
                #expect(answer.status == 401)
                #expect(answer["success"] == false && answer.error?.isEmpty == false)
            }
        }
    }

    @Test func `what the forgeries are made from is a good token`() async throws {
        try await SandboxWorld.run { world in
            let remade = try token(nil, from: world.merchant)
            #expect(try await world.client.get("/merchant/api/v1/payment-intents", token: remade).status == 200)
        }
    }

    @Test(arguments: [
        ("GET", "/merchant/api/v1/payment-intents", "wallet"), ("POST", "/merchant/api/v1/scan-payment", "wallet"),
        ("GET", "/merchant/api/v1/transactions", "wallet"), ("POST", "/merchant/api/v1/register", "wallet"),
        ("POST", "/merchant/api/v1/register", "merchant"), ("GET", "/wallet/api/v1/wallet", "merchant"),
        ("GET", "/wallet/api/v1/approvals", "merchant"), ("GET", "/wallet/api/v1/transactions", "admin"),
        ("POST", "/wallet/api/v1/devices", "admin"),
    ])
    func `a token of another role is forbidden`(method: String, path: String, role: String) async throws {
        try await SandboxWorld.run { world in
            let token =
                switch role {
                case "wallet": try await TestWallet(world.client).token
                case "admin": try await world.client.token(of: world.client.ready.json["admin"])
                default: world.merchant
                }
            let answer = try await world.client.call(
                method, path, token: token, body: method == "POST" ? Data("{}".utf8) : nil)
            #expect(answer.status == 403)
            #expect(answer["success"] == false && answer.error?.isEmpty == false)
        }
    }

    @Test func `a role that nothing here is meant for is forbidden`() async throws {
        try await SandboxWorld.run { world in
            let parts = world.merchant.split(separator: ".")
            var claims = try #require(decode(parts[1]).objectValue)
            claims["realm_access"] = ["roles": ["auditor"]]
            let token = try SandboxWorld.signingKey.get().sign(header: decode(parts[0]), payload: .object(claims))
            #expect(try await world.client.get("/merchant/api/v1/payment-intents", token: token).status == 403)
        }
    }
}
