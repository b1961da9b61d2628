import FexValues
import GRDB

/// What the platform tells wallets about.
enum PlatformEvent: String, Hashable, Sendable {
    /// A merchant asks a wallet for money.
    case approvalRequested = "payment.approval_requested"
    /// A wallet's balance has changed.
    case balanceUpdated = "wallet.balance.updated"
    /// A wallet has a new device.
    case deviceAdded = "wallet.device.added"
}

/// An event as it waits to be published.
struct QueuedEvent: Hashable, Sendable {
    var position: Int64
    var name: String
    var walletID: String
    var payload: String
}

extension StoreTransaction {
    /// Writes an event down, to be published after this transaction is committed.
    ///
    /// - Parameter payload: Makes the payload for the event's id.
    func enqueue(_ event: PlatformEvent, walletID: String, payload: (_ eventID: String) -> JSON) throws {
        let eventID = entropy.uuid()
        try run(
            "INSERT INTO events (id, name, wallet_id, payload, created_at) VALUES (?, ?, ?, ?, ?)",
            [eventID, event.rawValue, walletID, payload(eventID).text, now.milliseconds])
    }

    /// Enqueues the event that tells a wallet of an intent aimed at it.
    func enqueueApprovalRequested(_ intent: Intent, walletID: String) throws {
        try enqueue(.approvalRequested, walletID: walletID) { eventID in
            [
                "event": .string(PlatformEvent.approvalRequested.rawValue), "event_id": .string(eventID),
                "payment_intent_id": .string(intent.id), "target_wallet_id": .string(walletID),
                "merchant_id": .string(intent.merchantID), "merchant_name": .string(intent.merchantName),
                "amount": .number(intent.amount.decimalString), "currency": .string(intent.amount.currency.code),
                "description": .optional(intent.description), "expires_at": .string(intent.expiresAt.rfc3339),
                "created_at": .string(intent.createdAt.rfc3339),
            ]
        }
    }

    /// Enqueues the event that tells a wallet's devices of a new one.
    func enqueueDeviceAdded(_ device: Device, walletID: String) throws {
        try enqueue(.deviceAdded, walletID: walletID) { eventID in
            [
                "event": .string(PlatformEvent.deviceAdded.rawValue), "event_id": .string(eventID),
                "wallet_id": .string(walletID), "device_id": .string(device.id), "name": .string(device.name),
                "created_at": .string(device.createdAt.rfc3339),
            ]
        }
    }

    /// The oldest events that wait, at most 100.
    func queuedEvents() throws -> [QueuedEvent] {
        try rows("SELECT * FROM events ORDER BY position LIMIT 100").map { row in
            QueuedEvent(
                position: row["position"], name: row["name"], walletID: row["wallet_id"], payload: row["payload"])
        }
    }

    /// Deletes events up to a position, because they have been published.
    func forgetEvents(upTo position: Int64) throws {
        try run("DELETE FROM events WHERE position <= ?", [position])
    }
}
