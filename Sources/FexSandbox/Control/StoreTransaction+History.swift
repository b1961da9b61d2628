import FexValues

extension StoreTransaction {
    /// Makes a wallet look as if it had been used for long: funded, then paid out again in many payments.
    ///
    /// The payments are made a minute apart, the last of them now; the balance is afterwards what it was.
    ///
    /// - Throws: ``PlatformError`` 404 for an unknown wallet.
    func makeHistory(walletID: String, count: Int64) throws {
        guard let wallet = try wallet(walletID) else { throw PlatformError.notFound("there is no such wallet") }
        let merchants = try merchants()
        let amounts = (0..<count).map { _ in entropy.number(in: 100...9_999) }
        let total = amounts.reduce(0, +)
        try postFunding(of: Money(minorUnits: total, currency: wallet.currency), to: walletID)
        for (index, amount) in amounts.enumerated() {
            let merchant = merchants[index % merchants.count]
            let at = Timestamp(milliseconds: now.milliseconds - (count - 1 - Int64(index)) * 60_000)
            let intent = Intent(
                id: entropy.uuid(), merchantID: merchant.id, merchantName: merchant.businessName,
                amount: try Money(minorUnits: amount, currency: wallet.currency), status: .completed,
                description: "Order \(index + 1)", completedBy: walletID, completedAt: at, createdAt: at,
                updatedAt: at, expiresAt: at.adding(seconds: NewIntent.Call.create.defaultExpiry))
            try insert(intent)
            _ = try StoreTransaction(db: db, now: at, entropy: entropy).postPayment(of: intent, by: walletID)
        }
        try touchBalance(walletID: walletID)
    }
}
