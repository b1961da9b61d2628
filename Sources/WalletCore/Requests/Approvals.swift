public import FexValues
public import Foundation
import Logging

/// The inbox: what tills ask of this customer, from the event stream, the change feed and push notifications made one.
///
/// Each request is there once, however often and by whichever way it comes: an answered or expired one never comes back as
/// new. What a request costs does not grow with those there have been.
public struct Approvals: Sendable {
    private let calls: any IntentCalls & FeedCalls
    let store: WalletStore
    let time: ServerTime
    let clock: any WalletClock
    private let refusals: RefusalLog
    /// The way by which all of them come, sooner or later.
    let feed: ApprovalFeed

    init(
        calls: any IntentCalls & FeedCalls, store: WalletStore, time: ServerTime, clock: any WalletClock, log: Logger
    ) {
        self.calls = calls
        self.store = store
        self.time = time
        self.clock = clock
        refusals = RefusalLog(clock: clock, log: log)
        feed = ApprovalFeed(calls: calls, store: store, time: time, log: log)
    }

    /// Every request that this device keeps, newest first, from the device: all that wait, all that were ever decided on,
    /// and of those that are over without a decision the newest thousand.
    public func load() async throws -> [ApprovalRequest] {
        try await store.loadApprovals(at: time.now())
    }

    /// One request, from the device; `nil` if this device was never asked it, or keeps it no more.
    public func load(_ intent: IntentID) async throws -> ApprovalRequest? {
        try await store.loadApproval(intent, at: time.now())
    }

    /// The requests that wait for the customer or for the platform, newest first, from the device.
    public func loadOpen() async throws -> [ApprovalRequest] {
        try await store.loadOpenApprovals(at: time.now())
    }

    /// Takes a push notification that a shell was handed; its request is in the inbox when this returns.
    ///
    /// - Parameter pushPayload: The platform's JSON, the same as an event's.
    /// - Returns: Whether it brought a request that is new on this device.
    /// - Throws: ``PlatformError`` if the platform can't be asked about it.
    @discardableResult
    public func receive(pushPayload: Data) async throws -> Bool {
        try await receive(pushPayload, by: .push)
    }

    /// Reads a payload, and follows it if it is a hint.
    func receive(_ payload: Data, by way: ApprovalSource) async throws -> Bool {
        guard let account = try await store.loadAccount() else { throw SessionError.notLoggedIn }
        guard let hint = readHint(payload, for: account.wallet) else { return false }
        do { return try await follow(hint, for: account.wallet, by: way) } catch let error as PlatformError {
            guard case .refused = error.reason else { throw error }
            return try await bringsByFeed(hint)
        }
    }

    /// What a payload claims; `nil` if it is refused without anybody having to be asked.
    func readHint(_ payload: Data, for wallet: WalletID) -> ApprovalHint? {
        do {
            let hint = try ApprovalHint(payload: payload)
            try hint.check(isFor: wallet)
            return hint
        } catch {
            refusals.note(error)
            return nil
        }
    }

    /// Follows a hint: fetches the intent, and takes it in only if it is aimed at this wallet and still waits.
    ///
    /// - Throws: ``PlatformError``, a refusal too: whoever refused may not have been the platform, and the feed has to tell.
    func follow(_ hint: ApprovalHint, for wallet: WalletID, by way: ApprovalSource) async throws -> Bool {
        do {
            var isFeedRead = try await store.loadCursor(in: .approvals) != nil
            while true {
                let intent = try await fetch(hint, for: wallet)
                let isNew = try await store.saveApproval(
                    intent, cameBy: way, whereFeedWasRead: isFeedRead, at: time.now())
                if let isNew { return isNew }
                isFeedRead = true
            }
        } catch let refusal as HintRefusal {
            refusals.note(refusal)
            return false
        } catch let error as PlatformError where error.isTooLong {
            // The feed leaves out what may be long.
            return try await bringsByFeed(hint)
        }
    }

    /// Reads the feed, and says whether that brought the request of a hint.
    private func bringsByFeed(_ hint: ApprovalHint) async throws -> Bool {
        let isKnown = try await store.loadApproval(hint.intent, at: time.now()) != nil
        try await catchUp()
        let isThere = try await store.loadApproval(hint.intent, at: time.now()) != nil
        return isThere && !isKnown
    }

    /// The intent that a hint names, if it bears the hint out.
    private func fetch(_ hint: ApprovalHint, for wallet: WalletID) async throws -> PaymentIntent {
        do {
            let intent = try await calls.fetchIntent(hint.intent)
            try hint.check(against: intent, wallet: wallet, now: time.now())
            return intent
        } catch let error as PlatformError {
            switch error.reason {
            case .refused:
                refusals.note(HintRefusal(kind: .unknownIntent, why: "the platform knows no such intent"))
                throw error
            case .unknownCurrency: throw HintRefusal(kind: .unreadable, why: error.description)
            case .transport, .malformed, .unavailable: throw error
            }
        }
    }

    /// Reads the change feed from where it was left to its end; what it brought is durable when this returns.
    ///
    /// A request that can't be read is kept aside (``Sync/loadQuarantine()``), and holds up no other.
    ///
    /// - Returns: How many changes came.
    @discardableResult
    public func catchUp() async throws -> Int { try await feed.catchUp().count }
}
