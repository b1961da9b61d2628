import FexValues
import Foundation
import GRDB
import Testing
import WalletTesting

@testable import WalletCore

/// What a person has limited on their device, and what comes of it.
@Suite struct LimitsTests {
    let test: TestWallet
    private let usd: Currency

    init() throws {
        test = try TestWallet()
        usd = try Currency("USD")
    }

    private func money(_ digits: String, _ currency: Currency? = nil) throws -> Money {
        try Money(digits: digits, currency: currency ?? usd)
    }

    private func wallet(_ change: (inout SpendingLimit) throws -> Void) async throws -> Wallet {
        let wallet = try await test.openLoggedIn()
        var limit = SpendingLimit(currency: usd)
        try change(&limit)
        try await wallet.limits.save(limit)
        return wallet
    }

    private func terms(_ id: String, _ wallet: Wallet, _ amount: String = "35.50", target: WalletID? = nil) async throws
        -> Terms
    {
        try await wallet.intents.fetch(test.platform.addIntent(id, amount: amount, target: target)).terms
    }

    private func attempts() -> Int { test.platform.calls.count { $0.path.hasSuffix("/pay") } }

    @Test func `who wants to be asked each time pays nothing by consent given beforehand`() async throws {
        let wallet = try await wallet { $0.alwaysAsks = true }
        let terms = try await terms("pi_1", wallet)
        let error = await #expect(throws: DecisionError.ownLimit(.asks(usd))) {
            try await wallet.decisions.decide(.pay, on: terms, consent: .preauthorised)
        }
        #expect(error?.code == "own_limit" && error?.money == .notMoved && error?.retry == .never)
        // Nothing was signed, written down or sent.
        #expect(try await wallet.decisions.load(on: terms.intent) == nil && attempts() == 0)
        #expect(try await wallet.limits.requiredConsent(for: terms) == .asked)
        #expect(try await wallet.decisions.decide(.pay, on: terms, consent: .asked).decision.state == .confirmed)
    }

    @Test(arguments: [("50.00", Consent.asked, true), ("50.01", .asked, false), ("50.01", .amountTyped, true)])
    func `above its limit an amount has to have been typed`(amount: String, consent: Consent, isPaid: Bool) async throws
    {
        let limit = try money("50.00")
        let wallet = try await wallet { try $0.type(above: limit) }
        let terms = try await terms("pi_1", wallet, amount)
        if isPaid {
            #expect(try await wallet.decisions.decide(.pay, on: terms, consent: consent).decision.state == .confirmed)
        } else {
            await #expect(throws: DecisionError.ownLimit(.types(above: limit))) {
                try await wallet.decisions.decide(.pay, on: terms, consent: consent)
            }
            #expect(attempts() == 0 && test.platform.debits.isEmpty)
        }
    }

    @Test func `no more is agreed to in a day, and the next day begins at nothing`() async throws {
        let wallet = try await wallet { try $0.refuse(aboveDaily: self.money("100.00")) }
        for id in ["pi_1", "pi_2"] {
            let terms = try await terms(id, wallet)
            #expect(try await wallet.decisions.decide(.pay, on: terms).decision.state == .confirmed)
        }
        let third = try await terms("pi_3", wallet)
        let limit = try OwnLimit.daily(money("100.00"), agreed: money("71.00"))
        let error = await #expect(throws: DecisionError.ownLimit(limit)) {
            try await wallet.decisions.decide(.pay, on: third, consent: .amountTyped)
        }
        #expect(error?.retry == .later)
        await #expect(throws: DecisionError.ownLimit(limit)) { try await wallet.limits.requiredConsent(for: third) }
        // What is left of it may be paid, to the cent.
        let rest = try await terms("pi_4", wallet, "29.00")
        #expect(try await wallet.decisions.decide(.pay, on: rest).decision.state == .confirmed)
        test.clock.advance(by: .seconds(13 * 3600))
        let tomorrow = try await terms("pi_5", wallet)
        #expect(try await wallet.decisions.decide(.pay, on: tomorrow).decision.state == .confirmed)
    }

    @Test(arguments: [(ModelPlatform.Fate.unreachable, DecisionState.waiting), (.lostAfter, .unknown)])
    func `what waits and what is not known counts, and is gone on with`(
        fate: ModelPlatform.Fate, state: DecisionState
    ) async throws {
        let wallet = try await wallet { try $0.refuse(aboveDaily: self.money("40.00")) }
        let first = try await terms("pi_1", wallet)
        test.fate.plan("/pay", fate)
        #expect(try await wallet.decisions.decide(.pay, on: first).decision.state == state)
        #expect(try await wallet.limits.loadAgreedToday(in: usd) == money("35.50"))
        let second = try await terms("pi_2", wallet, "5.00")
        await #expect(throws: DecisionError.self) { try await wallet.decisions.decide(.pay, on: second) }
        // To say the same again is nothing new.
        #expect(try await wallet.limits.requiredConsent(for: first) == .preauthorised)
        #expect(
            try await wallet.decisions.decide(.pay, on: first, consent: .preauthorised).decision.state == .confirmed)
        #expect(test.platform.debits == ["pi_1"])
    }

    @Test func `what came to nothing, a no, and another currency do not count`() async throws {
        let wallet = try await wallet { try $0.refuse(aboveDaily: self.money("40.00")) }
        let refused = try await terms("pi_1", wallet)
        test.platform.set("amount", to: .number("99.00"), of: refused.intent)
        #expect(try await wallet.decisions.decide(.pay, on: refused).decision.state == .refused)
        let taken = try await terms("pi_2", wallet)
        test.fate.plan("/pay", .unreachable)
        let waiting = try await wallet.decisions.decide(.pay, on: taken).decision
        _ = try await wallet.decisions.cancel(waiting.id)
        let asked = try await terms("pi_3", wallet, target: ModelPlatform.wallet)
        #expect(
            try await wallet.decisions.decide(.decline, on: asked, consent: .preauthorised).decision.state == .confirmed
        )
        #expect(try await wallet.limits.loadAgreedToday(in: usd) == money("0"))
        let paid = try await terms("pi_4", wallet)
        #expect(try await wallet.decisions.decide(.pay, on: paid).decision.state == .confirmed)
        #expect(try await wallet.limits.loadAgreedToday(in: Currency("EUR")).minorUnits == 0)
    }

    @Test func `a limit of another currency limits nothing here`() async throws {
        let wallet = try await test.openLoggedIn()
        var limit = try SpendingLimit(currency: Currency("EUR"))
        limit.alwaysAsks = true
        try limit.refuse(aboveDaily: Money(digits: "0", currency: limit.currency))
        try await wallet.limits.save(limit)
        let terms = try await terms("pi_1", wallet)
        #expect(
            try await wallet.decisions.decide(.pay, on: terms, consent: .preauthorised).decision.state == .confirmed)
        #expect(throws: MoneyError.self) { try limit.type(above: self.money("1.00")) }
    }

    @Test func `of two that are agreed to at once the limit lets one through`() async throws {
        let wallet = try await wallet { try $0.refuse(aboveDaily: self.money("40.00")) }
        let both = [try await terms("pi_1", wallet), try await terms("pi_2", wallet)]
        let paid = await withTaskGroup(of: Bool.self) { group in
            for terms in both {
                group.addTask { (try? await wallet.decisions.decide(.pay, on: terms)) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(paid == 1 && test.platform.debits.count == 1)
    }

    @Test func `a limit is set for all processes, changed, and taken away`() async throws {
        var limit = SpendingLimit(currency: usd)
        limit.alwaysAsks = true
        try limit.type(above: money("0"))
        let wallet = try await wallet { $0 = limit }
        #expect(try await test.open().limits.load() == [limit])
        try limit.refuse(aboveDaily: money("200.00"))
        try await wallet.limits.save(limit)
        #expect(try await wallet.limits.load(of: usd) == limit)
        try await wallet.limits.save(SpendingLimit(currency: usd))
        #expect(try await wallet.limits.load().isEmpty)
        #expect(try await wallet.limits.load(of: usd).isEmpty)
    }

    @Test func `a day is the person's own`() async throws {
        _ = try await wallet { try $0.refuse(aboveDaily: self.money("40.00")) }
        var configuration = test.configuration
        // It is noon in London, and four minutes to midnight where they are.
        let midnight = Timestamp("2026-01-01T12:04:00Z")!
        configuration.calendarDay = { now in
            now < midnight
                ? midnight.advanced(by: .seconds(-86_400))..<midnight
                : midnight..<midnight.advanced(by: .seconds(86_400))
        }
        let wallet = try await Wallet(configuration)
        let (first, second) = (try await terms("pi_1", wallet), try await terms("pi_2", wallet))
        #expect(try await wallet.decisions.decide(.pay, on: first).decision.state == .confirmed)
        test.clock.advance(by: .seconds(238))
        await #expect(throws: DecisionError.self) { try await wallet.decisions.decide(.pay, on: second) }
        test.clock.advance(by: .seconds(2))
        #expect(try await wallet.decisions.decide(.pay, on: second).decision.state == .confirmed)
    }

    @Test(arguments: [
        "1969-12-31T23:59:59.999Z", "2026-03-29T01:00:00Z", "2026-10-25T01:30:00Z", "2026-01-01T00:00:00Z",
    ])
    func `a day holds its moments, wherever the device is, and the next begins where it ends`(moment: String) throws {
        let moment = try #require(Timestamp(moment))
        let day = LocalTime.day(of: moment)
        #expect(day.contains(moment))
        #expect(LocalTime.day(of: day.lowerBound) == day)
        #expect(LocalTime.day(of: day.upperBound).lowerBound == day.upperBound)
    }

    @Test func `a limit outlives the repair of a damaged database, and what can't be read of it is the strictest`()
        async throws
    {
        let wallet = try await wallet {
            $0.alwaysAsks = true
            try $0.refuse(aboveDaily: self.money("40.00"))
        }
        let limits = try await wallet.limits.load()
        let path = test.configuration.database.path
        let store = try WalletStore(path: path)
        try await store.maintain { try $0.checkpoint(.truncate) }
        var file = try Data(contentsOf: URL(filePath: path))
        file.replaceSubrange(0..<100, with: Data(count: 100))
        let copy = test.directory.appending(path: "damaged.sqlite")
        try file.write(to: copy)
        let mended = try WalletStore(path: copy.path)
        #expect(mended.recovery != nil)
        #expect(try await mended.loadLimits() == limits)
    }
}
