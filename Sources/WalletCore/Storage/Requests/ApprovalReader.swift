import FexValues
import Synchronization

/// Reads stored requests; of those it knows from the last time, only what has changed. It knows no others.
final class ApprovalReader: Sendable {
    private struct Known {
        var stored: StoredApproval
        var approval: ApprovalRequest
    }

    private let known = Mutex<[String: Known]>([:])

    /// The requests as the customer sees them.
    func read(_ stored: [StoredApproval], at now: Timestamp) throws -> [ApprovalRequest] {
        try known.withLock { known in
            let approvals = try stored.map { stored in
                let last = known[stored.intent]
                // The passing of time changes one thing only: that a request is over.
                if let last, last.stored == stored, last.approval.state != .expired,
                    now < last.approval.intent.expiresAt
                {
                    return last.approval
                }
                let isSame = last?.stored.document == stored.document
                let intent = isSame ? last?.approval.intent : nil
                let approval = stored.approval(
                    of: try intent ?? PaymentIntent(stored: stored.document), at: now)
                known[stored.intent] = Known(stored: stored, approval: approval)
                return approval
            }
            // Those that are gone are forgotten from time to time.
            if known.count > 2 * stored.count + 16 {
                let still = Set(stored.map(\.intent))
                known = known.filter { still.contains($0.key) }
            }
            return approvals
        }
    }
}

extension [StoredApproval] {
    /// The requests as the customer sees them.
    func read(at now: Timestamp) throws -> [ApprovalRequest] {
        try map { try $0.approval(of: PaymentIntent(stored: $0.document), at: now) }
    }
}
