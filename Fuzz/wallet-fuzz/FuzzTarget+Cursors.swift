import WalletCore

extension FuzzTarget {
    /// Cursors of the history, which come back from scripts: one that is taken is written as it was typed.
    static let cursors = FuzzTarget(
        name: "cursors", maximumLength: 32, seeds: { try corpus("cursors.txt") },
        run: { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            guard let cursor = HistoryCursor(text) else { return }
            hold(cursor.text == text, "it is written as \(cursor.text)")
            hold(HistoryCursor(cursor.text) == cursor, "it is read back as another")
        })
}
