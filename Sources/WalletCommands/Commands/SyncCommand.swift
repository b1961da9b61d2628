import ArgumentParser
import WalletCore

/// `sync`: sends what waits, fetches what is new.
struct SyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Send what waits, fetch what is new.")

    @OptionGroup var options: GlobalOptions
    @Flag(help: "Go on until interrupted.") var watch = false

    func run() async throws {
        let session = try await options.openLoggedIn()
        do {
            let report = try await once(session)
            var lines: [String] = []
            for decision in report.decisions {
                let intent = try await session.wallet.intents.load(decision.terms.intent)
                lines.append(DecisionResult(decision: decision, intent: intent).sentence)
            }
            options.terminal.result(
                report.outputDocument, text: (lines + [report.sentence]).joined(separator: "\n"))
        } catch let error as PlatformError where error.isOutOfReach {
            let waiting = try await session.wallet.decisions.loadOutbox().count
            guard waiting > 0, !watch else {
                guard watch else { throw error }
                options.terminal.note("\(error)")
                return try await goOn(session)
            }
            var failure = CommandFailure(.queued, "queued", "\(waiting) decision(s) wait: \(error)")
            failure.retry = .sameKey
            failure.money = .unknown
            throw failure
        }
        if watch { try await goOn(session) }
    }

    /// Syncs once, and shows a person how far it has come.
    private func once(_ session: WalletSession) async throws -> SyncReport {
        let sync = session.wallet.sync
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

    private func goOn(_ session: WalletSession) async throws {
        try await session.listening { try await Task.sleep(for: .seconds(Int32.max)) }
    }
}

extension SyncReport {
    fileprivate var outputDocument: JSON {
        [
            "decisions": .array(decisions.map(\.outputDocument)), "approvals": .integer(approvals),
            "transactions": .integer(transactions), "balance": .string(balance.decimalString),
            "currency": .string(balance.currency.code),
        ]
    }

    fileprivate var sentence: String {
        let changed = [approvals.counted("request"), transactions.counted("transaction")].compactMap(\.self)
        let news = changed.isEmpty ? "nothing new" : "news of \(changed.joined(separator: " and "))"
        return "In step: \(news). Balance \(balance)."
    }
}
