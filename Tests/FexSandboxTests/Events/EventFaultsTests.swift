import FexValues
import Synchronization
import Testing

@testable import FexSandbox

@Suite(.timeLimit(.minutes(15))) struct EventFaultsTests {
    /// What was sent, by its place in the order of what happened.
    private final class Sent: Sendable {
        private let positions = Mutex<[Int64]>([])
        let stream = AsyncStream<Int64>.makeStream()

        var all: [Int64] { positions.withLock { $0 } }

        func note(_ event: QueuedEvent) {
            positions.withLock { $0.append(event.position) }
            stream.continuation.yield(event.position)
        }
    }

    private let sent = Sent()

    private func faults(_ rule: JSON) throws -> EventFaults {
        let injector = FaultInjector(try FaultRule.list([rule]), seed: 1)
        return EventFaults(faults: injector) { [sent] in sent.note($0) }
    }

    private func publish(_ positions: ClosedRange<Int64>, with faults: EventFaults) throws {
        for position in positions {
            try faults.publish(
                QueuedEvent(position: position, name: "wallet.balance.updated", walletID: "w", payload: "{}"))
        }
    }

    @Test func `an event out of order comes after the next one, and is not lost`() throws {
        let faults = try faults(["match": ["event": "*"], "action": "reorder", "times": 1])
        try publish(1...3, with: faults)
        #expect(sent.all == [2, 1, 3])
    }

    @Test func `events that are all out of order change places with each other`() throws {
        try publish(1...4, with: try faults(["match": ["event": "*"], "action": "reorder"]))
        #expect(sent.all == [2, 1, 4, 3])
    }

    @Test func `a late event holds up none, and comes in its own time`() async throws {
        let faults = try faults(["match": ["event": "*"], "action": "delay", "delay_ms": 1, "times": 1])
        try publish(1...3, with: faults)
        #expect(sent.all == [2, 3])
        let running = Task { await faults.run() }
        for await position in sent.stream.stream where position == 1 { break }
        running.cancel()
        #expect(sent.all == [2, 3, 1])
    }
}
