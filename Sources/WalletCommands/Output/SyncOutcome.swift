import FexValues
import WalletCore

/// What a sync did, and which of its steps failed.
struct SyncOutcome {
    /// The most rows kept aside that a person is told of one by one.
    private static let namedLimit = 10

    var report: SyncReport
    var failures: [SyncError.Failure] = []

    var document: JSON {
        [
            "decisions": .array(report.decisions.map(\.outputDocument)), "approvals": .integer(report.approvals),
            "transactions": .integer(report.transactions), "balance": .string(report.balance.decimalString),
            "currency": .string(report.balance.currency.code),
            "quarantined": .array(report.quarantined.map(\.outputDocument)),
            "failures": .array(
                failures.map {
                    [
                        "step": .string($0.step.rawValue), "code": .string($0.error.code),
                        "message": .string($0.error.description),
                    ]
                }),
        ]
    }

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
    var outputDocument: JSON {
        [
            "feed": .string(feed.rawValue), "seq": sequence.map { .integer($0) } ?? .null, "id": .optional(id),
            "why": .string(why), "found_at": .string(foundAt.description),
            "next_attempt_at": .string(nextAttemptAt.description),
        ]
    }

    /// The row on one line.
    var line: String {
        let thing = feed == .approvals ? "request" : "transaction"
        let name = id ?? sequence.map { "number \($0)" } ?? "without an id"
        return "Can't be read, kept aside and asked for again: \(thing) \(name): \(why)"
    }
}
