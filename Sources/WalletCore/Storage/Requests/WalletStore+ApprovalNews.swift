import FexValues
import GRDB

extension WalletStore {
    /// What there is of requests at a time of the platform's, and when the next of them expires; `nil` if none does.
    func readApprovals<Value: Sendable>(
        at now: Timestamp, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> (value: Value, nextExpiry: Timestamp?) {
        try await read { (try body($0), try StoredApproval.nextExpiry($0, at: now)) }
    }
}

extension ApprovalNews.Changes {
    /// What may have changed since requests were last read.
    ///
    /// - Parameters:
    ///   - mark: Up to where they were read; `nil` gives those that are open.
    ///   - now: The platform's time. Whichever way the clock went since, what it made over or open again is among the
    ///     changes.
    static func fetch(_ db: Database, since mark: ApprovalNews.Mark?, at now: Timestamp) throws -> ApprovalNews.Changes
    {
        let next = ApprovalNews.Mark(
            revision: try db.row("SELECT coalesce(max(revision), 0) FROM approval") {
                try $0.integer(0, "approval.revision")
            } ?? 0,
            readAt: now, quiet: try MutedMerchants.fetchQuiet(db, at: now))
        var stored: [String: StoredApproval] = [:]
        func add(_ condition: String, _ arguments: StatementArguments = [:]) throws {
            for one in try StoredApproval.fetch(db, where: condition, arguments, at: now) { stored[one.intent] = one }
        }
        if let mark {
            try add("approval.revision > :revision", ["revision": mark.revision])
            let (from, to) = (min(mark.readAt, now).milliseconds, max(mark.readAt, now).milliseconds)
            if from < to { try add("approval.open_until BETWEEN :from + 1 AND :to", ["from": from, "to": to]) }
            for merchant in mark.quiet.subtracting(next.quiet) {
                try add(StoredApproval.isWaitingOfMerchant, ["merchant": merchant.rawValue, "newest": -1])
            }
        } else {
            try add(StoredApproval.isOpen)
        }
        let approvals = try Array(stored.values).read(at: now).sorted {
            ($0.firstSeenAt, $0.intent.id.rawValue) < ($1.firstSeenAt, $1.intent.id.rawValue)
        }
        return ApprovalNews.Changes(approvals: approvals, mark: next)
    }
}
