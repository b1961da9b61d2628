import GRDB

/// Changes of the index of words, gathered until all rows they belong to are written.
///
/// A statement with triggers opens a savepoint, and a savepoint makes FTS5 flush what it holds in memory. Interleaved with the
/// inserts of rows, the index would be flushed once a row; so its changes are applied in one go after them.
struct LedgerText {
    /// The most changes that are held back.
    private static let most = 4000

    private struct Change {
        var rowID: Int64
        var text: String
        var isRemoval: Bool
    }

    private let db: Database
    private var changes: [Change] = []
    private var newWords: [String] = []
    private var words: Set<String> = []

    init(_ db: Database) { self.db = db }

    /// Has a row be found by words.
    mutating func add(_ found: [String], at rowID: Int64) throws {
        for word in found where SearchTerms.isExpanded(word) && words.insert(word).inserted { newWords.append(word) }
        try note(Change(rowID: rowID, text: found.joined(separator: " "), isRemoval: false))
    }

    /// Has a row not be found any more by the words by which it was.
    mutating func remove(_ found: [String], at rowID: Int64) throws {
        try note(Change(rowID: rowID, text: found.joined(separator: " "), isRemoval: true))
    }

    private mutating func note(_ change: Change) throws {
        changes.append(change)
        if changes.count == LedgerText.most { try write() }
    }

    /// Writes all changes in their order.
    mutating func write() throws {
        guard !changes.isEmpty else { return }
        let add = try BoundStatement(db, sql: "INSERT INTO ledger_text (rowid, text) VALUES (?, ?)")
        // A contentless index has to be given the old text to remove a row.
        let remove = try BoundStatement(
            db, sql: "INSERT INTO ledger_text (ledger_text, rowid, text) VALUES ('delete', ?, ?)")
        // FTS5 flushes what it holds in memory when a row id is smaller than the last, so changes are written in order.
        let ordered = changes.enumerated().sorted { ($0.element.rowID, $0.offset) < ($1.element.rowID, $1.offset) }
        for (_, change) in ordered {
            let statement = change.isRemoval ? remove : add
            statement.bind(change.rowID, at: 1)
            statement.bind(change.text, at: 2)
            try statement.execute()
        }
        let learn = try BoundStatement(db, sql: "INSERT OR IGNORE INTO ledger_word (word) VALUES (?)")
        for word in newWords {
            learn.bind(word, at: 1)
            try learn.execute()
        }
        changes.removeAll(keepingCapacity: true)
        newWords.removeAll(keepingCapacity: true)
    }
}
