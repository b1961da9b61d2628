import ArgumentParser
import FexValues
import WalletCore
import WalletDocuments

/// `show`: everything known of one payment.
struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Everything known of one intent or transaction, and when what happened.",
        discussion: """
            From this device; asks nobody. Exit code 1 where this device knows no such intent or transaction, 65 where \
            the text can be no id.

            Example: wallet-cli show pi_1
            """)

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The intent's id, or the transaction's, as `history` lists it.") var id: String

    func run() async throws {
        let id = try IntentID(argument: id).rawValue
        let (found, ofTransaction) = try await options.read { _, reader in
            (
                try await reader.ledger.loadRecord(id: id),
                try await Self.record(of: TransactionID(id), reader.ledger)
            )
        }
        guard let record = found else {
            throw CommandFailure(.refused, "not_found", "this device knows no intent or transaction \(id)")
        }
        // Merchants don't choose ids, but nothing keeps the platform from giving one twice.
        let other = record.transactions.contains { $0.id.rawValue == id } ? nil : ofTransaction
        var document = record.outputDocument(askedFor: id)
        var lines = record.shownLines
        if let other {
            if case .object(var object) = document {
                object["also"] = other.outputDocument(askedFor: id)
                document = .object(object)
            }
            lines = ["The id is an intent's:"] + lines + ["and a transaction's:"] + other.shownLines
        }
        try options.terminal.result(document, text: lines.joined(separator: "\n"))
    }

    private static func record(of transaction: TransactionID?, _ ledger: Ledger) async throws -> PaymentRecord? {
        guard let transaction else { return nil }
        return try await ledger.loadRecord(of: transaction)
    }
}

extension PaymentRecord {
    /// What people read; no line holds anything from outside as it came.
    var shownLines: [String] {
        var lines = intent?.shownTerms.split(separator: "\n").map(String.init) ?? []
        if let decision = decisions.first {
            let reason = decision.shownReason.map { ": " + $0 } ?? ""
            lines.append("  Decision  \(decision.kind.rawValue), \(decision.shownState)\(reason)")
        }
        lines += transactions.map { "  Ledger    \($0.line)" }
        return lines + timeline.map { "  \($0.at)  \($0.sentence)" }
    }
}

extension PaymentMoment {
    /// What happened, in words.
    fileprivate var sentence: String {
        switch what {
        case .requested: "the merchant asked"
        case .decided: decision == .decline ? "declined on this device" : "agreed to on this device"
        case .sent: "sent to the platform"
        case .paid: "paid"
        case .moved: "money moved"
        case .completed: "completed"
        case .declined: "declined on another device"
        case .confirmed: "confirmed by the platform"
        case .refused: "found to have been refused"
        case .lapsed: "lapsed before it could take effect"
        case .cancelled: "taken back before it was sent"
        case .withdrawn: "withdrawn by the merchant"
        case .expired: "expired"
        case .refunded: "paid back"
        default: what.rawValue
        }
    }
}
