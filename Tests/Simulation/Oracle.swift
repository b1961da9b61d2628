import Foundation
import WalletCore

/// What the simulation remembers of what it saw, to compare with what it sees next.
struct Oracle {
    /// A decision that left a device.
    struct Sent {
        var device: Int
        var intent: String
        var body: Data
    }

    /// A decision as it lies in a database.
    struct Row: Equatable {
        var id: String
        var intent: String
        var kind: String
        var key: String
        var cents: Int
        var merchant: String
        var state: String
        var mayHaveLeft: Bool
        var expiresAt: Int64

        var isSettled: Bool { state == "confirmed" || cameToNothing }
        var cameToNothing: Bool { ["refused", "lapsed", "cancelled"].contains(state) }
        var movesMoney: Bool { kind != "decline" }
    }

    /// All that left, by its key.
    var sent: [String: Sent] = [:]
    /// The keys in the order in which they left.
    var keys: [String] = []
    /// Decisions as last seen, by device and id.
    var rows: [[String: Row]] = [[:], [:]]
    /// The order in which they were first seen.
    var order: [[String]] = [[], []]
    /// Requests as last seen, by device and intent.
    var inbox: [[String: ApprovalRequest.State]] = [[:], [:]]
    /// What left a device that was set back since, and does not remember it.
    var forgotten: Set<String> = []

    /// A device remembers no more than it did when it was backed up.
    mutating func forget(device: Int, except rows: [Row]) {
        self.rows[device] = Dictionary(uniqueKeysWithValues: rows.map { ($0.id, $0) })
        order[device] = rows.map(\.id)
        inbox[device] = [:]
        let known = Set(rows.map(\.key))
        for (key, sent) in sent where sent.device == device && !known.contains(key) { forgotten.insert(key) }
    }
}
