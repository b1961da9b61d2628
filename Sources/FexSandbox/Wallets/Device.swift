import Crypto
import FexValues
import Foundation
import GRDB

/// A device that may sign a wallet's decisions.
struct Device: Hashable, Sendable {
    var id: String
    var name: String
    /// The P-256 key as an uncompressed point: 4, then x and y.
    var publicKey: Data
    var createdAt: Timestamp

    /// The device as its owner sees it.
    var document: JSON {
        [
            "device_id": .string(id), "name": .string(name),
            "public_key": [
                "kty": "EC", "crv": "P-256", "x": .string(Data(publicKey.dropFirst().prefix(32)).base64URL),
                "y": .string(Data(publicKey.suffix(32)).base64URL),
            ],
            "created_at": .string(createdAt.rfc3339),
        ]
    }
}

extension Device {
    /// A device from a row of `devices`.
    init(_ row: Row) {
        self.init(
            id: row["id"], name: row["name"], publicKey: row["public_key"],
            createdAt: Timestamp(milliseconds: row["created_at"]))
    }
}

extension StoreTransaction {
    /// Registers a device; the key of one that is registered already only gives it the new name.
    ///
    /// A removed device stays removed: its key, registered again, is another device.
    func registerDevice(walletID: String, name: String, publicKey: Data) throws -> Device {
        let known = try row(
            """
            SELECT * FROM devices WHERE wallet_id = ? AND public_key = ? AND deleted_at IS NULL
            ORDER BY created_at, id LIMIT 1
            """,
            [walletID, publicKey])
        if let known {
            var device = Device(known)
            device.name = name
            try run("UPDATE devices SET name = ? WHERE id = ?", [name, device.id])
            return device
        }
        let device = Device(id: entropy.uuid(), name: name, publicKey: publicKey, createdAt: now)
        try run(
            "INSERT INTO devices (id, wallet_id, name, public_key, created_at) VALUES (?, ?, ?, ?, ?)",
            [device.id, walletID, name, publicKey, now.milliseconds])
        return device
    }

    /// A wallet's devices, oldest first.
    func devices(walletID: String) throws -> [Device] {
        try rows(
            "SELECT * FROM devices WHERE wallet_id = ? AND deleted_at IS NULL ORDER BY created_at, id", [walletID]
        ).map(Device.init)
    }

    /// The key of one of a wallet's devices, removed ones too, or `nil` if there never was such a device.
    func deviceKey(_ id: String, walletID: String) throws -> (publicKey: Data, isRevoked: Bool)? {
        try row("SELECT * FROM devices WHERE id = ? AND wallet_id = ?", [id, walletID]).map { row in
            (row["public_key"], row["deleted_at"] as Int64? != nil)
        }
    }

    /// Removes a device; what it signed stays.
    ///
    /// - Returns: Whether there was such a device.
    func deleteDevice(_ id: String, walletID: String) throws -> Bool {
        try run(
            "UPDATE devices SET deleted_at = ? WHERE id = ? AND wallet_id = ? AND deleted_at IS NULL",
            [now.milliseconds, id, walletID])
        return db.changesCount > 0
    }
}

/// Reads a device's public key from a JWK (RFC 7517, RFC 7518 section 6.2).
enum PublicKeyReader {
    /// The key as an uncompressed point of 65 bytes.
    ///
    /// - Throws: ``PlatformError`` 400 for anything but a point on P-256, and for a key with its private half.
    static func point(of jwk: JSON?) throws(PlatformError) -> Data {
        guard let jwk, jwk["kty"] == "EC", jwk["crv"] == "P-256",
            let x = jwk["x"]?.stringValue.flatMap({ Data(base64URL: $0) }), x.count == 32,
            let y = jwk["y"]?.stringValue.flatMap({ Data(base64URL: $0) }), y.count == 32
        else { throw .badRequest("public_key must be a JWK of a P-256 key") }
        guard jwk["d"] == nil else { throw .badRequest("public_key must not hold the private key") }
        let point = Data([4]) + x + y
        guard (try? P256.Signing.PublicKey(x963Representation: point)) != nil else {
            throw .badRequest("public_key is not a point on P-256")
        }
        return point
    }
}
