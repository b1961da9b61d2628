#if DEBUG || LIBFUZZER
    import FexValues
    @testable import WalletCore

    extension FuzzTarget {
        /// Pages of feeds: a row that can't be read keeps no other, wherever it stands.
        static let feeds = FuzzTarget(
            name: "feeds", maximumLength: 16_384, seeds: { try corpus("feeds.txt") },
            run: { bytes in
                guard let strangers = try? JSON(parsing: bytes).arrayValue, strangers.count <= 100 else { return }
                guard !strangers.contains(where: { ids(in: $0).contains { $0.hasPrefix("good") } }) else { return }
                for position in [0, strangers.count / 2, strangers.count] {
                    read(strangers, goodAt: position)
                }
            })

        private static let wallet = WalletID("wal_1")!

        /// Reads a page of strange rows with good ones before, between or behind them.
        private static func read(_ strangers: [JSON], goodAt position: Int) {
            let ends = FeedCursor(after: 1_000_000)
            func page(_ good: [JSON]) -> FeedPage {
                FeedPage(
                    start: FeedCursor(after: 0), items: strangers[..<position] + good + strangers[position...],
                    next: ends, hasMore: false)
            }
            let approvals = FeedRows<PaymentIntent>(page(goodRequests), for: wallet)
            check(approvals, count: strangers.count + 2) { $0.id.rawValue }
            for row in approvals.taken { hold(row.value.targetWallet == wallet, "another wallet's request is taken") }
            let transactions = FeedRows<LedgerTransaction>(page(goodTransactions), for: wallet)
            check(transactions, count: strangers.count + 2) { $0.id.rawValue }
            let list = TransactionPage(
                items: strangers[..<position] + goodTransactions + strangers[position...], total: 1000, isLast: true)
            check(FeedRows<LedgerTransaction>(list, for: wallet), count: strangers.count + 2) { $0.id.rawValue }
        }

        private static func check<Value>(_ rows: FeedRows<Value>, count: Int, id: (Value) -> String) {
            hold(rows.taken.count + rows.refused.count == count, "a row is neither taken nor refused")
            let taken = rows.taken.map { id($0.value) }
            hold(taken.filter { $0.hasPrefix("good") }.count == 2, "a good row is lost: \(taken)")
            for row in rows.refused {
                hold(PlainText.isClean(row.why), "why a row is refused can't be shown")
                hold(row.id.map { PlainText.isClean($0) && $0.utf8.count <= 512 } ?? true, "its id can't be shown")
                hold((row.raw ?? "").utf8.count <= 4096, "what is kept of it has no bound")
                hold(!row.key.isEmpty && row.count >= 1 && row.after ?? 0 >= 0, "it can't be asked for again")
            }
        }

        private static func ids(in row: JSON) -> [String] {
            [row["transaction_id"], row["payment_intent"]?["id"]].compactMap { $0?.stringValue }
        }

        private static let goodRequests: [JSON] = (1...2).map { number in
            [
                "seq": .integer(Int64(900_000 + number)),
                "payment_intent": [
                    "id": .string("good\(number)"), "merchant_id": "mer_1", "amount": .number("35.50"),
                    "currency": "USD", "status": "pending_approval", "expires_at": "2026-01-01T13:00:00Z",
                    "target_wallet_id": "wal_1",
                ],
            ]
        }

        private static let goodTransactions: [JSON] = (1...2).map { number in
            [
                "seq": .integer(Int64(900_000 + number)), "transaction_id": .string("good\(number)"),
                "transaction_type": "payment", "status": "completed", "amount": "35.50", "currency": "USD",
                "from_account_id": "wal_1", "to_account_id": "mer_1", "created_at": "2026-01-01T12:00:00Z",
            ]
        }
    }
#endif
