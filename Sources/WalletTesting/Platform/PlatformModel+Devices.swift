import Crypto
package import FexValues
package import Foundation
import WalletCore

extension PlatformModel {
    /// A device that may decide.
    struct Device: Sendable {
        var id: String
        var name: String
        var key: P256.Signing.PublicKey
        var createdAt: Timestamp
        var lastUsedAt: Timestamp?
        var revokedAt: Timestamp?
    }

    /// How long a nonce can be used.
    private static let nonceLifetime: Duration = .seconds(300)

    /// Registers a device's key without a call, and returns the device's id.
    ///
    /// - Parameter key: The private key's 32 bytes, as the wallet keeps them.
    package mutating func registerDevice(privateKey key: Data, at now: Timestamp) -> String? {
        guard let key = try? P256.Signing.PrivateKey(rawRepresentation: key) else { return nil }
        return register(key.publicKey, name: "device", at: now)
    }

    /// Revokes a device: its decisions and its tokens are refused from then on.
    package mutating func revokeDevice(_ id: String, at now: Timestamp) {
        guard let place = devices.firstIndex(where: { $0.id == id }) else { return }
        devices[place].revokedAt = devices[place].revokedAt ?? now
        for login in identity.logins.indices where identity.logins[login].device == id {
            identity.logins[login].isOver = true
        }
    }

    mutating func serveDevices(_ request: Request, holder: Int, at now: Timestamp) -> Answer {
        let path = request.path.dropFirst(4)
        switch (request.method, path.count) {
        case ("GET", 0):
            return Answer(200, #"{"success":true,"devices":[\#(devices.map(\.document).joined(separator: ","))]}"#)
        case ("POST", 0): return registerDevice(request, holder: holder, at: now)
        case ("POST", 1) where path.first == "challenge":
            noncesGiven += 1
            let nonce = "nonce-\(noncesGiven)"
            nonces[nonce] = now.advanced(by: Self.nonceLifetime)
            return Answer(201, #"{"success":true,"nonce":"\#(nonce)","expires_at":"\#(nonces[nonce] ?? now)"}"#)
        case ("DELETE", 1):
            guard devices.contains(where: { $0.id == path.first ?? "" }) else { return .failure(404, "no such device") }
            revokeDevice(String(path.first ?? ""), at: now)
            return Answer(200, #"{"success":true}"#)
        case ("PUT", 2) where path.last == "push", ("DELETE", 2) where path.last == "push":
            guard devices.contains(where: { $0.id == path.first ?? "" }) else { return .failure(404, "no such device") }
            return Answer(200, #"{"success":true}"#)
        default: return .failure(404, "no such path")
        }
    }

    private mutating func registerDevice(_ request: Request, holder: Int, at now: Timestamp) -> Answer {
        if let fresh = rules.freshLogin, identity.logins[holder].begunAt.advanced(by: fresh) < now {
            return .failure(403, "log in again to add a device", code: "login_too_old")
        }
        guard let document = try? JSON(parsing: request.body), let jwk = document["public_key"],
            jwk["kty"] == "EC", jwk["crv"] == "P-256", let x = jwk["x"]?.stringValue.flatMap(Data.init(base64URL:)),
            let y = jwk["y"]?.stringValue.flatMap(Data.init(base64URL:)),
            let key = try? P256.Signing.PublicKey(rawRepresentation: x + y)
        else { return .failure(400, "public_key must be a P-256 key") }
        guard isProven(document["proof"]?.stringValue ?? "", key, at: now) else {
            return .failure(422, "the key is not proven", code: "proof_invalid")
        }
        let id = register(key, name: document["name"]?.stringValue ?? "", at: now)
        identity.logins[holder].device = id
        return Answer(201, #"{"success":true,"device_id":"\#(id)"}"#)
    }

    /// The same key again is the same device.
    private mutating func register(_ key: P256.Signing.PublicKey, name: String, at now: Timestamp) -> String {
        let known = devices.first { $0.revokedAt == nil && $0.key.rawRepresentation == key.rawRepresentation }
        if let known { return known.id }
        let device = Device(id: "dev_\(devices.count + 1)", name: name, key: key, createdAt: now)
        devices.append(device)
        return device.id
    }

    /// Whether a proof is by a key, over a nonce that was given and is not used yet.
    private mutating func isProven(_ proof: String, _ key: P256.Signing.PublicKey, at now: Timestamp) -> Bool {
        guard let signed = SignedDocument(proof), signed.isSigned(by: key),
            signed.payload["aud"]?.stringValue == issuer,
            signed.payload["wallet"]?.stringValue == customer.wallet,
            let endsAt = nonces.removeValue(forKey: signed.payload["nonce"]?.stringValue ?? "")
        else { return false }
        return now < endsAt
    }
}

extension PlatformModel.Device {
    fileprivate var document: String {
        let point = key.rawRepresentation
        // RFC 7638: the required members in the order of their names.
        let members =
            #"{"crv":"P-256","kty":"EC","x":"\#(point.prefix(32).base64URL)","y":"\#(point.suffix(32).base64URL)"}"#
        let thumbprint = Data(SHA256.hash(data: Data(members.utf8))).base64URL
        func moment(_ time: Timestamp?) -> String { time.map { "\"\($0)\"" } ?? "null" }
        return #"{"device_id":"\#(id)","name":\#(quoted(name)),"thumbprint":"\#(thumbprint)","#
            + #""created_at":"\#(createdAt)","last_used_at":\#(moment(lastUsedAt)),"revoked_at":\#(moment(revokedAt))}"#
    }
}
