import Synchronization

/// What a ``Mailbox`` holds for its reader, within bounds of its own.
package protocol MailboxQueue: Sendable {
    /// What is handed over.
    associatedtype Element: Sendable

    /// Adds an element at the end, or decides otherwise.
    ///
    /// - Returns: How many elements were dropped so far, if that is to be reported now.
    mutating func append(_ element: Element) -> Int?

    /// Takes what the reader is to have next.
    mutating func popFirst() -> Element?
}

/// Hands elements from threads that must not wait to the one task that reads them.
package final class Mailbox<Queue: MailboxQueue>: Sendable {
    private struct State {
        var queue: Queue?
        var reader: CheckedContinuation<Queue.Element?, Never>?
        var isFinished = false
    }

    private let state: Mutex<State>
    private let reportOverflow: @Sendable (_ droppedSoFar: Int) -> Void

    /// A mailbox around an empty queue.
    ///
    /// - Parameter reportOverflow: Called with what ``MailboxQueue/append(_:)`` returns, outside of any lock.
    package init(_ queue: Queue, reportOverflow: @escaping @Sendable (_ droppedSoFar: Int) -> Void = { _ in }) {
        state = Mutex(State(queue: queue))
        self.reportOverflow = reportOverflow
    }

    /// Puts an element in; it is ignored once the mailbox is finished.
    package func put(_ element: Queue.Element) {
        let (delivery, overflow) = state.withLock { state -> (Delivery?, Int?) in
            guard !state.isFinished else { return (nil, nil) }
            let overflow = state.queue?.append(element) ?? nil
            guard let reader = state.reader, let next = state.queue?.popFirst() else { return (nil, overflow) }
            state.reader = nil
            return (Delivery(reader: reader, element: next), overflow)
        }
        if let delivery { delivery.reader.resume(returning: delivery.element) }
        if let overflow { reportOverflow(overflow) }
    }

    /// The next element, or `nil` once the mailbox is finished and empty, or the task is cancelled.
    ///
    /// There is one reader: a second one at the same time gets `nil` at once.
    package func next() async -> Queue.Element? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Queue.Element?? = state.withLock { state in
                    if let element = state.queue?.popFirst() { return element }
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

    /// Takes nothing more in.
    ///
    /// - Parameter discarding: Whether what is held is forgotten, rather than still to be read.
    package func finish(discarding: Bool = false) {
        let reader = state.withLock { state in
            state.isFinished = true
            if discarding { state.queue = nil }
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }

    private struct Delivery: Sendable {
        var reader: CheckedContinuation<Queue.Element?, Never>
        var element: Queue.Element
    }
}
