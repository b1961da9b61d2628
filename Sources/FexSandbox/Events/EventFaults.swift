import FexValues
import Synchronization

/// Publishes events as the fault rules have it: late, twice, out of order, forged, or not at all.
final class EventFaults: Sendable {
    private struct Late: Sendable {
        var event: QueuedEvent
        var delay: Duration
    }

    private let faults: FaultInjector
    private let send: @Sendable (QueuedEvent) throws -> Void
    /// Events to be sent after the next one.
    private let heldBack = Mutex<[QueuedEvent]>([])
    private let late = AsyncStream<Late>.makeStream()

    init(faults: FaultInjector, send: @escaping @Sendable (QueuedEvent) throws -> Void) {
        self.faults = faults
        self.send = send
    }

    /// Sends delayed events when their time comes, until its task is cancelled; those still waiting then are lost.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await late in late.stream {
                group.addTask { [send] in
                    guard (try? await Task.sleep(for: late.delay)) != nil else { return }
                    // An event is a hint: one that can't be sent any more is lost.
                    try? send(late.event)
                }
            }
        }
    }

    /// Publishes one event.
    func publish(_ event: QueuedEvent) throws {
        let fault = faults.fault(event: event.name)
        if let delay = fault.delay {
            late.continuation.yield(Late(event: event, delay: delay))
            return
        }
        switch fault.effect?.action {
        case .drop:
            break
        case .reorder where heldBack.withLock({ $0.isEmpty }):
            heldBack.withLock { $0.append(event) }
            return
        case .duplicate:
            try send(event)
            try send(event)
        case .forge:
            try send(forged(event))
        default:
            try send(event)
        }
        let held = heldBack.withLock { held in
            defer { held = [] }
            return held
        }
        for event in held { try send(event) }
    }

    /// The event with another amount and another merchant's name, or another balance.
    private func forged(_ event: QueuedEvent) throws -> QueuedEvent {
        guard case .object(var payload) = try JSON(parsing: event.payload) else { return event }
        if payload["amount"] != nil { payload["amount"] = .number("0.01") }
        if payload["merchant_name"] != nil { payload["merchant_name"] = "Forged" }
        if payload["balance"] != nil { payload["balance"] = "999999.99" }
        var forged = event
        forged.payload = JSON.object(payload).text
        return forged
    }
}
