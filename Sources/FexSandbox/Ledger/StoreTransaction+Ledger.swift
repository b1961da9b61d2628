import FexValues
import GRDB

extension StoreTransaction {
    /// The balance of an account in minor units: the sum of its entries.
    func balance(accountID: String) throws -> Int64 {
        try count(
            "SELECT balance_after FROM ledger_entries WHERE account_id = ? ORDER BY position DESC LIMIT 1",
            [accountID])
    }

    /// Posts a transaction: one entry that debits, one that credits.
    ///
    /// - Returns: The transaction with its number.
    /// - Throws: What the constraints of the ledger say, so that nothing of the whole database transaction stays: an
    ///   overdrawn wallet, a second payment of the same intent.
    func post(_ transaction: LedgerTransaction, from debit: Account, to credit: Account) throws -> LedgerTransaction {
        try debit.open(in: self)
        try credit.open(in: self)
        try run(
            """
            INSERT INTO ledger_transactions (id, type, debit_account_id, credit_account_id, amount, currency,
              description, payment_intent_id, merchant_id, wallet_id, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                transaction.id, transaction.kind.rawValue, debit.id, credit.id, transaction.amount.minorUnits,
                transaction.amount.currency.code, transaction.description, transaction.intentID,
                transaction.merchantID, transaction.walletID, transaction.createdAt.milliseconds,
            ])
        var posted = transaction
        posted.seq = db.lastInsertedRowID
        try enter(-transaction.amount.minorUnits, of: transaction.id, into: debit)
        try enter(transaction.amount.minorUnits, of: transaction.id, into: credit)
        return posted
    }

    private func enter(_ amount: Int64, of transactionID: String, into account: Account) throws {
        let (balance, overflow) = try balance(accountID: account.id).addingReportingOverflow(amount)
        guard !overflow else { throw DatabaseError(message: "a balance is beyond 64 bits") }
        try run(
            """
            INSERT INTO ledger_entries (transaction_id, account_id, amount, balance_after) VALUES (?, ?, ?, ?)
            """,
            [transactionID, account.id, amount, balance])
    }

    /// Moves an intent's amount from the paying wallet to the merchant.
    func postPayment(of intent: Intent, by walletID: String) throws -> LedgerTransaction {
        let currency = intent.amount.currency
        let debit = Account.wallet(walletID, currency)
        let credit = Account.merchant(intent.merchantID, currency)
        let transaction = LedgerTransaction(
            id: entropy.uuid(), kind: .payment, debitAccountID: debit.id, creditAccountID: credit.id,
            amount: intent.amount, description: intent.description, intentID: intent.id,
            merchantID: intent.merchantID, merchantName: intent.merchantName, walletID: walletID, createdAt: now)
        return try post(transaction, from: debit, to: credit)
    }

    /// Moves an intent's amount back from the merchant to the wallet that paid it.
    ///
    /// A merchant's account may go below zero by it: what the merchant owes is the platform's to collect.
    func postRefund(of intent: Intent, to walletID: String) throws -> LedgerTransaction {
        let currency = intent.amount.currency
        let debit = Account.merchant(intent.merchantID, currency)
        let credit = Account.wallet(walletID, currency)
        let transaction = LedgerTransaction(
            id: entropy.uuid(), kind: .refund, debitAccountID: debit.id, creditAccountID: credit.id,
            amount: intent.amount, description: intent.description, intentID: intent.id,
            merchantID: intent.merchantID, merchantName: intent.merchantName, walletID: walletID, createdAt: now)
        return try post(transaction, from: debit, to: credit)
    }

    /// Puts money into a wallet, from the treasury.
    @discardableResult
    func postFunding(of amount: Money, to walletID: String) throws -> LedgerTransaction {
        let debit = Account.treasury(amount.currency)
        let credit = Account.wallet(walletID, amount.currency)
        let transaction = LedgerTransaction(
            id: entropy.uuid(), kind: .funding, debitAccountID: debit.id, creditAccountID: credit.id, amount: amount,
            description: "Opening balance", walletID: walletID, createdAt: now)
        return try post(transaction, from: debit, to: credit)
    }
}
