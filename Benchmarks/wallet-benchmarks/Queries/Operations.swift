import FexValues
import WalletCore

/// The operations that are measured on a database, with values that are to be found in it.
///
/// Where the answer is rare, it is as rare in a small history as in a large one: then only the size differs.
struct Operations {
    /// How many different deep pages, and rows by their ids, are read in turn.
    private static let variety = 64

    private let history: GeneratedHistory

    init(history: GeneratedHistory) { self.history = history }

    /// All of them.
    func all(wallet: Wallet, database: BareDatabase) async throws -> [Operation] {
        [firstPage, try await deepPage(wallet, database), byID] + labels + [frequentMerchant, rareMerchant, period]
            + (try amounts) + searches
    }

    private var firstPage: Operation {
        Operation("first page", .page, "ledger_transaction AS t NOT INDEXED % \(Operation.end)", []) { _ in }
    }

    private func deepPage(_ wallet: Wallet, _ database: BareDatabase) async throws -> Operation {
        let question = "ledger_transaction AS t NOT INDEXED % WHERE t.place < ? \(Operation.end)"
        let bare = try database.prepare(question)
        var variants: [Operation.Variant] = []
        for number in 0..<Operations.variety {
            let row = history.count / 20 + number * (history.count / 2) / Operations.variety
            var query = HistoryQuery()
            query.until = history.time(of: row)
            guard let next = try await wallet.ledger.loadHistory(query).next, let until = query.until else {
                continue
            }
            try bare.bind([.integer(until.milliseconds << 4)])
            guard try bare.run() > query.limit else { continue }
            variants.append(
                Operation.Variant(HistoryQuery(after: next), .integer(bare.rows(query.limit)[query.limit - 1].place)))
        }
        return Operation(name: "deep page", kind: .page, question: question, variants: variants)
    }

    private var byID: Operation {
        let variants = (0..<Operations.variety).compactMap { number in
            let id = history.row(number * (history.count / Operations.variety)).id
            return TransactionID(id).map { id in
                Operation.Variant(values: .bytes(Self.bytes(ofUUID: id.rawValue))) { wallet in
                    try await wallet.ledger.loadTransaction(id).map { [$0] } ?? []
                }
            }
        }
        return Operation(
            name: "by id", kind: .id, question: "ledger_transaction AS t % WHERE t.id = ?", variants: variants)
    }

    private static func bytes(ofUUID text: String) -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    private var labels: [Operation] {
        func isLabel(_ column: String) -> String { "t.\(column) = (SELECT id FROM label WHERE text = ?)" }
        return [
            Operation(
                "status failed", .filter,
                """
                ledger_transaction AS t INDEXED BY ledger_transaction_of_status %
                WHERE t.status <> 1 AND \(isLabel("status")) \(Operation.end)
                """, [.text("failed")]
            ) { $0.status = .init(rawValue: "failed") },
            Operation(
                "status completed", .filter,
                "ledger_transaction AS t NOT INDEXED % WHERE \(isLabel("status")) \(Operation.end)",
                [.text("completed")]
            ) { $0.status = .completed },
            Operation(
                "type refund", .filter,
                """
                ledger_transaction AS t INDEXED BY ledger_transaction_of_type %
                WHERE t.type <> 2 AND \(isLabel("type")) \(Operation.end)
                """, [.text("refund")]
            ) { $0.type = .refund },
        ]
    }

    private var frequentMerchant: Operation { merchant("merchant, frequent", rank: 0) }

    /// The merchant of some 60 payments.
    private var rareMerchant: Operation {
        let rank = Int(Double(history.count) / (60 * 8.6))
        let isPlain = rank % 50 != 27 && rank % 15 != 8
        return merchant("merchant, rare", rank: min(isPlain ? rank : rank + 1, Merchants.count - 1))
    }

    private func merchant(_ name: String, rank: Int) -> Operation {
        let id = history.merchants.id(rank)
        return Operation(
            name, .filter,
            """
            ledger_transaction AS t INDEXED BY ledger_transaction_of_payee %
            WHERE t.payee = (SELECT id FROM payee WHERE merchant_id = ?) \(Operation.end)
            """, [.text(id)]
        ) { $0.merchant = MerchantID(id) }
    }

    /// A week.
    private var period: Operation {
        let since = history.time(of: history.count / 3)
        let until = since.advanced(by: .seconds(7 * 86_400))
        return Operation(
            "period", .filter,
            "ledger_transaction AS t NOT INDEXED % WHERE t.place >= ? AND t.place < ? \(Operation.end)",
            [.integer(since.milliseconds << 4), .integer(until.milliseconds << 4)]
        ) {
            $0.since = since
            $0.until = until
        }
    }

    private var amounts: [Operation] {
        get throws {
            // From 128.50 on, each cent is met seven times in a million rows.
            let cents = max(10, 10_000_000 / Int64(history.count))
            let isIn = "t.currency = (SELECT id FROM label WHERE text = 'USD') AND t.amount BETWEEN ? AND ?"
            let found = isIn.replacing("t.", with: "")
            let sorted = """
                ledger_transaction AS t % WHERE t.place IN (
                    SELECT place FROM ledger_transaction INDEXED BY ledger_transaction_by_amount WHERE \(found)
                    ORDER BY place DESC LIMIT 51) \(Operation.end)
                """
            let walked = "ledger_transaction AS t NOT INDEXED % WHERE \(isIn) \(Operation.end)"
            return try [
                ("amount, narrow", 20_000, 20_000 + cents - 1, sorted), ("amount, thousands", 19_900, 20_499, sorted),
                ("amount, wide", 500, 100_000, walked),
            ].map { name, least, most, question in
                try Operation(name, .filter, question, [.integer(least), .integer(most)]) {
                    $0.minimum = try Money(minorUnits: least, currency: Currencies.usd)
                    $0.maximum = try Money(minorUnits: most, currency: Currencies.usd)
                }
            }
        }
    }
}
