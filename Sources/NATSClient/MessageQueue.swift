import Mailboxes
import Synchronization

/// The messages of one subscription, for a reader that may be slow: the newest stay.
struct MessageQueue: MailboxQueue {
    /// Counts drops; shared with the subscription, which outlives the queue.
    final class Count: Sendable {
        private let value = Atomic(0)

        /// How many messages were dropped so far.
        var current: Int { value.load(ordering: .relaxed) }

        fileprivate func add(_ dropped: Int) -> Int {
            value.add(dropped, ordering: .relaxed).newValue
        }
    }

    private var queue: BoundedQueue<NATSMessage>
    private let dropped: Count
    /// Whether the present overflow was reported; it ends when the reader has caught up.
    private var isOverflowReported = false

    /// An empty queue with its bounds.
    init(count: Int, bytes: Int, dropped: Count) {
        queue = BoundedQueue(count: count, weight: bytes)
        self.dropped = dropped
    }

    mutating func append(_ message: NATSMessage) -> Int? {
        let newlyDropped = queue.append(message, weight: message.payload.count + message.subject.utf8.count)
        guard newlyDropped > 0 else { return nil }
        let droppedSoFar = dropped.add(newlyDropped)
        defer { isOverflowReported = true }
        return isOverflowReported ? nil : droppedSoFar
    }

    mutating func popFirst() -> NATSMessage? {
        let message = queue.popFirst()
        if queue.isEmpty { isOverflowReported = false }
        return message
    }
}
