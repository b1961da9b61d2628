import WalletCore

extension Operations {
    /// Searches for words. What a beginning of four letters and more can mean, the C program has to look up as well.
    var searches: [Operation] {
        let meant = """
            (SELECT '(' || group_concat('"' || word || '"', ' OR ') || ')' FROM ledger_word
                WHERE word >= ?N AND word < ?N || char(1114111))
            """
        let one = meant.replacing("?N", with: "?1")
        let two = one + " || ' AND ' || " + meant.replacing("?N", with: "?2")
        return [
            search("word, rare", one, [Words.rare], text: Words.rare),
            search("word, in a third", one, [Words.frequent], text: Words.frequent),
            search("two words", two, ["coffee", Words.frequent], text: "\(Words.frequent) coffee"),
            search("two letters", "?1", ["\"co\" *"], text: "co"),
        ]
    }

    private func search(_ name: String, _ match: String, _ values: [String], text: String) -> Operation {
        Operation(
            name, .search,
            """
            ledger_text CROSS JOIN ledger_transaction AS t ON t.place = ledger_text.rowid %
            WHERE ledger_text MATCH \(match) ORDER BY ledger_text.rowid DESC LIMIT 51
            """, values.map { .text($0) }
        ) { $0.text = text }
    }
}
