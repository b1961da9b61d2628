import Crypto
public import FexValues
public import Foundation

/// The public key of a device, by which its signatures are checked (P-256).
public struct VerificationKey: Hashable, Sendable {
    /// The device whose key it is: the `kid` of its signatures.
    public let device: DeviceID
    /// When it was revoked, on the platform's clock; `nil` where it wasn't.
    public let revokedAt: Timestamp?
    /// The coordinates, 32 bytes each.
    let point: Data

    /// - Returns: `nil` where the coordinates are no point of the curve.
    private init?(device: DeviceID, point: Data, revokedAt: Timestamp?) {
        guard point.count == 64, (try? P256.Signing.PublicKey(rawRepresentation: point)) != nil else { return nil }
        self.device = device
        self.point = point
        self.revokedAt = revokedAt
    }

    /// A JSON Web Key (RFC 7517); `nil` for anything else, for a private one, and for one in which a name stands twice.
    ///
    /// - Parameters:
    ///   - device: Whose key it is; by default the one that its `kid` names.
    ///   - revokedAt: When it was revoked; by default its `revoked_at`.
    init?(jwk: JSON, of device: DeviceID? = nil, revokedAt: Timestamp? = nil) {
        guard let object = jwk.objectValue, Set(object.members.map(\.name)).count == object.members.count,
            object["kty"] == "EC", object["crv"] == "P-256", object["d"] == nil,
            let x = object["x"]?.stringValue.flatMap({ Data(base64URL: $0) }), x.count == 32,
            let y = object["y"]?.stringValue.flatMap({ Data(base64URL: $0) }), y.count == 32
        else { return nil }
        let named = object["kid"]?.stringValue.flatMap { DeviceID($0) }
        guard let device = device ?? named else { return nil }
        let marked = object["revoked_at"]?.stringValue.flatMap { Timestamp($0) }
        self.init(device: device, point: x + y, revokedAt: revokedAt ?? marked)
    }

    /// The key's name (RFC 7638).
    public var thumbprint: String { P256.thumbprint(of: point) }
}

extension [VerificationKey] {
    /// The keys of a JSON Web Key Set (RFC 7517, section 5). Keys of other kinds are passed over.
    ///
    /// - Parameter keySet: `{"keys": [{"kty", "crv", "x", "y", "kid"}]}`; a key may have a `revoked_at` beside.
    /// - Throws: ``ProofError/notAKeySet`` where it is none, or holds no key of P-256 with a `kid`.
    public init(keySet: Data) throws(ProofError) {
        guard let document = try? JSON(parsing: keySet), let entries = document["keys"]?.arrayValue else {
            throw .notAKeySet
        }
        let keys = entries.compactMap { VerificationKey(jwk: $0) }
        guard !keys.isEmpty else { throw .notAKeySet }
        self = keys
    }
}
