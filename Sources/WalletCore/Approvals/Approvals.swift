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
    private let log: Logger

    init(
        calls: any IntentCalls & FeedCalls, store: WalletStore, time: ServerTime, clock: any WalletClock, log: Logger
    ) {
        self.calls = calls
        self.store = store
        self.time = time
        self.clock = clock
        refusals = RefusalLog(clock: clock, log: log)
        self.log = log
    }

    /// Every request that this device keeps, newest first, from the device: all that wait, all that were ever decided on,
    /// and of those that are over without a decision the newest thousand.
    public func load() async throws -> [Approval] {
        try await store.loadApprovals(at: time.now())
    }

    /// One request, from the device; `nil` if this device was never asked it, or keeps it no more.
    public func load(_ intent: IntentID) async throws -> Approval? {
        try await store.loadApproval(intent, at: time.now())
    }

    /// The requests that wait for the customer or for the platform, newest first, from the device.
    public func loadOpen() async throws -> [Approval] {
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
    func receive(_ payload: Data, by way: ApprovalWay) async throws -> Bool {
        guard let account = try await store.loadAccount() else { throw SessionError.notLoggedIn }
        guard let hint = readHint(payload, for: account.wallet) else { return false }
        return try await follow(hint, for: account.wallet, by: way)
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
    func follow(_ hint: ApprovalHint, for wallet: WalletID, by way: ApprovalWay) async throws -> Bool {
        do {
            var isFeedRead = try await store.loadPlace(in: .approvals) != nil
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
        }
    }

    /// The intent that a hint names, if it bears the hint out.
    private func fetch(_ hint: ApprovalHint, for wallet: WalletID) async throws -> PaymentIntent {
        do {
            let intent = try await calls.fetchIntent(hint.intent)
            try hint.check(against: intent, wallet: wallet, now: time.now())
            return intent
        } catch let error as PlatformError {
            guard case .refused = error.reason else { throw error }
            throw HintRefusal(kind: .unknownIntent, why: "the platform knows no such intent")
        }
    }

    /// Reads the change feed from where it was left to its end; what it brought is durable when this returns.
    ///
    /// - Returns: How many changes came.
    @discardableResult
    public func catchUp() async throws -> Int {
        guard let account = try await store.loadAccount() else { throw SessionError.notLoggedIn }
        var count = 0
        var place = try await store.loadPlace(in: .approvals)
        while true {
            let page = try await calls.fetchApprovals(after: place)
            var intents = page.items.compactMap { intent(in: $0, of: account.wallet) }
            if place == nil { intents += try await fetchOthersHeardOf(than: Set(intents.map(\.id))) }
            guard try await store.saveApprovals(intents, after: place, next: page.next, at: time.now()) else {
                place = try await store.loadPlace(in: .approvals)
                continue
            }
            count += page.items.count
            place = page.next
            guard page.hasMore else { return count }
        }
    }

    /// The requests that were heard of before the feed was read for the first time, and are not among those with which it
    /// begins: what is over by then it doesn't tell.
    private func fetchOthersHeardOf(than listed: Set<IntentID>) async throws -> [PaymentIntent] {
        var intents: [PaymentIntent] = []
        for known in try await load() where known.intent.status.isOpen && !listed.contains(known.intent.id) {
            do {
                intents.append(try await calls.fetchIntent(known.intent.id))
            } catch let error as PlatformError {
                // One that the platform won't tell of holds up no other.
                guard case .refused = error.reason else { throw error }
            }
        }
        return intents
    }

    /// One entry of the feed; an unusable one is named and passed over, so that it can't hold up the others.
    private func intent(in item: JSON, of wallet: WalletID) -> PaymentIntent? {
        do {
            let intent = try PaymentIntent(document: item["payment_intent"] ?? .null)
            guard intent.targetWallet == wallet else {
                throw MalformedDocument(field: "target_wallet_id", problem: "is not this wallet")
            }
            return intent
        } catch {
            log.warning("request in the feed refused", metadata: ["why": "\(error)"])
            return nil
        }
    }
}
