public import Foundation
import Mailboxes
import Synchronization

/// The messages of one subject, for one reader.
///
/// Letting go of it, ending the iteration, or cancelling the task that reads unsubscribes. It ends when the connection
/// is closed for good; it goes on over a connection that is lost and made again, but what was published meanwhile is
/// gone. A reader that falls behind loses the oldest messages: ``dropped`` counts them, and the connection reports it.
public final class NATSSubscription: AsyncSequence, Sendable {
    /// What came.
    public typealias Element = NATSMessage
    /// It ends; it does not fail.
    public typealias Failure = Never

    private let mailbox: Mailbox<MessageQueue>
    private let droppedCount: MessageQueue.Count
    /// Kept, so that the connection lasts while its messages are read.
    private let connection: NATSConnection
    private let events: ConnectionEvents
    private let closingAction: Int
    private let handle: Mutex<SubscriptionHandle?>

    init(
        _ handle: SubscriptionHandle, mailbox: Mailbox<MessageQueue>, dropped: MessageQueue.Count,
        connection: NATSConnection, events: ConnectionEvents
    ) {
        self.handle = Mutex(handle)
        self.mailbox = mailbox
        droppedCount = dropped
        self.connection = connection
        self.events = events
        closingAction = events.whenClosed { mailbox.finish() }
    }

    deinit {
        events.forget(closingAction)
        mailbox.finish(discarding: true)
    }

    /// How many messages were dropped because the reader fell behind.
    public var dropped: Int { droppedCount.current }

    /// Ends the subscription now, and with it the iteration.
    public func unsubscribe() {
        // The handle is returned, so that its deinit runs outside the lock.
        _ = handle.withLock { handle in
            defer { handle = nil }
            return handle
        }
        mailbox.finish(discarding: true)
    }

    /// The one iterator there is to be.
    public func makeAsyncIterator() -> Iterator { Iterator(scope: Scope(subscription: self), mailbox: mailbox) }

    /// Reads messages in the order they came.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let scope: Scope
        fileprivate let mailbox: Mailbox<MessageQueue>

        /// The next message, or `nil` once the subscription is over.
        public mutating func next() async -> NATSMessage? {
            let message = await mailbox.next()
            if message == nil { scope.subscription.unsubscribe() }
            return message
        }

        /// The next message, or `nil` once the subscription is over.
        public mutating func next(isolation actor: isolated (any Actor)?) async -> NATSMessage? {
            await next()
        }
    }

    /// Ends the subscription when the iterator goes.
    fileprivate final class Scope: Sendable {
        let subscription: NATSSubscription

        init(subscription: NATSSubscription) { self.subscription = subscription }

        deinit { subscription.unsubscribe() }
    }
}

/// A message as it came.
public struct NATSMessage: Hashable, Sendable {
    /// The subject it was published to.
    public var subject: String
    /// Its bytes.
    public var payload: Data

    /// A message.
    public init(subject: String, payload: Data) {
        self.subject = subject
        self.payload = payload
    }
}
