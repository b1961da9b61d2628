import FexValues
import Foundation
import GRDB
import Testing
import WalletTesting

@testable import WalletCore

/// What has to hold once the disk is well again, with nothing done by hand.
struct Aftermath {
    let machine: Machine
    /// What happened before, for whoever reads a failure.
    let context: String

    func check() async throws {
        let sent = Set(machine.platform.calls.compactMap(\.key))
        let debited = machine.platform.debits
        let wallet = try await machine.open()
        try await checkDatabase(holds: sent)
        try await logInIfNeeded(wallet)
        try await checkSync(wallet, shows: debited)
        for intent in machine.wishes.keys { try await checkDecision(intent, in: wallet) }
    }

    private func checkDatabase(holds sent: Set<String>) async throws {
        let store = try WalletStore(path: machine.disk.directory.appending(path: "wallet.sqlite").path)
        let (problems, strangers, keys) = try await store.read { db in
            (
                try String.fetchAll(db, sql: "PRAGMA integrity_check"),
                try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").count,
                try String.fetchSet(db, sql: "SELECT idempotency_key FROM decision")
            )
        }
        #expect(problems == ["ok"], "\(context)")
        #expect(strangers == 0, "\(context)")
        #expect(sent.isSubset(of: keys), "a decision that was sent is lost: \(context)")
    }

    /// A login that the fault has cut short is begun again, which is what its error asks for.
    private func logInIfNeeded(_ wallet: Wallet) async throws {
        let store = try WalletStore(path: machine.disk.directory.appending(path: "wallet.sqlite").path)
        let isEnrolled = try await store.loadDevice() != nil
        let isLoggedIn = await wallet.account.isLoggedIn
        guard !isEnrolled || !isLoggedIn else { return }
        _ = try await wallet.account.logIn(username: "alice", password: "right", deviceName: "test")
    }

    private func checkSync(_ wallet: Wallet, shows debited: [String]) async throws {
        let report = try await wallet.sync.once()
        #expect(report.decisions.allSatisfy { $0.state.isSettled }, "\(context): \(report.decisions)")
        #expect(try await wallet.decisions.loadOutbox().isEmpty, "\(context)")
        let history = try await wallet.ledger.loadHistory(HistoryQuery(limit: 100)).entries
        for name in debited {
            let intent = IntentID(name)!
            let state = try await wallet.decisions.load(on: intent)?.state
            #expect(state == .confirmed, "\(name) was debited: \(context)")
            #expect(history.count { $0.intent == intent } == 1, "\(name) was debited: \(context)")
        }
    }

    /// The customer says the same again: what stands is told, what doesn't is made, and no debit comes twice.
    private func checkDecision(_ intent: IntentID, in wallet: Wallet) async throws {
        let kind = machine.wishes[intent]!
        if let standing = try await wallet.decisions.load(on: intent) {
            #expect(standing.kind == kind && standing.state == .confirmed, "\(context): \(standing)")
            await #expect(throws: DecisionError.alreadyDecided(kind, .confirmed), "\(context)") {
                try await machine.decide(intent, in: wallet)
            }
        } else {
            let result = try await machine.decide(intent, in: wallet)
            #expect(result.decision.state == .confirmed, "\(context): \(result)")
        }
        #expect(machine.debits(of: intent) == (kind.movesMoney ? 1 : 0), "\(intent): \(context)")
    }
}
