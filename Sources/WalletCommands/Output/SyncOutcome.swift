import FexValues
import WalletCore
import WalletDocuments

extension SyncOutcome {
    /// The most rows kept aside that a person is told of one by one.
    private static let namedLimit = 10

    var sentences: [String] {
        let changed = [report.approvals.counted("request"), report.transactions.counted("transaction")]
        let news = changed.compactMap(\.self)
        let sentence = news.isEmpty ? "nothing new" : "news of \(news.joined(separator: " and "))"
        let beginning = failures.isEmpty ? "In step" : "Not all is in step"
        var sentences = ["\(beginning): \(sentence). Balance \(report.balance)."]
        sentences += report.quarantined.suffix(Self.namedLimit).map(\.line)
        let more = report.quarantined.count - Self.namedLimit
        if more > 0 { sentences.append("… and \(more) more that can't be read: --json names them all.") }
        return sentences
    }
}

extension QuarantinedRow {
    /// The row on one line.
    var line: String {
        let thing = feed == .approvals ? "request" : "transaction"
        let name = id ?? sequence.map { "number \($0)" } ?? "without an id"
        return "Can't be read, kept aside and asked for again: \(thing) \(name): \(why)"
    }
}
