import GRDB

/// Changes of the index of words, gathered until all rows they belong to are written.
///
/// Between two rows the index would write down at once what it holds in memory: a statement with triggers begins by having
/// all tables note where they stand.
struct LedgerText {
    /// The most changes that are held back.
    private static let most = 4000

    private struct Change {
        var place: Int64
        var text: String
        var isRemoval: Bool
    }

    private let db: Database
    private var changes: [Change] = []
    private var newWords: [String] = []
    private var words: Set<String> = []

    init(_ db: Database) { self.db = db }

    /// Has a row be found by words.
    mutating func add(_ found: [String], at place: Int64) throws {
        for word in found where SearchTerms.isExpanded(word) && words.insert(word).inserted { newWords.append(word) }
        try note(Change(place: place, text: found.joined(separator: " "), isRemoval: false))
    }

    /// Has a row not be found any more by the words by which it was.
    mutating func remove(_ found: [String], at place: Int64) throws {
        try note(Change(place: place, text: found.joined(separator: " "), isRemoval: true))
    }

    private mutating func note(_ change: Change) throws {
        changes.append(change)
        if changes.count == LedgerText.most { try write() }
    }

    /// Writes all changes in their order.
    mutating func write() throws {
        for change in changes {
            // An index without its texts has to be told what it is to forget.
            let sql =
                change.isRemoval
                ? "INSERT INTO ledger_text (ledger_text, rowid, text) VALUES ('delete', ?, ?)"
                : "INSERT INTO ledger_text (rowid, text) VALUES (?, ?)"
            try db.executeCached(sql: sql, arguments: [change.place, change.text])
        }
        for word in newWords {
            try db.executeCached(sql: "INSERT OR IGNORE INTO ledger_word (word) VALUES (?)", arguments: [word])
        }
        changes.removeAll(keepingCapacity: true)
        newWords.removeAll(keepingCapacity: true)
    }
}
