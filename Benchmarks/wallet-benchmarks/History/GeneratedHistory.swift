import FexValues
import WalletCore

/// A wallet's ledger that never was: each row is drawn from the seed and its number alone, so any page of it can be made
/// at any time without the others.
struct GeneratedHistory {
    static let seed: UInt64 = 5
    /// The wallet whose ledger it is.
    static let wallet = "5a1fcb0e-63d5-4a0e-9d0c-2f6b8c3de901"
    /// When the first row was made: 2016-01-01.
    private static let start: Int64 = 1_451_606_400_000
    /// Rows lie some five minutes apart.
    private static let step: Int64 = 300_000

    /// How many rows there are.
    let count: Int
    let merchants = Merchants(seed: seed)
    private let words: Words

    init(count: Int) {
        self.count = count
        words = Words(rows: count)
    }

    /// One row, from 0, the oldest.
    func row(_ number: Int) -> GeneratedRow {
        let drawing = Drawing(seed: GeneratedHistory.seed, row: number)
        let refunded = refunded(by: number, drawing)
        let paid = refunded.map { Drawing(seed: GeneratedHistory.seed, row: $0) } ?? drawing
        let merchant = merchants.rank(of: paid.fraction(.merchant))
        let createdAt = time(of: number)
        let status = status(drawing)
        return GeneratedRow(
            sequence: number + 1, id: drawing.uuid(.id), isRefund: refunded != nil, status: status,
            amount: amount(paid, isPart: refunded != nil && drawing.number(.amount, below: 3, 1) == 0),
            merchant: merchants.id(merchant), merchantName: merchants.name(merchant, at: refunded ?? number),
            description: words.description(drawing, row: number), intent: paid.uuid(.intent), createdAt: createdAt,
            completedAt: status == "completed"
                ? createdAt.advanced(by: .milliseconds(200 + drawing.number(.completion, below: 3000))) : nil)
    }

    /// When a row was made: some were made in the same millisecond as the row before.
    func time(of number: Int) -> Timestamp {
        let drawing = Drawing(seed: GeneratedHistory.seed, row: number)
        if number > 0, drawing.number(.twin, below: 40) == 0 { return time(of: number - 1) }
        let within = Int64(drawing.number(.moment, below: Int(GeneratedHistory.step)))
        return Timestamp(
            milliseconds: GeneratedHistory.start + Int64(number) * GeneratedHistory.step + within)
    }

    /// Which payment a row gives back; three in a hundred do.
    private func refunded(by number: Int, _ drawing: Drawing) -> Int? {
        guard drawing.number(.kind, below: 100) < 3 else { return nil }
        let payment = number - 1 - drawing.number(.refunded, below: 200)
        guard payment >= 0 else { return nil }
        let isPayment = Drawing(seed: GeneratedHistory.seed, row: payment).number(.kind, below: 100) >= 3
        return isPayment ? payment : nil
    }

    private func status(_ drawing: Drawing) -> String {
        switch drawing.number(.status, below: 1000) {
        case 0: "pending"
        case 1..<10: "reversed"
        case 10..<30: "failed"
        default: "completed"
        }
    }

    /// What a payment cost: small sums are met more often than large ones.
    private func amount(_ drawing: Drawing, isPart: Bool) -> Money {
        let currency =
            switch drawing.number(.currency, below: 100) {
            case 0..<8: Currencies.jpy
            case 8..<20: Currencies.eur
            default: Currencies.usd
            }
        let power = drawing.fraction(.amount) * 9
        let whole = Int64(1) << Int64(power)
        let units = 50 + 50 * whole + Int64(Double(50 * whole) * (power - power.rounded(.down)))
        guard let money = try? Money(minorUnits: isPart ? units / 2 : units, currency: currency) else {
            preconditionFailure("every sum that is drawn is an amount")
        }
        return money
    }
}

/// The currencies of generated histories.
enum Currencies {
    static let usd = make("USD")
    static let eur = make("EUR")
    /// One without minor units.
    static let jpy = make("JPY")

    private static func make(_ code: String) -> Currency {
        guard let currency = try? Currency(code) else { preconditionFailure("\(code) is a currency") }
        return currency
    }
}
