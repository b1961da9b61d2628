import FexValues
import Foundation

@testable import WalletCore

/// A ledger on a real database file, without a platform.
final class TestLedger: Sendable {
    let test: TestWallet
    let store: WalletStore
    let ledger: Ledger

    init() throws {
        test = try TestWallet()
        store = try WalletStore(path: test.configuration.database.path)
        ledger = Ledger(store: store, time: ServerTime(clock: test.clock))
    }

    /// Writes transactions down.
    func add(_ transactions: LedgerTransaction...) async throws { try await add(transactions) }

    /// Writes transactions down.
    func add(_ transactions: [LedgerTransaction]) async throws {
        try await store.saveTransactions(transactions, next: nil)
    }

    /// Every transaction that a query finds, page by page.
    func all(_ query: HistoryQuery) async throws -> [LedgerTransaction] {
        var query = query
        var found: [LedgerTransaction] = []
        repeat {
            let page = try await ledger.loadHistory(query)
            found += page.entries
            query.after = page.next.flatMap { HistoryCursor($0.text) }
        } while query.after != nil
        return found
    }
}

extension LedgerTransaction {
    /// A completed payment, made so many milliseconds after the start of 2026.
    static func payment(
        _ id: String, at offset: Int64 = 0, amount: Int64 = 1000, currency: String = "USD",
        type: TransactionType = .payment,
        status: TransactionStatus = .completed, intent: String? = nil, merchant: String? = "mer_1",
        name: String? = "Shop",
        for summary: String? = nil
    ) throws -> LedgerTransaction {
        let createdAt = Timestamp(milliseconds: Timestamp("2026-01-01T00:00:00Z")!.milliseconds + offset)
        return LedgerTransaction(
            id: TransactionID(id)!, type: type, status: status,
            amount: try Money(minorUnits: amount, currency: Currency(currency)), fromAccount: "wal_1",
            toAccount: merchant, summary: summary, intent: intent.flatMap { IntentID($0) },
            merchant: merchant.flatMap { MerchantID($0) }, merchantName: merchant == nil ? nil : name,
            createdAt: createdAt, completedAt: status == .completed ? createdAt : nil, sequence: nil)
    }
}

extension WalletStore {
    /// Stores transactions as changes of the feed.
    func saveTransactions(_ transactions: [LedgerTransaction], next: FeedCursor?) async throws {
        var rows = FeedRows<LedgerTransaction>()
        rows.taken = transactions.map {
            FeedRow(
                value: $0,
                origin: RowOrigin(
                    feed: .transactions, sequence: $0.sequence, id: $0.id.rawValue, raw: RawRow(.null), after: nil))
        }
        let saved = try await saveTransactions(rows, next: next, at: Timestamp(milliseconds: 0))
        guard saved.refused.isEmpty else {
            throw MalformedDocument(field: "transaction", problem: "contradicts what is known")
        }
    }
}
