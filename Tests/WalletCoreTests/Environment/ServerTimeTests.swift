import FexValues
import Foundation
import Testing
import WalletTesting

@testable import WalletCore

@Suite struct ServerTimeTests {
    @Test func `the platform's clock is told from its answers, within a second`() {
        let device = DrivenClock(Timestamp("2025-01-01T00:00:00Z")!)
        let time = ServerTime(clock: device)
        time.observe(date: "Thu, 01 Jan 2026 00:00:10 GMT", sentAt: device.uptime())
        let error = Timestamp("2026-01-01T00:00:10Z")!.duration(since: time.now())
        #expect(abs(error.truncatedMilliseconds) <= 1000)
    }

    @Test func `an old answer sets no time back, and a platform's clock that was set is believed when borne out`() {
        let device = DrivenClock(Timestamp("2026-01-01T00:00:00Z")!)
        let time = ServerTime(clock: device)
        func answer(_ date: String) { time.observe(date: date, sentAt: device.uptime()) }
        answer("Thu, 01 Jan 2026 00:20:00 GMT")
        #expect(!time.isKnown, "a single answer may be old")
        answer("Thu, 01 Jan 2026 00:20:00 GMT")
        #expect(time.isKnown)
        let told = time.now()
        answer("Thu, 01 Jan 2026 00:10:00 GMT")
        #expect(time.now() == told && time.doubts == 1)
        answer("Thu, 01 Jan 2026 00:20:00 GMT")
        answer("Thu, 01 Jan 2026 00:10:00 GMT")
        #expect(time.now() == told, "the time between was told by another")
        answer("Thu, 01 Jan 2026 00:10:00 GMT")
        #expect(time.now() == told, "the same old answer again bears nothing out")
        device.advance(by: .seconds(1))
        answer("Thu, 01 Jan 2026 00:10:01 GMT")
        #expect(time.now() <= Timestamp("2026-01-01T00:10:02Z")! && time.latest() < Timestamp("2026-01-01T00:10:03Z")!)
        answer("Thu, 01 Jan 2026 00:30:00 GMT")
        #expect(time.now() >= Timestamp("2026-01-01T00:30:00Z")!, "a later time can be no old answer's")
    }

    @Test func `an answer from another time than was known, or from none, is doubted`() {
        let device = DrivenClock(Timestamp("2026-01-01T00:00:00Z")!)
        let time = ServerTime(clock: device)
        func doubts(_ date: String?) -> Int {
            let before = time.doubts
            time.observe(date: date, sentAt: device.uptime())
            return time.doubts - before
        }
        #expect(time.earliest() == nil)
        for date in ["Thu, 01 Jan 2026 00:20:00 GMT", "Thu, 01 Jan 2026 00:20:00 GMT"] { #expect(doubts(date) == 0) }
        #expect(time.earliest() == Timestamp("2026-01-01T00:20:00Z"))
        #expect(doubts(nil) == 1 && doubts("yesterday") == 1)
        #expect(time.earliest() == Timestamp("2026-01-01T00:20:00Z"))
        // A later one is believed at once, an earlier one once another bears it out; meanwhile nothing is known for sure.
        #expect(doubts("Thu, 01 Jan 2026 01:20:00 GMT") == 1)
        #expect(time.earliest() == Timestamp("2026-01-01T01:20:00Z"))
        #expect(doubts("Thu, 01 Jan 2026 00:20:00 GMT") == 1)
        #expect(time.earliest() == nil)
        device.advance(by: .seconds(1))
        #expect(doubts("Thu, 01 Jan 2026 00:20:01 GMT") == 1)
        #expect(time.earliest() == Timestamp("2026-01-01T00:20:01Z"))
        #expect(doubts("Thu, 01 Jan 2026 00:20:01 GMT") == 0)
    }

    @Test func `a process that was not told the time yet sends nothing that may be over, whatever an old answer says`()
    {
        let device = DrivenClock(Timestamp("2026-01-01T00:00:00Z")!)
        let first = ServerTime(clock: device)
        first.observe(date: "Thu, 01 Jan 2026 00:20:00 GMT", sentAt: device.uptime())
        let next = ServerTime(clock: device, memory: first.memory)
        next.observe(date: "Thu, 01 Jan 2026 00:10:00 GMT", sentAt: device.uptime())
        #expect(!next.isKnown && next.now() < Timestamp("2026-01-01T00:10:02Z")!)
        #expect(next.latest() >= Timestamp("2026-01-01T00:20:00Z")!)
        next.observe(date: "Thu, 01 Jan 2026 00:10:00 GMT", sentAt: device.uptime())
        #expect(!next.isKnown && next.latest() >= Timestamp("2026-01-01T00:20:00Z")!)
        device.advance(by: .seconds(1))
        next.observe(date: "Thu, 01 Jan 2026 00:10:01 GMT", sentAt: device.uptime())
        #expect(next.isKnown && next.latest() < Timestamp("2026-01-01T00:10:03Z")!)
    }

    @Test func `an answer to something else sets the time forward, and neither back nor for certain`() {
        let device = DrivenClock(Timestamp("2026-01-01T00:00:00Z")!)
        let time = ServerTime(clock: device)
        func answer(_ date: String, mayBeOld: Bool) {
            time.observe(date: date, sentAt: device.uptime(), mayBeOld: mayBeOld)
        }
        answer("Thu, 01 Jan 2026 00:20:00 GMT", mayBeOld: false)
        for second in 0...3 { answer("Thu, 01 Jan 2026 00:10:0\(second) GMT", mayBeOld: true) }
        answer("Thu, 01 Jan 2026 00:20:00 GMT", mayBeOld: true)
        #expect(!time.isKnown && time.now() >= Timestamp("2026-01-01T00:20:00Z")!)
        answer("Thu, 01 Jan 2026 01:20:00 GMT", mayBeOld: true)
        #expect(!time.isKnown && time.now() >= Timestamp("2026-01-01T01:20:00Z")!)
        answer("Thu, 01 Jan 2026 01:20:00 GMT", mayBeOld: false)
        #expect(time.isKnown)
    }

    @Test(arguments: ["", "yesterday", "Thu, 01 Foo 2026 00:00:10 GMT", "Thu, 01 Jan 2026 00:00:10 CET"])
    func `a date that is none changes nothing`(text: String) {
        let time = ServerTime(clock: DrivenClock(Timestamp(milliseconds: 0)), memory: .init(offset: .seconds(7)))
        time.observe(date: text, sentAt: .zero)
        #expect(time.currentOffset == .seconds(7))
    }

    @Test func `a device set a year wrong still decides rightly`() async throws {
        let test = try TestWallet()
        let device = DrivenClock(Timestamp("2027-01-01T12:00:00Z")!)
        var configuration = test.configuration
        configuration.clock = device
        let wallet = try await Wallet(configuration)
        _ = try await wallet.account.logIn(username: "alice", password: "right", deviceName: "test")
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1", lifetime: .seconds(60)))
        #expect(try await wallet.decisions.decide(.pay, on: intent.terms).decision.state == .confirmed)
    }

    @Test(arguments: ["Sat, 01 Jan 0000 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"])
    func `a date that leaves no room for what is reckoned with it tells nothing`(date: String) {
        let device = DrivenClock(Timestamp("2026-01-01T00:00:00Z")!)
        device.advance(by: .seconds(30 * 86_400))
        let time = ServerTime(clock: device)
        let now = time.now()
        for _ in 0..<2 { time.observe(date: date, sentAt: .zero) }
        #expect(time.now() == now && !time.isKnown && time.memory.bounds == nil)
        #expect(time.doubts == 2)
    }
}
