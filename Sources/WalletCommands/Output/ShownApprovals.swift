import WalletCore

/// What a watch has printed of the requests that are open.
struct ShownApprovals {
    private var shown: [IntentID: Approval] = [:]

    /// What is to be printed now, oldest first: new requests, and those that have changed.
    mutating func take(_ open: [Approval]) -> [Approval] {
        open.reversed().filter { approval in
            let id = approval.intent.id
            defer { shown[id] = approval }
            guard let last = shown[id] else { return true }
            return last.state != approval.state || last.intent.terms != approval.intent.terms
        }
    }

    /// Those printed that are open no more; each is told once.
    mutating func takeGone(from open: [Approval]) -> [IntentID] {
        let gone = Set(shown.keys).subtracting(open.map(\.intent.id))
        for id in gone { shown[id] = nil }
        return gone.sorted { $0.rawValue < $1.rawValue }
    }
}
