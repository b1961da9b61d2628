import CNATS
import Foundation
import Synchronization

/// Owns a `natsConnection`. libnats locks it itself, so any thread may use it; it is destroyed once, with this.
@safe final class ConnectionHandle: Sendable {
    private nonisolated(unsafe) let pointer: OpaquePointer
    /// The addresses of subscriptions that nobody has any more.
    private let ended = Mutex<[UInt]>([])

    init(owning pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    deinit {
        // Destroying closes, which joins threads of libnats, and the last reference may go on one of those.
        nonisolated(unsafe) let pointer = unsafe pointer
        let ended = ended.withLock { $0 }
        BlockingCalls.start {
            unsafe natsConnection_Destroy(pointer)
            for subscription in ended { unsafe natsSubscription_Destroy(OpaquePointer(bitPattern: subscription)) }
        }
    }

    /// Unsubscribes, and destroys the subscription with the connection.
    ///
    /// Not before: before libnats 3.6 the thread that reads may have just looked up a subscription for a message that came, and
    /// would use it after it is gone.
    func end(_ subscription: OpaquePointer) {
        unsafe natsSubscription_Unsubscribe(subscription)
        ended.withLock { $0.append(UInt(bitPattern: subscription)) }
    }

    /// The last error that the server or libnats noted for the present connection, if any.
    var lastError: NATSError.Code? {
        var text: UnsafePointer<CChar>?
        let status = unsafe natsConnection_GetLastError(pointer, &text)
        return status == NATS_OK ? nil : NATSError.Code(status)
    }

    /// This side's end of the present connection; `nil` where there is none.
    var localEnd: SocketEnd? {
        var address: UnsafeMutablePointer<CChar>?
        var port: Int32 = 0
        guard unsafe natsConnection_GetLocalIPAndPort(pointer, &address, &port) == NATS_OK else { return nil }
        defer { unsafe free(address) }
        guard let address = unsafe address else { return nil }
        return unsafe SocketEnd(address: String(cString: address), port: Int(port))
    }

    /// How many whole messages came, over this connection and those before it.
    var receivedMessages: UInt64 {
        var counts: OpaquePointer?
        guard unsafe natsStatistics_Create(&counts) == NATS_OK else { return 0 }
        defer { unsafe natsStatistics_Destroy(counts) }
        var messages: UInt64 = 0
        guard unsafe natsConnection_GetStats(pointer, counts) == NATS_OK else { return 0 }
        _ = unsafe natsStatistics_GetCounts(counts, &messages, nil, nil, nil, nil)
        return messages
    }

    /// Puts a message into the buffer of what is to be sent.
    func publish(_ payload: Data, to subject: String) throws(NATSError) {
        guard let length = Int32(exactly: payload.count) else {
            throw NATSError(.payloadTooLarge, detail: "\(payload.count) bytes")
        }
        let status = unsafe payload.withUnsafeBytes { bytes in
            unsafe natsConnection_Publish(pointer, subject, bytes.baseAddress, length)
        }
        try NATSError.check(status)
    }

    /// Asks for interest in a subject; the callback is ``onMessage``.
    func subscribe(_ subject: String, closure: UnsafeMutableRawPointer?) throws(NATSError) -> OpaquePointer {
        var subscription: OpaquePointer?
        try unsafe NATSError.check(natsConnection_Subscribe(&subscription, pointer, subject, onMessage, closure))
        guard let subscription = unsafe subscription else { throw NATSError(NATS_NO_MEMORY) }
        return unsafe subscription
    }

    /// Waits for an answer of the server to everything sent before. Blocks.
    func flush(milliseconds: Int64) throws(NATSError) {
        try unsafe NATSError.check(natsConnection_FlushTimeout(pointer, max(milliseconds, 1)))
    }

    /// Closes for good; the pointer stays good. Blocks.
    func close() {
        unsafe natsConnection_Close(pointer)
    }
}

/// Owns a `natsSubscription`, and where its messages go. Letting go of it unsubscribes.
@safe package final class SubscriptionHandle: Sendable {
    /// What takes the messages of each subscription.
    static let table = CallbackTable<@Sendable (NATSMessage) -> Void>()

    private let token: CallbackToken
    private let connection: ConnectionHandle
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
        self.connection = connection
    }

    deinit {
        Self.table.remove(token)
        unsafe connection.end(pointer)
    }
}
