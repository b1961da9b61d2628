import FexValues

extension StoreTransaction {
    /// Fills an empty database with the people that every sandbox begins with.
    func seedIfEmpty() throws {
        guard try count("SELECT COUNT(*) FROM clients") == 0 else { return }
        try createAdminClient()
        let merchants = [("Corner Coffee", "coffee"), ("Harbour Books", "books")]
        for (name, mailbox) in merchants {
            let merchant = try registerMerchant(email: "\(mailbox)@example.com", businessName: name)
            for (counter, location) in [("Till 1", "Entrance"), ("Till 2", "Back room")] {
                _ = try createCounter(merchantID: merchant.id, name: counter, location: location)
            }
        }
        for (username, amount, currency) in [
            ("alice", "1000.00", "USD"), ("bob", "250.00", "USD"), ("carol", "500.00", "EUR"),
        ] {
            _ = try createWallet(
                username: username, opening: Money(digits: amount, currency: Currency(currency)))
        }
    }
}
