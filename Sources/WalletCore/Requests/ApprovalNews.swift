import FexValues

/// What the customer has been told of the requests that are open, and so what is news to them. It knows no other requests.
struct ApprovalNews {
    /// Up to where changes were read.
    struct Mark: Equatable, Sendable {
        /// The highest revision that was read.
        var revision: Int64
        /// The platform's time at which they were read.
        var readAt: Timestamp
        /// The merchants whose requests were not presented then.
        var quiet: Set<MerchantID>
    }

    /// What may be news.
    struct Changes: Sendable {
        /// The requests that have changed since a mark, or have expired, or whose merchant is not quiet any more; oldest
        /// first.
        var approvals: [ApprovalRequest]
        /// Up to where that is.
        var mark: Mark
    }

    private struct Announced: Equatable {
        var state: ApprovalRequest.State
        var terms: Terms
    }

    private var announced: [IntentID: Announced] = [:]
    /// Up to where changes were taken; `nil` at the beginning.
    private(set) var mark: Mark?

    /// Takes what may be news.
    ///
    /// - Returns: What the customer is to be told now, oldest first.
    mutating func take(_ changes: Changes) -> [ApprovalRequest] {
        mark = changes.mark
        return changes.approvals.filter { isChange($0, quiet: changes.mark.quiet) }
    }

    private mutating func isChange(_ approval: ApprovalRequest, quiet: Set<MerchantID>) -> Bool {
        let id = approval.intent.id
        let now = Announced(state: approval.state, terms: approval.intent.terms)
        guard let before = announced[id] else {
            // What was never announced is not announced as over.
            guard approval.state.isOpen else { return false }
            if approval.state == .pending, quiet.contains(approval.intent.merchantID) { return false }
            announced[id] = now
            return true
        }
        announced[id] = approval.state.isOpen ? now : nil
        return before != now
    }
}

extension ApprovalRequest.State {
    /// Whether it waits for the customer or for the platform.
    var isOpen: Bool { self == .pending || self == .answered }
}
