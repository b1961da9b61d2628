import FexValues
import Foundation
import WalletCore
import WalletTesting

/// What a customer does with a wallet of whose damage they know nothing: look at everything, sync, and start again.
struct CustomerLife {
    private let sample: SampleWallet
    private let folder: URL
    private let seed: UInt64
    /// Whether all rows are there, so that nothing may be lost.
    private let hasAllRows: Bool

    init(_ sample: SampleWallet, in folder: URL, _ seed: UInt64, hasAllRows: Bool) {
        self.sample = sample
        self.folder = folder
        self.seed = seed
        self.hasAllRows = hasAllRows
    }

    /// How often a wallet is started until it has to be in order.
    private static let mostStarts = 4

    func run(_ seen: inout Findings) async {
        var (mended, isWell) = (0, false)
        for _ in 0..<Self.mostStarts where !isWell {
            // Longer than any lease.
            sample.clock.advance(by: .seconds(61))
            isWell = true
            for step in [("look", look), ("work", work)] {
                do { mended += try await step.1() } catch {
                    seen.note(error, during: step.0, seed)
                    if error is StorageError || error is SyncError { isWell = false }
                }
            }
        }
        if !isWell { seen.problem("not in order after \(Self.mostStarts) starts", seed) }
        let debits = sample.platform.debits
        if Set(debits).count != debits.count { seen.problem("an intent was debited twice", seed) }
        if hasAllRows {
            do {
                for problem in try await findLosses() { seen.problem(problem, seed) }
            } catch { seen.note(error, during: "count", seed) }
        }
        seen.noteWallet(mended: mended)
    }

    /// What of the past is not there any more, or there twice.
    private func findLosses() async throws -> [String] {
        let wallet = try await Wallet(sample.configuration(in: folder))
        var problems: [String] = []
        for (intent, key) in sample.keys {
            let found = try await wallet.decisions.load(on: intent)
            if found?.idempotencyKey != key { problems.append("the decision on \(intent) is lost, or another") }
            if found?.state != .confirmed { problems.append("the decision on \(intent) was not sent") }
        }
        let requests = try await wallet.approvals.load().map(\.intent.id)
        if Set(requests).count != requests.count { problems.append("a request is there twice") }
        let history = try await wallet.ledger.loadHistory(HistoryQuery(limit: 100)).entries.map(\.id)
        if Set(history).count != history.count { problems.append("a payment is there twice") }
        if history.count != Set(sample.platform.debits).count { problems.append("payments are missing") }
        return problems
    }

    /// - Returns: How often it was mended.
    private func look() async throws -> Int {
        let configuration = sample.configuration(in: folder)
        return try await WalletReader.read(
            database: configuration.database, secrets: configuration.secrets, clock: sample.clock
        ) { reader in
            _ = try await reader.ledger.loadAccount()
            _ = try await reader.ledger.loadLastSync()
            _ = try await reader.loadOutbox()
            _ = try await reader.loadQuarantine()
            _ = try await reader.loadApprovals()
            _ = try await reader.loadApprovalGroups()
            _ = try await reader.loadMutedMerchants()
            _ = try await reader.ledger.loadMonthTotals()
            _ = try await reader.ledger.loadMerchantTotals()
            var search = HistoryQuery(limit: 100)
            let page = try await reader.ledger.loadHistory(search)
            for entry in page.entries.prefix(3) { _ = try await reader.ledger.loadRecord(of: entry.id)?.timeline }
            search.text = "coffees"
            _ = try await reader.ledger.loadHistory(search)
            for intent in sample.intents.suffix(8) { _ = try await reader.ledger.loadRecord(of: intent)?.timeline }
            for try await piece in reader.ledger.export(as: .json) { _ = piece.bytes.count }
            return reader.recovery == nil ? 0 : 1
        }
    }

    private func work() async throws -> Int {
        let wallet = try await Wallet(sample.configuration(in: folder))
        do { try await wallet.sync.once() } catch SessionError.deviceKeyLost {}
        _ = try await wallet.approvals.load()
        _ = try await wallet.decisions.loadOutbox()
        _ = try await wallet.ledger.loadHistory(HistoryQuery(limit: 100))
        return wallet.recovery == nil ? 0 : 1
    }
}
