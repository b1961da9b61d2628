import WalletCore

/// What a watch has printed of the requests that are open.
struct ShownApprovals {
    private struct Shown: Equatable {
        var state: Approval.State
        var terms: Terms
    }

    private var shown: [IntentID: Shown] = [:]

    /// What is to be printed now, oldest first: new requests, and those that have changed.
    mutating func take(_ open: [Approval]) -> [Approval] {
        var news: [Approval] = []
        for approval in open {
            let shown = Shown(state: approval.state, terms: approval.intent.terms)
            guard self.shown[approval.intent.id] != shown else { continue }
            self.shown[approval.intent.id] = shown
            news.append(approval)
        }
        return news.reversed()
    }

    /// Those printed that are open no more, once all that are have been taken; each is told once.
    mutating func takeGone(from open: [Approval]) -> [IntentID] {
        guard shown.count > open.count else { return [] }
        let gone = Set(shown.keys).subtracting(open.map(\.intent.id))
        for id in gone { shown[id] = nil }
        return gone.sorted { $0.rawValue < $1.rawValue }
    }
}
