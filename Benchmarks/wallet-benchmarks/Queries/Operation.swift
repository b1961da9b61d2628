import WalletCore

/// One thing that both are asked, in several variants: the wallet, and the C program.
struct Operation {
    /// Which promise it stands for.
    enum Kind: String {
        case page, filter, id, search
    }

    /// The same question in both languages.
    struct Variant {
        var ask: @Sendable (Wallet) async throws -> [LedgerTransaction]
        var values: [BareQuery.Value]

        init(_ query: HistoryQuery, _ values: BareQuery.Value...) {
            ask = { try await $0.ledger.loadHistory(query).entries }
            self.values = values
        }

        init(values: BareQuery.Value..., ask: @escaping @Sendable (Wallet) async throws -> [LedgerTransaction]) {
            self.ask = ask
            self.values = values
        }
    }

    var name: String
    var kind: Kind
    /// What the C program asks; see ``BareDatabase/prepare(_:)``.
    var question: String
    /// Asked in turn.
    var variants: [Variant]
}

extension Operation {
    /// The end of each question: a page, and whether there is another.
    static let end = "ORDER BY t.place DESC LIMIT 51"

    /// An operation with one variant; the query is made by a closure that is handed an empty one.
    init(
        _ name: String, _ kind: Kind, _ question: String, _ values: [BareQuery.Value],
        query change: (inout HistoryQuery) throws -> Void
    ) rethrows {
        var query = HistoryQuery()
        try change(&query)
        var variant = Variant(query)
        variant.values = values
        self.init(name: name, kind: kind, question: question, variants: [variant])
    }
}
