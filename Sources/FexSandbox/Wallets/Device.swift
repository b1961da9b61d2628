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
    /// When it last signed a decision.
    var lastUsedAt: Timestamp?
    var revokedAt: Timestamp?

    /// The device as its owner sees it.
    var document: JSON {
        [
            "device_id": .string(id), "name": .string(name),
            "thumbprint": .string(PublicKeyReader.thumbprint(of: publicKey)),
            "created_at": .string(createdAt.rfc3339), "last_used_at": .optional(lastUsedAt?.rfc3339),
            "revoked_at": .optional(revokedAt?.rfc3339),
        ]
    }

    /// The device with its key.
    var fullDocument: JSON {
        var document = document.objectValue ?? JSONObject()
        document["public_key"] = PublicKeyReader.jwk(of: publicKey)
        return .object(document)
    }
}

extension Device {
    /// A device from a row of `devices`.
    init(_ row: Row) {
        self.init(
            id: row["id"], name: row["name"], publicKey: row["public_key"],
            createdAt: Timestamp(milliseconds: row["created_at"]), lastUsedAt: row.timestamp("last_used_at"),
            revokedAt: row.timestamp("deleted_at"))
    }
}

extension StoreTransaction {
    /// Registers a device whose key has been proven; the key of one that is registered already only gives it the new name.
    ///
    /// A removed device stays removed: its key, registered again, is another device. The wallet's other devices are told
    /// of a new one.
    ///
    /// - Parameter sessionID: The session that registers it, and ends with it.
    func registerDevice(walletID: String, sessionID: String, name: String, publicKey: Data) throws -> Device {
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
            try tie(session: sessionID, toDevice: device.id)
            return device
        }
        let device = Device(id: entropy.uuid(), name: name, publicKey: publicKey, createdAt: now)
        try run(
            "INSERT INTO devices (id, wallet_id, name, public_key, created_at) VALUES (?, ?, ?, ?, ?)",
            [device.id, walletID, name, publicKey, now.milliseconds])
        try tie(session: sessionID, toDevice: device.id)
        try enqueueDeviceAdded(device, walletID: walletID)
        return device
    }

    /// A wallet's devices, removed ones too, oldest first.
    func devices(walletID: String) throws -> [Device] {
        try rows("SELECT * FROM devices WHERE wallet_id = ? ORDER BY created_at, id", [walletID]).map(Device.init)
    }

    /// One of a wallet's devices, be it removed; `nil` if there never was such a device.
    func device(_ id: String, walletID: String) throws -> Device? {
        try row("SELECT * FROM devices WHERE id = ? AND wallet_id = ?", [id, walletID]).map(Device.init)
    }

    /// One of a wallet's devices that was not removed.
    ///
    /// - Throws: ``PlatformError`` 404.
    func requireDevice(_ id: String, walletID: String) throws -> Device {
        guard let device = try device(id, walletID: walletID), device.revokedAt == nil else {
            throw PlatformError.notFound("there is no device with this id")
        }
        return device
    }

    /// Notes that a device has signed a decision, and from then on belongs to the session by which that came.
    func noteUse(ofDevice id: String, sessionID: String) throws {
        try run("UPDATE devices SET last_used_at = ? WHERE id = ?", [now.milliseconds, id])
        try tie(session: sessionID, toDevice: id)
    }

    /// Removes a device: its decisions and its sessions' tokens are refused from now on. What it signed stays.
    ///
    /// - Throws: ``PlatformError`` 404 for a device that isn't there, or not any more.
    func revokeDevice(_ id: String, walletID: String) throws {
        _ = try requireDevice(id, walletID: walletID)
        try run(
            "UPDATE devices SET deleted_at = ?, push_kind = NULL, push_token = NULL WHERE id = ?",
            [now.milliseconds, id])
        try endSessions(ofDevice: id)
    }

    /// Sets where push notifications for a device go; `nil` ends them.
    ///
    /// - Throws: ``PlatformError`` 404 for a device that isn't there, or not any more.
    func setPushTarget(_ target: PushTarget?, ofDevice id: String, walletID: String) throws {
        _ = try requireDevice(id, walletID: walletID)
        try run(
            "UPDATE devices SET push_kind = ?, push_token = ? WHERE id = ?", [target?.kind.rawValue, target?.token, id])
    }
}

/// Where push notifications for a device go. The sandbox keeps it, and sends none.
struct PushTarget: Hashable, Sendable {
    /// Whose service carries them.
    enum Kind: String, Hashable, Sendable, CaseIterable {
        case apns, fcm
    }

    var kind: Kind
    var token: String

    /// Reads a request's body.
    ///
    /// - Throws: ``PlatformError`` 400 naming the field that is missing or invalid.
    init(_ body: RequestBodyObject) throws(PlatformError) {
        guard let kind = Kind(rawValue: try body.text("kind")) else { throw .badRequest("kind must be apns or fcm") }
        self.kind = kind
        token = try body.text("token")
    }
}
