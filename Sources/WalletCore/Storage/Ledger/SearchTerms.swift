import GRDB

/// What somebody looks for, as the text index is asked for it: every word is the beginning of a word that has to be there.
struct SearchTerms {
    /// The most words of the ledger that a beginning is taken to stand for, one by one.
    private static let mostExpanded = 64

    /// The question in the language of FTS5; `nil` if nothing can be found.
    let match: String?

    /// Whether the beginnings of a word that has this many characters are looked up among the words there are.
    ///
    /// The index knows beginnings of two and three characters by itself; numbers are many, but each has few rows.
    static func isExpanded(_ word: String) -> Bool {
        guard let first = word.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return word.unicodeScalars.dropFirst(3).first != nil
    }

    /// Whether a word begins no longer one: in scripts without spaces each character is a word.
    private static func isWhole(_ word: String) -> Bool {
        word.unicodeScalars.dropFirst().isEmpty && word.utf8.count > 1
    }

    init(_ text: String, _ db: Database) throws {
        var conditions: [String] = []
        // A beginning of another word of the same search says nothing more.
        let words = Set(SearchWords(text).all).sorted()
        for (index, word) in words.enumerated() {
            if index + 1 < words.count, words[index + 1].hasPrefix(word) { continue }
            guard SearchTerms.isExpanded(word) else {
                conditions.append(SearchTerms.isWhole(word) ? "\"\(word)\"" : "\"\(word)\" *")
                continue
            }
            let sql = "SELECT word FROM ledger_word WHERE word >= ? AND word < ? LIMIT \(SearchTerms.mostExpanded + 1)"
            let found = try db.rows(sql, [word, word + "\u{10FFFF}"]) { try $0.text(0, "ledger_word.word") }
            guard !found.isEmpty else {
                match = nil
                return
            }
            let isMany = found.count > SearchTerms.mostExpanded
            conditions.append(isMany ? "\"\(word)\" *" : "(\(found.map { "\"\($0)\"" }.joined(separator: " OR ")))")
        }
        match = conditions.isEmpty ? nil : conditions.joined(separator: " AND ")
    }
}
