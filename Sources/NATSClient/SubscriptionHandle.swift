import CNATS

/// Owns a `natsSubscription`, and where its messages go. Letting go of it unsubscribes.
@safe package final class SubscriptionHandle: Sendable {
    /// What takes the messages of each subscription.
    static let table = CallbackTable<@Sendable (NATSMessage) -> Void>()

    private let token: CallbackToken
    private nonisolated(unsafe) let pointer: OpaquePointer

    /// Subscribes.
    ///
    /// - Parameter deliver: Takes each message, on a thread that all subscriptions share: it must not block.
    init(
        _ subject: String, on connection: ConnectionHandle, deliver: @escaping @Sendable (NATSMessage) -> Void
    ) throws(NATSError) {
        try NATSSubject.checkForSubscribing(subject)
        let token = Self.table.insert(deliver)
        do {
            unsafe pointer = try connection.subscribe(subject, closure: token.closure)
        } catch {
            Self.table.remove(token)
            throw error
        }
        self.token = token
    }

    deinit {
        Self.table.remove(token)
        unsafe natsSubscription_Destroy(pointer)
    }
}
