import ArgumentParser
import FexValues
import WalletCore
import WalletDocuments

/// `outbox`: decisions not yet settled.
struct OutboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox", abstract: "Decisions not yet settled: why each waits, and what happens next.",
        subcommands: [List.self, Retry.self, Cancel.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the decisions not yet settled. Asks nobody.")

        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let decisions = try await options.read { _, reader in try await reader.loadOutbox() }
            try options.terminal.result(
                decisions.outboxDocument,
                text: decisions.isEmpty ? "Nothing waits." : decisions.map(\.queuedLine).joined(separator: "\n"))
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "retry", abstract: "Try a decision again now, with the same key: it can't take effect twice.")

        @OptionGroup var queued: QueuedDecision

        func run() async throws {
            let context = try await queued.options.openLoggedIn()
            let decision = try await queued.find(in: context)
            try await context.report(context.wallet.decisions.retry(decision.id))
        }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "cancel", abstract: "Take a decision back, as long as nothing of it can have been sent.")

        @OptionGroup var queued: QueuedDecision

        func run() async throws {
            let context = try await queued.options.open()
            let result = try await context.wallet.decisions.cancel(try await queued.find(in: context).id)
            do { try queued.options.terminal.result(result.outputDocument, text: result.sentence) } catch {
                throw error.afterDoing(result.sentence, money: result.money)
            }
        }
    }
}

/// The unsettled decision that a person means.
struct QueuedDecision: ParsableArguments {
    @OptionGroup var options: GlobalOptions
    @Argument(help: "The decision's id, or its intent's.") var id: String

    fileprivate func find(in context: CommandContext) async throws -> Decision {
        let decisions = context.wallet.decisions
        let id = try IntentID(argument: id).rawValue
        let queued = try await decisions.loadOutbox()
        if let decision = queued.first(where: { [$0.id.rawValue, $0.terms.intent.rawValue].contains(id) }) {
            return decision
        }
        if let intent = IntentID(id), let settled = try await decisions.load(on: intent) {
            throw DecisionError.settled(settled.kind, settled.state)
        }
        throw DecisionError.unknownDecision
    }
}

extension Decision {
    fileprivate var queuedLine: String {
        let tried = schedule?.attempts.counted("time").map { "tried \($0)" } ?? "not tried yet"
        let why = TerminalText.sentence(shownWait, columns: 160)
        return "\(terms.intent)  \(kind.rawValue)  \(terms.amount)  \(shownState)  "
            + "\(tried), next \(schedule?.nextAttemptAt.description ?? "-"): \(why)"
    }
}
