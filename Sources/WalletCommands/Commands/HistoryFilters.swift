import ArgumentParser
import FexValues
import WalletCore
import WalletDocuments

/// What is wanted of the history.
struct HistoryFilters: ParsableArguments {
    // Whatever follows is what is looked for, also where it looks like an option.
    @Option(parsing: .unconditional, help: ArgumentHelp("Only with words that begin so.", valueName: "text"))
    var search: String?
    @Option(help: ArgumentHelp("Only of this type: payment, refund, funding.", valueName: "t")) var type: String?
    @Option(help: ArgumentHelp("Only with this status: completed, pending.", valueName: "s")) var status: String?
    @Option(help: ArgumentHelp("Only of this merchant's id.", valueName: "m")) var merchant: String?
    @Option(
        help: ArgumentHelp("Only from this day on, 2026-01-31, a day where you are (TZ); or moment.", valueName: "d"))
    var since: String?
    @Option(help: ArgumentHelp("Only to the end of this day, where you are; or before this moment.", valueName: "d"))
    var until: String?
    @Option(help: ArgumentHelp("Only of at least this amount.", valueName: "amount")) var min: String?
    @Option(help: ArgumentHelp("Only of at most this amount.", valueName: "amount")) var max: String?
    @Option(help: ArgumentHelp("Only in this currency; of amounts, by default the wallet's.", valueName: "cur"))
    var currency: String?

    /// Whether all is wanted.
    var isEmpty: Bool { question.isEmpty }

    /// The question to the history.
    ///
    /// - Throws: ``CommandFailure`` of wrong usage naming the option that can't be.
    func query(for ledger: Ledger) async throws -> HistoryQuery {
        do { return try await question.query(for: ledger) } catch let error as HistoryQuestion.Problem {
            throw CommandFailure(.usage, error.code, error.description)
        }
    }

    private var question: HistoryQuestion {
        var question = HistoryQuestion(naming: { "--\($0)" })
        question.search = search
        question.type = type
        question.status = status
        question.merchant = merchant
        question.since = since
        question.until = until
        question.min = min
        question.max = max
        question.currency = currency
        return question
    }
}
