import FexValues
import Foundation
import GRDB
import Testing
import WalletTesting

@testable import WalletCore

/// A wallet with a past: payments made, requests answered, decisions that wait for a network. Its database file can be damaged
/// in any way, and is then opened as a new process would.
struct DamagedWallet {
    /// What is to be found again of a decision.
    struct Kept: Hashable {
        var id: DecisionID
        var intent: IntentID
        var kind: DecisionKind
        var key: String
        var body: Data
    }

    let test: TestWallet
    /// All decisions there were.
    let decisions: [Kept]
    /// The requests that nobody has answered.
    let unanswered: Set<IntentID>
    /// The sound file, as it was.
    let sound: Data
    /// Where the damaged one is.
    let path: String

    init() async throws {
        let test = try TestWallet()
        self.test = test
        let wallet = try await test.openLoggedIn()
        func decide(_ name: String, _ kind: DecisionKind) async throws {
            let target = kind == .pay ? nil : ModelPlatform.wallet
            let id = test.platform.addIntent(name, target: target, lifetime: .seconds(3600))
            let intent = try await wallet.intents.fetch(id)
            if target != nil { try await wallet.approvals.catchUp() }
            _ = try await wallet.decisions.decide(kind, on: intent.terms)
        }
        for number in 1...5 { try await decide("pi_paid\(number)", .pay) }
        try await decide("pi_approved", .approve)
        try await decide("pi_declined", .decline)
        let open = test.platform.addIntent("pi_open", target: ModelPlatform.wallet, lifetime: .seconds(3600))
        unanswered = [open]
        try await wallet.sync.once()
        for kind in [DecisionKind.pay, .approve, .decline] {
            for number in 1...2 {
                test.fate.plan("/\(kind.rawValue)", .unreachable)
                try await decide("pi_\(kind.rawValue)\(number)", kind)
            }
        }
        let store = try WalletStore(path: test.configuration.database.path)
        decisions = try await store.read { db in
            try Decision.fetch(db, "WHERE TRUE", []).map {
                Kept(
                    id: $0.id, intent: $0.terms.intent, kind: $0.kind, key: $0.idempotencyKey.rawValue, body: $0.body)
            }
        }
        try await store.maintain { try $0.checkpoint(.truncate) }
        sound = try Data(contentsOf: test.configuration.database)
        path = test.directory.appending(path: "damaged.sqlite").path
        test.fate.clear()
    }

    init(_ other: DamagedWallet, at path: String) {
        test = other.test
        decisions = other.decisions
        unanswered = other.unanswered
        sound = other.sound
        self.path = path
    }

    var pageCount: Int { sound.count / 4096 }

    /// Writes the database file, with a change to it.
    func write(_ change: (inout Data) -> Void = { _ in }) throws {
        var file = sound
        change(&file)
        try file.write(to: URL(filePath: path))
    }

    func open(log: LoggedLines? = nil) async throws -> Wallet {
        var configuration = test.configuration
        configuration.database = URL(filePath: path)
        if let log { configuration.log = log.logger() }
        return try await Wallet(configuration)
    }

    /// The decisions that lie in a page of rows, and so are lost with it.
    func decisions(inPage number: Int) -> Set<Kept> {
        let page = sound[(number - 1) * 4096..<number * 4096]
        guard page.first == 0x0D, number > 1 else { return [] }
        return Set(decisions.filter { page.range(of: Data($0.key.utf8)) != nil })
    }

    /// Looks at all a customer can look at, and syncs; where that meets damage, starts again.
    ///
    /// - Returns: How often the database was mended.
    func live() async throws -> (wallet: Wallet, mended: [StoreRecovery]) {
        var mended: [StoreRecovery] = []
        for _ in 1...3 {
            // Longer than any lease: the process that had one looks like this one.
            test.clock.advance(by: .seconds(61))
            let wallet = try await open()
            if let recovery = wallet.recovery { mended.append(recovery) }
            do {
                _ = try await wallet.approvals.load()
                _ = try await wallet.ledger.loadHistory(HistoryQuery(limit: 100))
                var search = HistoryQuery(limit: 100)
                search.text = "coffee"
                _ = try await wallet.ledger.loadHistory(search)
                _ = try await wallet.decisions.loadOutbox()
                try await wallet.sync.once()
                let store = try WalletStore(path: path)
                let problems = try await store.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") }
                guard problems != ["ok"] else { return (wallet, mended) }
                // Nothing that is read has it; whoever comes across it would say so.
                DamageMark(ofDatabase: path).leave()
            } catch let error as StorageError {
                #expect(DamageMark(ofDatabase: path).isThere, "\(error) is not mended")
            }
        }
        Issue.record("the database is not mended")
        throw CancellationError()
    }

    /// Everything that has to hold after the next start and one sync.
    @discardableResult
    func expectMended(losing lost: Set<Kept> = [], _ context: String) async throws -> [StoreRecovery] {
        let (wallet, mended) = try await live()
        let store = try WalletStore(path: path)
        for decision in decisions where !lost.contains(decision) {
            let found = try await store.loadDecision(decision.id)
            #expect(found?.body == decision.body, "\(decision.intent) \(context)")
            #expect(found?.idempotencyKey.rawValue == decision.key, "\(decision.intent) \(context)")
            #expect(found?.state == .confirmed, "\(decision.intent) \(context)")
            let debits = test.platform.debits.count { $0 == decision.intent.rawValue }
            #expect(debits == (decision.kind.movesMoney ? 1 : 0), "\(decision.intent) \(context)")
        }
        #expect(try await wallet.decisions.loadOutbox().isEmpty, "\(context)")
        let lostIntents = Set(lost.map(\.intent))
        let asked = Set(try await wallet.approvals.load().filter { $0.state == .pending }.map(\.intent.id))
        #expect(asked.subtracting(lostIntents) == unanswered, "\(context)")
        let history = try await wallet.ledger.loadHistory(HistoryQuery(limit: 100)).entries
        #expect(history.count == test.platform.debits.count, "\(context)")
        #expect(Set(test.platform.debits).count == test.platform.debits.count, "\(context)")
        #expect(!lost.contains { _ in mended.allSatisfy(\.hasAllDecisions) }, "nobody says what is lost: \(context)")
        return mended
    }
}
