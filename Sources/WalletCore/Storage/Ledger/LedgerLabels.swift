import FexValues
import GRDB

/// The texts that rows of the ledger name by number, for as long as one read or write lasts.
struct LedgerLabels {
    typealias Payee = LedgerNames.Payee

    /// What the schema numbers itself.
    static let completed: Int64 = 1
    /// What the schema numbers itself.
    static let payment: Int64 = 2
    /// What the schema numbers itself.
    static let refund: Int64 = 3

    private let db: Database
    private let names: LedgerNames?
    private var known: LedgerNames.Known
    /// Whether something had to be looked up.
    private var isNew = false
    private var payeeNumbers: [String: Int64] = [:]

    /// Labels.
    ///
    /// - Parameter names: What earlier reads found out. It is not for a write, which may be undone.
    init(_ db: Database, _ names: LedgerNames) throws {
        self.db = db
        self.names = names
        // By the C API: through GRDB this lookup alone takes about as long as finding a payment by its id.
        known = names.known(of: try db.step("PRAGMA schema_version") ?? 0)
    }

    /// Labels of which nothing is known yet.
    init(_ db: Database) {
        self.db = db
        names = nil
        known = LedgerNames.Known(schema: 0)
    }

    /// Has later reads know what this one has found out.
    func keep() {
        if isNew { names?.keep(known) }
    }

    // MARK: - From numbers

    mutating func text(_ number: Int64) throws -> String {
        if let text = known.texts[number] { return text }
        let text = try db.row("SELECT text FROM label WHERE id = ?", [number]) { try $0.text(0, "label.text") }
        // What names it refers to it, so that it can't have been deleted.
        guard let text else { throw StorageError.damage("label.id") }
        known.texts[number] = text
        isNew = true
        return text
    }

    mutating func text(_ number: Int64?) throws -> String? {
        guard let number else { return nil }
        return try text(number)
    }

    mutating func currency(_ number: Int64) throws -> Currency {
        if let currency = known.currencies[number] { return currency }
        guard let currency = try? Currency(text(number)) else { throw StorageError.damage("label.text") }
        known.currencies[number] = currency
        isNew = true
        return currency
    }

    mutating func payee(_ number: Int64) throws -> Payee {
        if let payee = known.payees[number] { return payee }
        let sql = "SELECT merchant_id, name FROM payee WHERE id = ?"
        let payee = try db.row(sql, [number]) {
            Payee(merchant: try $0.id(0, "payee.merchant_id"), name: try $0.optionalText(1, "payee.name"))
        }
        guard let payee else { throw StorageError.damage("payee.id") }
        known.payees[number] = payee
        isNew = true
        return payee
    }

    // MARK: - To numbers

    /// The number of a text; `nil` if no row can name it.
    mutating func number(of text: String) throws -> Int64? {
        if let number = known.numbers[text] { return number }
        let number = try db.row("SELECT id FROM label WHERE text = ?", [text]) { try $0.integer(0, "label.id") }
        guard let number else { return nil }
        known.numbers[text] = number
        isNew = true
        return number
    }

    /// The number of a text, which has one from now on.
    mutating func add(_ text: String) throws -> Int64 {
        if let number = try number(of: text) { return number }
        try db.executeCached(sql: "INSERT INTO label (text) VALUES (?)", arguments: [text])
        known.numbers[text] = db.lastInsertedRowID
        return db.lastInsertedRowID
    }

    /// The number of a merchant under a name, which has one from now on.
    mutating func add(_ merchant: MerchantID, name: String?) throws -> Int64 {
        let key = "\(merchant) \(name ?? "")"
        if let number = payeeNumbers[key] { return number }
        let sql = "SELECT id FROM payee WHERE merchant_id = ? AND coalesce(name, '') = ?"
        let found = try db.row(sql, [merchant.rawValue, name ?? ""]) { try $0.integer(0, "payee.id") }
        if found == nil {
            try db.executeCached(
                sql: "INSERT INTO payee (merchant_id, name) VALUES (?, ?)", arguments: [merchant.rawValue, name])
        }
        let number = found ?? db.lastInsertedRowID
        payeeNumbers[key] = number
        known.payees[number] = Payee(merchant: merchant, name: name)
        return number
    }
}
