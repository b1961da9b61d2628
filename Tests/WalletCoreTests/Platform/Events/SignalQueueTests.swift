import Foundation
import Testing
import WalletCore

struct SignalQueueTests {
    private func message(_ text: String) -> EventSignal {
        .message(EventMessage(subject: "s", payload: Data(text.utf8)))
    }

    private func all(of queue: inout SignalQueue) -> [EventSignal] {
        var signals: [EventSignal] = []
        while let signal = queue.popFirst() { signals.append(signal) }
        return signals
    }

    @Test func `a message that comes before its connection is said to stand is told after it`() {
        var queue = SignalQueue()
        for signal in [.disconnected(reason: "connecting"), message("early"), .connected, message("late")] {
            _ = queue.append(signal)
        }
        #expect(
            all(of: &queue) == [.disconnected(reason: "connecting"), .connected, message("early"), message("late")])
    }

    @Test func `a message of a connection that came to nothing is not told`() {
        var queue = SignalQueue()
        for signal in [message("early"), .disconnected(reason: "refused"), .connected] { _ = queue.append(signal) }
        #expect(all(of: &queue) == [.disconnected(reason: "refused"), .connected])
    }

    @Test func `a state that did not change is told once`() {
        var queue = SignalQueue()
        let away = EventSignal.disconnected(reason: "away")
        for signal in [away, away, .connected, .connected, .disconnected(reason: "other"), away] {
            _ = queue.append(signal)
        }
        #expect(all(of: &queue) == [away, .connected, .disconnected(reason: "other"), away])
    }

    @Test(arguments: [0, 1, 3])
    func `what does not fit gives way to a disconnection that counts it, then to the state`(readBefore: Int) {
        var queue = SignalQueue(count: 5)
        _ = queue.append(.connected)
        #expect(queue.popFirst() == .connected)
        for number in 0..<3 { _ = queue.append(message("\(number)")) }
        for number in 0..<readBefore { #expect(queue.popFirst() == message("\(number)")) }
        for number in 3..<8 { _ = queue.append(message("\(number)")) }
        let signals = all(of: &queue)
        guard readBefore < 3 else {
            #expect(signals == (3..<8).map { message("\($0)") })
            return
        }
        // Five fit; the sixth to wait made all six give way.
        let reason = "6 messages were dropped: they came faster than they were read"
        let kept = (6 + readBefore)..<8
        #expect(signals == [.disconnected(reason: reason), .connected] + kept.map { message("\($0)") })
    }

    @Test func `losses that nobody read of yet are counted together`() {
        var queue = SignalQueue(count: 4)
        _ = queue.append(.connected)
        for number in 0..<20 { _ = queue.append(message("\(number)")) }
        var told = 0
        var lost = 0
        for signal in all(of: &queue) {
            switch signal {
            case .message: told += 1
            case .disconnected(let reason): lost += Int(reason.prefix { $0.isNumber }) ?? 0
            case .connected: continue
            }
        }
        #expect(lost > 0 && told + lost == 20)
    }

    @Test func `it is bounded in bytes, before a connection stands too`() {
        var queue = SignalQueue(count: 1000, bytes: 100)
        for _ in 0..<10 { _ = queue.append(.message(EventMessage(subject: "s", payload: Data(count: 49)))) }
        _ = queue.append(.connected)
        let signals = all(of: &queue)
        #expect(
            signals.first == .disconnected(reason: "10 messages were dropped: they came faster than they were read"))
        #expect(signals.last == .connected)
    }
}
