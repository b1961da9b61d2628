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
            let report = try await session.wallet.sync.once()
            options.terminal.result(report.outputDocument, text: report.sentence)
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
        let lines = decisions.map { DecisionResult(decision: $0).sentence }
        return (lines + ["In step: \(approvals) request and \(transactions) transaction changes. Balance \(balance)."])
            .joined(separator: "\n")
    }
}
