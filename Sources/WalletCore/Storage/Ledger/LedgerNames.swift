import FexValues
import Synchronization

/// What the numbers in rows of the ledger stand for, as far as it was read: kept from one read to the next.
///
/// A label or payee never changes and is never deleted, so what was read once, and was committed then, stays right: until
/// another process mends a damaged database, in which all is numbered anew. SQLite's number of the schema tells.
final class LedgerNames: Sendable {
    /// A merchant under one name.
    struct Payee: Sendable {
        var merchant: MerchantID
        var name: String?
    }

    /// What is known, by number.
    struct Known: Sendable {
        /// The number of the schema by which it was read.
        var schema: Int64
        var texts = Numbered<String>()
        var currencies = Numbered<Currency>()
        var payees = Numbered<Payee>()
        var numbers: [String: Int64] = [:]
    }

    /// The most texts that stay in memory.
    private static let sizeLimit = 20_000

    private let kept = Mutex(Known(schema: 0))

    /// What is known so far of a database with a schema of this number.
    func known(of schema: Int64) -> Known {
        let known = kept.withLock { $0 }
        return known.schema == schema ? known : Known(schema: schema)
    }

    /// Keeps what a read has found out. What another found out meanwhile may be forgotten, and is found again.
    func keep(_ known: Known) {
        guard known.texts.count + known.payees.count + known.numbers.count <= LedgerNames.sizeLimit else { return }
        kept.withLock { $0 = known }
    }
}

/// Values by small numbers, as the rows of a table have that lists things.
struct Numbered<Value: Sendable>: Sendable {
    /// A number beyond is not kept: the ledger was made by somebody else.
    private static var largest: Int64 { 1 << 20 }

    private var values: [Value?] = []
    /// How many there are.
    private(set) var count = 0

    subscript(_ number: Int64) -> Value? {
        get { number >= 0 && number < values.count ? values[Int(number)] : nil }
        set {
            guard number >= 0, number <= Numbered.largest, let newValue else { return }
            while values.count <= number { values.append(nil) }
            if values[Int(number)] == nil { count += 1 }
            values[Int(number)] = newValue
        }
    }
}
