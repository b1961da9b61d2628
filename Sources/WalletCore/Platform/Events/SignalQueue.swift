import Mailboxes

/// What one reader of signals is yet to hear: bounded, and never silent about what it left out.
///
/// If the reader is so slow that the bound is reached, all that is held gives way to a disconnection that says so, and
/// to the state as it is: the reader then does what it does after any gap.
package struct SignalQueue: MailboxQueue {
    private let countLimit: Int
    private let weightLimit: Int
    private var queue: BoundedQueue<EventSignal>
    /// Messages of a connection that is not yet said to stand.
    private var early: BoundedQueue<EventMessage>
    private var lostEarly = 0
    private var heldMessages = 0
    private var lostMessages = 0
    private var lastState: EventSignal?

    /// An empty queue with its bounds.
    ///
    /// - Parameters:
    ///   - count: The most signals that are held.
    ///   - bytes: The most bytes of subjects and payloads that are held.
    package init(count: Int = 16_384, bytes: Int = 16 << 20) {
        countLimit = max(count, 4)
        weightLimit = bytes
        queue = BoundedQueue(count: countLimit, weight: weightLimit)
        early = BoundedQueue(count: countLimit, weight: weightLimit)
    }

    package mutating func append(_ signal: EventSignal) -> Int? {
        switch signal {
        case .connected:
            guard lastState != signal else { return nil }
            lastState = signal
            push(signal)
            while let message = early.popFirst() { push(.message(message)) }
            if lostEarly > 0 { startAfresh() }
        case .disconnected:
            guard lastState != signal else { return nil }
            lastState = signal
            // What came before a connection was found wanting went to a reader that knows of the gap.
            while early.popFirst() != nil {}
            lostEarly = 0
            push(signal)
        case .message(let message):
            if lastState == .connected {
                push(signal)
            } else {
                lostEarly += early.append(message, weight: Self.weight(of: message))
            }
        }
        return nil
    }

    package mutating func popFirst() -> EventSignal? {
        let signal = queue.popFirst()
        if case .message = signal { heldMessages -= 1 }
        // A loss is reported before the signals that follow it, so the reader has just seen that report.
        lostMessages = 0
        return signal
    }

    private mutating func push(_ signal: EventSignal) {
        var weight = 0
        if case .message(let message) = signal {
            weight = Self.weight(of: message)
            heldMessages += 1
        }
        if queue.append(signal, weight: weight) > 0 { startAfresh() }
    }

    private mutating func startAfresh() {
        lostMessages += heldMessages + lostEarly
        heldMessages = 0
        lostEarly = 0
        queue = BoundedQueue(count: countLimit, weight: weightLimit)
        let reason = "\(lostMessages) messages were dropped: they came faster than they were read"
        _ = queue.append(.disconnected(reason: reason), weight: 0)
        if let lastState { _ = queue.append(lastState, weight: 0) }
    }

    private static func weight(of message: EventMessage) -> Int {
        message.payload.count + message.subject.utf8.count
    }
}
