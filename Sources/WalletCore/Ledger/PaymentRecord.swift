public import FexValues

/// Everything this device knows of one payment: what was asked, what was said to it, and which money moved.
///
/// What is not known here is absent, not empty of meaning: a transaction may be there without its intent, and an intent
/// without a decision of this device.
public struct PaymentRecord: Hashable, Sendable {
    /// The intent as the platform last showed it.
    public var intent: PaymentIntent?
    /// When this device first saw it among the requests of tills, on the platform's clock.
    public var firstSeenAt: Timestamp?
    /// What was said to it on this device, the latest first.
    public var decisions: [Decision] = []
    /// Its movements in the ledger, oldest first.
    public var transactions: [LedgerTransaction] = []
}

extension PaymentRecord {
    /// The transaction by which it was paid, where that is known.
    public var payment: LedgerTransaction? { transactions.first { $0.type == .payment } }

    /// Whether nothing at all is known.
    var isEmpty: Bool { intent == nil && decisions.isEmpty && transactions.isEmpty }
}

extension Ledger {
    /// Everything known of one intent or transaction, by the id of either; `nil` where this device knows neither.
    ///
    /// - Parameter id: An id as it was shown; a text that can't be one is known to nobody.
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public func loadRecord(id: String) async throws -> PaymentRecord? {
        try await store.read { try PaymentRecord.fetch(IntentID(id), or: TransactionID(id), $0) }
    }

    /// Everything known of an intent; `nil` where this device knows nothing of it.
    ///
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public func loadRecord(of intent: IntentID) async throws -> PaymentRecord? {
        try await store.read { try PaymentRecord.fetch(intent, or: nil, $0) }
    }

    /// Everything known of a transaction and of its intent; `nil` where this device does not know the transaction.
    ///
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public func loadRecord(of transaction: TransactionID) async throws -> PaymentRecord? {
        try await store.read { try PaymentRecord.fetch(nil, or: transaction, $0) }
    }

    /// Everything known of an intent, now and again each time more or something else is known.
    public func watchRecord(of intent: IntentID) -> some AsyncSequence<PaymentRecord?, any Error> & Sendable {
        store.watch { try PaymentRecord.fetch(intent, or: nil, $0) }
    }

    /// Everything known of a transaction and of its intent, now and again each time more or something else is known.
    public func watchRecord(of transaction: TransactionID) -> some AsyncSequence<PaymentRecord?, any Error> & Sendable {
        store.watch { try PaymentRecord.fetch(nil, or: transaction, $0) }
    }

    /// One transaction; `nil` where this device does not know it.
    ///
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public func loadTransaction(_ id: TransactionID) async throws -> LedgerTransaction? {
        try await store.loadTransaction(id)
    }
}
