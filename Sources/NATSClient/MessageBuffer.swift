import Synchronization

/// Messages between the thread that delivers them and the task that reads them: bounded, newest first to stay.
final class MessageBuffer: Sendable {
    private struct State {
        var queue: BoundedQueue<NATSMessage>
        var reader: CheckedContinuation<NATSMessage?, Never>?
        var isFinished = false
        var dropped = 0
        /// Whether the present overflow was reported; it ends when the reader has caught up.
        var isOverflowReported = false
    }

    private let state: Mutex<State>
    private let reportOverflow: @Sendable (_ droppedSoFar: Int) -> Void

    /// A buffer.
    ///
    /// - Parameter reportOverflow: Called once for each time the buffer overflows, not for each message.
    init(count: Int, bytes: Int, reportOverflow: @escaping @Sendable (Int) -> Void) {
        state = Mutex(State(queue: BoundedQueue(count: count, weight: bytes)))
        self.reportOverflow = reportOverflow
    }

    /// How many messages gave way to newer ones.
    var dropped: Int { state.withLock { $0.dropped } }

    /// Takes a message from the thread that delivers.
    func deliver(_ message: NATSMessage) {
        let (reader, overflow) = state.withLock { state -> (CheckedContinuation<NATSMessage?, Never>?, Int?) in
            guard !state.isFinished else { return (nil, nil) }
            if let reader = state.reader {
                state.reader = nil
                return (reader, nil)
            }
            let dropped = state.queue.append(message, weight: message.payload.count + message.subject.utf8.count)
            state.dropped += dropped
            guard dropped > 0, !state.isOverflowReported else { return (nil, nil) }
            state.isOverflowReported = true
            return (nil, state.dropped)
        }
        reader?.resume(returning: message)
        if let overflow { reportOverflow(overflow) }
    }

    /// The next message, or `nil` once the subscription or the task is over.
    func next() async -> NATSMessage? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: NATSMessage?? = state.withLock { state in
                    if let message = state.queue.popFirst() {
                        return message
                    }
                    state.isOverflowReported = false
                    // A second reader at once gets nothing, rather than taking the place of the first.
                    if state.isFinished || state.reader != nil { return .some(nil) }
                    state.reader = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            finish(discarding: true)
        }
    }

    /// No more messages will be delivered; those held can still be read, unless they are discarded.
    func finish(discarding: Bool = false) {
        let reader = state.withLock { state in
            state.isFinished = true
            if discarding { state.queue = BoundedQueue(count: 1, weight: 0) }
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }
}
