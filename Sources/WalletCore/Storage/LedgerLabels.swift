import GRDB

/// The texts that rows of the ledger name by number, for as long as one read or write lasts.
struct LedgerLabels {
    /// A merchant under one name.
    struct Payee {
        var merchant: MerchantID
        var name: String?
    }

    /// What the schema numbers itself.
    static let completed: Int64 = 1
    /// What the schema numbers itself.
    static let payment: Int64 = 2

    private let db: Database
    private var texts: [Int64: String] = [:]
    private var currencies: [Int64: Currency] = [:]
    private var payees: [Int64: Payee] = [:]
    private var numbers: [String: Int64] = [:]
    private var payeeNumbers: [String: Int64] = [:]

    init(_ db: Database) { self.db = db }

    // MARK: - From numbers

    mutating func text(_ number: Int64) throws -> String {
        if let text = texts[number] { return text }
        let text = try String.fetchOne(
            db.cachedStatement(sql: "SELECT text FROM label WHERE id = ?"), arguments: [number])
        guard let text else { throw StorageError("a label is gone") }
        texts[number] = text
        return text
    }

    mutating func text(_ number: Int64?) throws -> String? {
        guard let number else { return nil }
        return try text(number)
    }

    mutating func currency(_ number: Int64) throws -> Currency {
        if let currency = currencies[number] { return currency }
        let currency = try Currency(text(number))
        currencies[number] = currency
        return currency
    }

    mutating func payee(_ number: Int64) throws -> Payee {
        if let payee = payees[number] { return payee }
        let sql = "SELECT merchant_id, name FROM payee WHERE id = ?"
        guard let row = try Row.fetchOne(db.cachedStatement(sql: sql), arguments: [number]) else {
            throw StorageError("a payee is gone")
        }
        let payee = Payee(merchant: try row.id("merchant_id"), name: row[1])
        payees[number] = payee
        return payee
    }

    // MARK: - To numbers

    /// The number of a text; `nil` if no row can name it.
    mutating func number(of text: String) throws -> Int64? {
        if let number = numbers[text] { return number }
        let number = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT id FROM label WHERE text = ?"), arguments: [text])
        numbers[text] = number
        return number
    }

    /// The number of a text, which has one from now on.
    mutating func add(_ text: String) throws -> Int64 {
        if let number = try number(of: text) { return number }
        try db.executeCached(sql: "INSERT INTO label (text) VALUES (?)", arguments: [text])
        numbers[text] = db.lastInsertedRowID
        return db.lastInsertedRowID
    }

    /// The number of a merchant under a name, which has one from now on.
    mutating func add(_ merchant: MerchantID, name: String?) throws -> Int64 {
        let key = "\(merchant) \(name ?? "")"
        if let number = payeeNumbers[key] { return number }
        let sql = "SELECT id FROM payee WHERE merchant_id = ? AND coalesce(name, '') = ?"
        let known = try Int64.fetchOne(
            db.cachedStatement(sql: sql), arguments: [merchant.rawValue, name ?? ""])
        if known == nil {
            try db.executeCached(
                sql: "INSERT INTO payee (merchant_id, name) VALUES (?, ?)", arguments: [merchant.rawValue, name])
        }
        let number = known ?? db.lastInsertedRowID
        payeeNumbers[key] = number
        payees[number] = Payee(merchant: merchant, name: name)
        return number
    }
}
