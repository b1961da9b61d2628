import FexValues
import GRDB

/// One open database transaction, at one moment. Each concept adds what it reads and writes as an extension.
struct StoreTransaction {
    /// The database, inside its transaction.
    let db: Database
    /// The moment at which everything in this transaction happens.
    let now: Timestamp
    /// Where new ids and secrets come from.
    let entropy: Entropy
    /// How often secrets have been guessed at.
    var guesses = GuessLimiter()
    /// Whether merchants are told of what is not documented too: `payment.declined`.
    var extendsWebhooks = false

    /// Runs a statement that changes something. Statements are prepared once per connection.
    func run(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws {
        try db.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    /// The first row of a query.
    func row(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> Row? {
        try Row.fetchOne(db.cachedStatement(sql: sql), arguments: arguments)
    }

    /// All rows of a query.
    func rows(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> [Row] {
        try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments)
    }

    /// The first column of the first row, as a whole number; 0 if there is none.
    func count(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> Int64 {
        try Int64.fetchOne(db.cachedStatement(sql: sql), arguments: arguments) ?? 0
    }
}
