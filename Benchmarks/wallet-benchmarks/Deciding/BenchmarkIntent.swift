import WalletCore

/// A payment intent of the static server, which tells all of it from the id: the id holds time and amount.
struct BenchmarkIntent {
    /// Who asks for the money.
    static let merchant = "mrc_benchmark"
    /// The words by which the wallet finds a payment of it.
    static let words = "corner coffee two coffees and a croissant"
    /// How many there can be: one for each hundredth of a second of a day.
    static let most = 8_640_000

    /// What kind it is: the static server tells them apart by the second part of the id.
    enum Kind: String {
        case scanned = "0000"
        case tills = "0001"
    }

    let number: Int
    let kind: Kind

    /// Its id on the wire.
    var id: String { "\(time)-\(kind.rawValue)-4000-8000-000000000000" }

    /// The id of the transaction that pays it.
    var transaction: String { "\(time)-1111-4111-8111-111111111111" }

    /// The amount in minor units: 1 and the last six digits of the time.
    var amount: Int64 { 1_000_000 + Int64(number % 360_000 / 6_000 * 10_000 + number % 6_000) }

    /// Hours, minutes, seconds and hundredths of a second.
    private var time: String {
        [number / 360_000, number / 6_000 % 60, number / 100 % 60, number % 100]
            .map { ($0 < 10 ? "0" : "") + String($0) }.joined()
    }
}

extension BenchmarkIntent {
    /// The event with which a till's request is announced.
    func event(for wallet: String) -> String {
        """
        {"event":"payment.approval_requested","event_id":"evt_\(number)","payment_intent_id":"\(id)",\
        "target_wallet_id":"\(wallet)","merchant_id":"\(BenchmarkIntent.merchant)","merchant_name":"Corner Coffee",\
        "currency":"USD","description":"Two coffees and a croissant","expires_at":"2099-01-01T00:00:00Z",\
        "created_at":"2026-01-01T00:00:00Z"}
        """
    }
}
