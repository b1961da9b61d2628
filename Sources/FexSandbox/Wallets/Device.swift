import Foundation
import GRDB
import WalletCore

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
                "kty": "EC", "crv": "P-256", "x": .string(Base64URL.encode(publicKey.dropFirst().prefix(32))),
                "y": .string(Base64URL.encode(publicKey.suffix(32))),
            ],
            "created_at": .string(createdAt.rfc3339),
        ]
    }
}

extension StoreTransaction {
    /// Registers a device.
    func registerDevice(walletID: String, name: String, publicKey: Data) throws -> Device {
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
        ).map { row in
            Device(
                id: row["id"], name: row["name"], publicKey: row["public_key"],
                createdAt: Timestamp(milliseconds: row["created_at"]))
        }
    }

    /// The key of one of a wallet's devices, or `nil` if there is no such device.
    func deviceKey(_ id: String, walletID: String) throws -> Data? {
        try row(
            "SELECT public_key FROM devices WHERE id = ? AND wallet_id = ? AND deleted_at IS NULL", [id, walletID])?[
                "public_key"]
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
