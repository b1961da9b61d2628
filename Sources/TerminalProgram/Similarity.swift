/// What a mistyped word may have been meant to be.
enum Similarity {
    /// The word that is nearest to a mistyped one, if it is near enough to be asked about.
    static func nearest(to word: String, among words: [String]) -> String? {
        let word = word.lowercased()
        guard !word.isEmpty else { return nil }
        if word.count >= 3, let longer = words.filter({ $0.hasPrefix(word) }).min(by: { $0.count < $1.count }) {
            return longer
        }
        let allowed = word.count < 4 ? 1 : 2
        // Of words that are as near as each other the first is taken, so that the same slip is always answered alike.
        let ranked = words.map { (word: $0, distance: distance(word, $0)) }
        return ranked.filter { $0.distance <= allowed }.min { $0.distance < $1.distance }?.word
    }

    /// How many letters have to be added, left out, changed or swapped with the next to make one word the other.
    static func distance(_ left: String, _ right: String) -> Int {
        // Nobody's slip is longer; the work grows with the square.
        let (left, right) = (Array(left.unicodeScalars.prefix(64)), Array(right.unicodeScalars.prefix(64)))
        var rows = [Array(0...right.count)]
        for i in left.indices {
            var row = [i + 1]
            for j in right.indices {
                var best = min(row[j] + 1, rows[i][j + 1] + 1, rows[i][j] + (left[i] == right[j] ? 0 : 1))
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    best = min(best, rows[i - 1][j - 1] + 1)
                }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}
