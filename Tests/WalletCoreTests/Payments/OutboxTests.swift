import FexValues
import Foundation
import GRDB
import Testing
import WalletTesting

@testable import WalletCore

/// What becomes of decisions that could not be settled at once.
@Suite(.timeLimit(.minutes(15))) struct OutboxTests {
    let test: TestWallet

    init() throws { test = try TestWallet() }

    private var payments: [ModelPlatform.Call] { test.platform.calls.filter { $0.path.hasSuffix("/pay") } }

    /// A wallet with a payment whose first attempt met a fate.
    private func pay(_ fate: ModelPlatform.Fate, lifetime: Duration = .seconds(300)) async throws
        -> (wallet: Wallet, decision: Decision)
    {
        let wallet = try await test.openLoggedIn()
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1", lifetime: lifetime))
        test.fate.plan("/pay", fate)
        return (wallet, try await wallet.decisions.decide(.pay, on: intent.terms).decision)
    }

    @Test func `a decision that never left is taken back, and another may follow`() async throws {
        let (wallet, decision) = try await pay(.unreachable)
        #expect(try await wallet.decisions.cancel(decision.id).decision.state == .cancelled)
        #expect(try await wallet.decisions.loadOutbox().isEmpty)
        #expect(try await wallet.decisions.sendAll().isEmpty)
        #expect(try await wallet.decisions.cancel(decision.id).decision.state == .cancelled)
        let again = try await wallet.decisions.decide(.pay, on: decision.terms)
        #expect(again.decision.state == .confirmed && again.decision.idempotencyKey != decision.idempotencyKey)
        #expect(payments.map(\.key) == [again.decision.idempotencyKey.rawValue])
    }

    @Test(arguments: [ModelPlatform.Fate.lostBefore, .lostAfter, .status(500), .portal])
    func `a decision that may have left can't be taken back`(fate: ModelPlatform.Fate) async throws {
        let (wallet, decision) = try await pay(fate)
        await #expect(throws: DecisionError.notCancellable(.unknown)) {
            try await wallet.decisions.cancel(decision.id)
        }
        #expect(try await wallet.decisions.retry(decision.id).decision.state == .confirmed)
        #expect(test.platform.debits == ["pi_1"])
    }

    @Test func `a platform that asks for a pause gets it`() async throws {
        let (wallet, decision) = try await pay(.busy(120))
        let pause = try #require(decision.schedule).nextAttemptAt.duration(since: decision.decidedAt)
        #expect(pause == .seconds(120))
        #expect(try await wallet.decisions.sendDue() == .seconds(120))
        #expect(payments.count == 1)
        test.clock.advance(by: .seconds(120))
        #expect(try await wallet.decisions.sendDue() == nil)
        #expect(payments.count == 2 && test.platform.debits == ["pi_1"])
    }

    @Test(arguments: [-5, 0, 1 << 40])
    func `a pause that is none changes little`(seconds: Int) async throws {
        let (_, decision) = try await pay(.busy(seconds))
        let pause = try #require(decision.schedule).nextAttemptAt.duration(since: decision.decidedAt)
        #expect(pause > .zero && pause <= .seconds(3600))
    }

    @Test func `pauses grow, and end with the decision's time`() async throws {
        let (wallet, first) = try await pay(.lostBefore, lifetime: .seconds(100))
        var pauses: [Duration] = []
        var decision = first
        while test.clock.now() < decision.expiresAt {
            let next = try #require(decision.schedule).nextAttemptAt
            pauses.append(next.duration(since: test.clock.now()))
            test.clock.advance(by: pauses.last!)
            test.fate.plan("/pi_1", .unreachable)
            _ = try await wallet.decisions.sendDue()
            decision = try #require(try await wallet.decisions.load(on: decision.terms.intent))
            if decision.state.isSettled { break }
        }
        #expect(pauses.count > 4)
        #expect(zip(pauses, pauses.dropFirst()).dropLast().allSatisfy { $1 > $0 / 2 })
        #expect(pauses.allSatisfy { $0 <= .seconds(101) })
    }

    @Test func `one decision that can't be driven holds up no other`() async throws {
        let (wallet, _) = try await pay(.unreachable)
        for number in 2...9 {
            let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_\(number)"))
            test.fate.plan("/pi_\(number)/pay", .unreachable)
            _ = try await wallet.decisions.decide(.pay, on: intent.terms)
        }
        let store = try WalletStore(path: test.configuration.database.path)
        try await store.write { db in
            try db.execute(
                sql: """
                    CREATE TRIGGER poison BEFORE UPDATE ON decision WHEN OLD.intent_id = 'pi_1'
                    BEGIN SELECT RAISE(ABORT, 'poison'); END
                    """)
        }
        await #expect(throws: StorageError.self) { try await wallet.decisions.sendAll() }
        #expect(try await wallet.decisions.loadOutbox().map(\.terms.intent.rawValue) == ["pi_1"])
        #expect(test.platform.debits.count == 8)
        try await store.write { try $0.execute(sql: "DROP TRIGGER poison") }
        #expect(try await wallet.decisions.sendAll().map(\.state) == [.confirmed])
    }

    // MARK: The clock

    @Test func `a clock that was set while the wallet was closed lapses nothing`() async throws {
        _ = try await pay(.unreachable)
        var configuration = test.configuration
        configuration.clock = DrivenClock(Timestamp("2027-01-01T12:00:00Z")!)
        let reopened = try await Wallet(configuration)
        #expect(try await reopened.decisions.sendAll().map(\.state) == [.confirmed])
    }

    @Test func `a clock that was set concludes nothing where nobody is reached`() async throws {
        let device = DrivenClock(test.clock.now())
        var configuration = test.configuration
        configuration.clock = device
        let wallet = try await Wallet(configuration)
        _ = try await wallet.account.logIn(username: "alice", password: "right", deviceName: "test")
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1"))
        test.fate.plan("/pay", .unreachable)
        _ = try await wallet.decisions.decide(.pay, on: intent.terms)

        device.set(Timestamp("2027-01-01T12:00:00Z")!)
        test.fate.plan("/pi_1", .unreachable)
        #expect(try await Wallet(configuration).decisions.sendAll().map(\.state) == [.waiting])
        device.reboot()
        test.fate.plan("/pi_1", .unreachable)
        #expect(try await Wallet(configuration).decisions.sendAll().map(\.state) == [.waiting])
        #expect(try await Wallet(configuration).decisions.sendAll().map(\.state) == [.confirmed])
    }

    @Test func `setting the clock back changes nothing`() async throws {
        let (wallet, _) = try await pay(.unreachable, lifetime: .seconds(60))
        test.clock.set(Timestamp("2025-01-01T12:00:00Z")!)
        test.clock.advance(by: .seconds(61))
        #expect(try await wallet.decisions.sendAll().map(\.state) == [.lapsed])
        #expect(payments.isEmpty)
    }

    @Test func `a waiting decision is settled by a restarted wallet that reaches nobody`() async throws {
        _ = try await pay(.unreachable, lifetime: .seconds(60))
        test.clock.advance(by: .seconds(61))
        test.fate.plan("/pi_1", .unreachable)
        let reopened = try await test.open()
        #expect(try await reopened.decisions.sendAll().map(\.state) == [.lapsed])
        #expect(payments.isEmpty)
    }

    // MARK: Asking after the time has run out

    @Test func `after expiry the ledger tells that it was this wallet's payment`() async throws {
        let (wallet, decision) = try await pay(.lostAfter, lifetime: .seconds(60))
        test.clock.advance(by: .seconds(61))
        let settled = try await wallet.decisions.retry(decision.id)
        #expect(settled.decision.state == .confirmed)
        #expect(settled.transaction?.intent == decision.terms.intent)
        #expect(payments.count == 1)
    }

    @Test func `after expiry the ledger tells that somebody else paid`() async throws {
        let (wallet, decision) = try await pay(.lostBefore, lifetime: .seconds(60))
        test.platform.set("status", to: "completed", of: decision.terms.intent)
        test.clock.advance(by: .seconds(61))
        #expect(try await wallet.decisions.retry(decision.id).decision.state == .refused)
        #expect(payments.count == 1 && test.platform.debits.isEmpty)
    }

    @Test func `an outcome stays open while the ledger can't be asked`() async throws {
        let (wallet, decision) = try await pay(.lostAfter, lifetime: .seconds(60))
        test.clock.advance(by: .seconds(61))
        test.fate.plan("/transactions", .portal)
        #expect(try await wallet.decisions.retry(decision.id).decision.state == .unknown)
        #expect(try await wallet.decisions.retry(decision.id).decision.state == .confirmed)
    }

    /// A request that was answered before, as an earlier view of it does not tell.
    private func answerLate(_ kind: DecisionKind, _ status: JSON, by wallet: String?) async throws -> Decision {
        let session = try await test.openLoggedIn()
        let intent = try await session.intents.fetch(test.platform.addIntent("pi_1", target: ModelPlatform.wallet))
        test.platform.set("status", to: status, of: intent.id)
        test.platform.set("completed_by", to: .optional(wallet), of: intent.id)
        test.platform.set("completed_at", to: "2026-01-01T12:00:03Z", of: intent.id)
        return try await session.decisions.decide(kind, on: intent.terms).decision
    }

    @Test(arguments: [
        (DecisionKind.decline, JSON.string("completed"), "another of your devices paid it first"),
        (.approve, "declined", "another of your devices declined it first"),
    ])
    func `who comes second on two devices is told who was first, and when`(
        kind: DecisionKind, status: JSON, sentence: String
    ) async throws {
        let decision = try await answerLate(kind, status, by: ModelPlatform.wallet.rawValue)
        #expect(decision.state == .refused)
        #expect(decision.refusal?.code == .intentNotPayable)
        #expect(decision.reason == "\(sentence) at 2026-01-01T12:00:03Z")
        #expect(test.platform.debits.isEmpty)
    }

    @Test(arguments: [
        (DecisionKind.approve, DecisionKind.decline, "an earlier yes of yours paid it first"),
        (.decline, .approve, "an earlier no of yours declined it first"),
    ])
    func `who comes second on one device is not told that another was first`(
        first: DecisionKind, second: DecisionKind, sentence: String
    ) async throws {
        let box = Middlebox(before: test.platform)
        let wallet = try await test.openLoggedIn(on: box)
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1", target: ModelPlatform.wallet))
        let refusal = #"{"success":false,"error":"x","code":"wallet_blocked"}"#
        box.plan("/pi_1/\(first)", .init(passesOn: true, status: 403, body: refusal))
        #expect(try await wallet.decisions.decide(first, on: intent.terms).decision.state == .refused)
        let decision = try await wallet.decisions.decide(second, on: intent.terms).decision
        #expect(decision.state == .refused)
        #expect(decision.reason?.hasPrefix(sentence) == true, "\(decision.reason ?? "")")
    }

    @Test func `a yes to what this wallet has paid already is never called refused`() async throws {
        let decision = try await answerLate(.approve, "completed", by: ModelPlatform.wallet.rawValue)
        #expect(decision.state == .unknown)
    }
}
