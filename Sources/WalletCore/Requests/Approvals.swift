public import FexValues
public import Foundation
import Logging

/// The inbox: what tills ask of this customer, from the event stream, the change feed and push notifications made one.
///
/// Each request is there once, however often and by whichever way it comes: an answered or expired one never comes back as
/// new. What a request costs does not grow with those there have been.
public struct Approvals: Sendable {
    let store: WalletStore
    let time: ServerTime
    let clock: any WalletClock
    /// The way by which all of them come, sooner or later.
    let feed: ApprovalFeed
    /// The way by which they come at once.
    let hints: HintFollower

    init(
        calls: any IntentCalls & FeedCalls, store: WalletStore, time: ServerTime, clock: any WalletClock, log: Logger
    ) {
        self.store = store
        self.time = time
        self.clock = clock
        feed = ApprovalFeed(calls: calls, store: store, time: time, log: log)
        hints = HintFollower(calls: calls, store: store, time: time, clock: clock, feed: feed, log: log)
    }

    /// Every request that this device keeps, newest first, from the device: all that wait, all that were ever decided on,
    /// and of those that are over without a decision the newest thousand.
    ///
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public func load() async throws -> [ApprovalRequest] {
        try await store.loadApprovals(at: time.now())
    }

    /// One request, from the device; `nil` if this device was never asked it, or keeps it no more.
    ///
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public func load(_ intent: IntentID) async throws -> ApprovalRequest? {
        try await store.loadApproval(intent, at: time.now())
    }

    /// The requests that wait for the customer or for the platform, newest first, from the device.
    ///
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public func loadOpen() async throws -> [ApprovalRequest] {
        try await store.loadOpenApprovals(at: time.now())
    }

    /// Takes a push notification that a shell was handed; its request is in the inbox when this returns.
    ///
    /// - Parameter payload: The platform's JSON, the same as an event's.
    /// - Returns: The request that it is about, as the inbox has it now, new or not: never what the payload claims. `nil` where
    ///   it is about none of this wallet's.
    /// - Throws: ``SessionError`` where nobody is logged in; ``PlatformError`` if the platform can't be asked about it;
    ///   ``SecretStoreError``; ``StorageError``; `CancellationError`. The change feed brings it all the same.
    @discardableResult
    public func receive(push payload: Data) async throws -> ApprovalRequest? {
        try await store.gate.call { try await follow(push: payload) }
    }

    /// Reads a payload, and follows it if it is a hint.
    func follow(push payload: Data) async throws -> ApprovalRequest? {
        guard let account = try await store.loadAccount() else { throw SessionError.notLoggedIn }
        guard let hint = hints.read(payload, for: account.wallet) else { return nil }
        do { try await hints.follow(hint, for: account.wallet, by: .push) } catch let error as PlatformError {
            guard case .refused = error.reason else { throw error }
            _ = try await hints.bringByFeed(hint)
        }
        return try await store.loadApproval(hint.intent, at: time.now())
    }

    /// Reads the change feed from where it was left to its end; what it brought is durable when this returns.
    ///
    /// A request that can't be read is kept aside (``Sync/loadQuarantine()``), and holds up no other.
    ///
    /// - Returns: How many changes came.
    /// - Throws: ``SessionError`` where nobody is logged in, or the session has ended; ``PlatformError`` where the
    ///   platform can't be asked; ``SecretStoreError``; ``StorageError``; `CancellationError`. What came until then is
    ///   kept.
    @discardableResult
    public func catchUp() async throws -> Int { try await store.gate.call { try await feed.catchUp().count } }
}
