import ArgumentParser
import WalletCore

/// `outbox`: decisions not yet settled.
struct OutboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox", abstract: "Decisions not yet settled: why each waits, and what happens next.")

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let decisions = try await options.open().wallet.decisions.loadOutbox()
        options.terminal.result(
            ["decisions": .array(decisions.map(\.queuedDocument))],
            text: decisions.isEmpty ? "Nothing waits." : decisions.map(\.queuedLine).joined(separator: "\n"))
    }
}

extension Decision {
    /// The decision with when it is tried next.
    fileprivate var queuedDocument: JSON {
        guard var object = outputDocument.objectValue else { return outputDocument }
        object["attempts"] = .integer(schedule?.attempts ?? 0)
        object["next_attempt_at"] = .optional(schedule?.nextAttemptAt.description)
        object["waiting_for"] = .optional(schedule?.waitingFor.map { PlainText.clean($0) })
        return .object(object)
    }

    fileprivate var queuedLine: String {
        let why = PlainText.clean(schedule?.waitingFor ?? "its first attempt", limit: 160)
        return "\(terms.intent)  \(kind.rawValue)  \(terms.amount)  \(shownState)  "
            + "tried \(schedule?.attempts ?? 0) times, next \(schedule?.nextAttemptAt.description ?? "-"): \(why)"
    }
}
