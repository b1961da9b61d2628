import ArgumentParser
import FexValues
import WalletCore
import WalletDocuments

/// `sync`: sends what waits, fetches what is new.
struct SyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Send what waits, fetch what is new.")

    @OptionGroup var options: GlobalOptions
    @Flag(help: "Go on until interrupted.") var watch = false

    func run() async throws {
        let context = try await options.openLoggedIn()
        let waiting = try await context.wallet.decisions.loadOutbox()
        do {
            try await show(SyncOutcome(try await once(context)), in: context)
        } catch let error as SyncError {
            try await show(SyncOutcome(error.report, failures: error.failures), in: context)
            try await pass(error, isOutOfReach: error.isOutOfReach, in: context)
        } catch let error as PlatformError {
            try await pass(error, isOutOfReach: error.isOutOfReach, in: context)
        } catch {
            // What settled before is said, whatever came after.
            try await showSettled(of: waiting, in: context)
            throw error
        }
        if watch { try await goOn(context) }
    }

    private func show(_ outcome: SyncOutcome, in context: CommandContext) async throws {
        var lines: [String] = []
        for decision in outcome.report.decisions { lines.append(try await sentence(of: decision, in: context)) }
        let text = (lines + outcome.sentences).joined(separator: "\n")
        do { try options.terminal.result(outcome.outputDocument, text: text) } catch {
            throw error.afterDoing(lines.joined(separator: " "), money: outcome.report.decisions.money)
        }
    }

    private func showSettled(of waiting: [Decision], in context: CommandContext) async throws {
        var settled: [Decision] = []
        for decision in waiting {
            guard let now = try await context.wallet.decisions.load(on: decision.terms.intent), now.id == decision.id,
                now.state.isSettled
            else { continue }
            settled.append(now)
        }
        guard !settled.isEmpty else { return }
        var lines: [String] = []
        for decision in settled { lines.append(try await sentence(of: decision, in: context)) }
        let document: JSON = ["decisions": .array(settled.map(\.outputDocument))]
        do { try options.terminal.result(document, text: lines.joined(separator: "\n")) } catch {
            throw error.afterDoing(lines.joined(separator: " "), money: settled.money)
        }
    }

    private func sentence(of decision: Decision, in context: CommandContext) async throws -> String {
        let intent = try await context.wallet.intents.load(decision.terms.intent)
        return DecisionResult(decision: decision, intent: intent).sentence
    }

    /// Passes over a platform that is out of reach where the command goes on; else ends it.
    ///
    /// Where decisions wait, that is what a script has to know.
    private func pass(_ error: any Error, isOutOfReach: Bool, in context: CommandContext) async throws {
        guard isOutOfReach else { throw error }
        guard !watch else { return options.terminal.note("\(error)") }
        let waiting = try await context.wallet.decisions.loadOutbox().count
        guard waiting > 0 else { throw error }
        var failure = CommandFailure(.queued, "queued", "\(waiting) decision(s) wait: \(error)")
        failure.retry = .sameKey
        failure.money = .unknown
        throw failure
    }

    /// Syncs once, and shows a person how far it has come.
    private func once(_ context: CommandContext) async throws -> SyncReport {
        let sync = context.wallet.sync
        guard let line = ProgressLine(options.terminal) else { return try await sync.once() }
        defer { line.clear() }
        return try await withThrowingTaskGroup(of: SyncReport?.self) { group in
            group.addTask {
                for await progress in sync.watchProgress() {
                    if let progress { line.show(progress.sentence) }
                }
                return nil
            }
            group.addTask { try await sync.once() }
            defer { group.cancelAll() }
            while let report = try await group.next() {
                if let report { return report }
            }
            throw CancellationError()
        }
    }

    private func goOn(_ context: CommandContext) async throws {
        try await context.listening { try await Task.sleep(for: .seconds(Int32.max)) }
    }
}

extension [Decision] {
    /// Whether money moved by any of them.
    fileprivate var money: MoneyEffect {
        let effects = map { DecisionResult(decision: $0).money }
        return effects.first { $0 == .moved } ?? effects.first { $0 == .unknown } ?? .notMoved
    }
}
