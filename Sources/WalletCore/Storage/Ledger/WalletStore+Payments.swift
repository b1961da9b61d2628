import FexValues
import GRDB

extension WalletStore {
    /// What names an intent in the ledger, as far as it has been read, and is its payment by this wallet.
    func loadPayment(of terms: Terms, by wallet: WalletID?) async throws -> LedgerTransaction? {
        try await loadTransactions(of: terms.intent).first { $0.isPayment(of: terms, by: wallet) }
    }

    /// What there is in the ledger, as far as it has been read, of the payment of a decision's intent.
    ///
    /// - Throws: ``StorageError``, also if there is more of the intent than its index says.
    func loadTraces(of decision: Decision, by wallet: WalletID?) async throws -> PaymentTraces {
        let terms = decision.terms
        var traces = PaymentTraces()
        traces.named = try await loadTransactions(of: terms.intent)
        // Nothing is called unpaid because an index lacks it.
        try await checkIndex(of: terms.intent)
        traces.unnamed = try await read { try LedgerTransaction.fetch($0, besideIntentsOf: terms.amount) }
            .filter { $0.mayBeUnnamedPayment(of: decision, by: wallet) }
        let kept = try await loadQuarantine(in: .transactions)
        traces.kept = kept.filter { $0.mayBePayment(of: decision) }
        traces.mayBeLost = kept.count >= QuarantinedRow.sizeLimit
        return traces
    }

    /// Looks through the ledger row by row.
    ///
    /// - Throws: ``StorageError`` if there is more of an intent than its index says.
    func checkIndex(of intent: IntentID) async throws {
        try await read { db in
            let known = try LedgerTransaction.fetch(db, of: intent).count
            let sql = "SELECT count(*) FROM ledger_transaction NOT INDEXED WHERE intent_id = ?"
            guard try db.row(sql, [StoredID(intent)], { try $0.count(0, "ledger_transaction") }) == known else {
                throw StorageError.damage("ledger_transaction.intent_id")
            }
        }
    }
}
