import FexValues
import Foundation
import Logging

/// Makes requests of what claims to be one: a payload is read, and the platform is asked before anything is shown.
struct HintFollower: Sendable {
    private let calls: any IntentCalls
    private let store: WalletStore
    private let time: ServerTime
    private let feed: ApprovalFeed
    private let refusals: RefusalLog

    init(
        calls: any IntentCalls, store: WalletStore, time: ServerTime, clock: any WalletClock, feed: ApprovalFeed,
        log: Logger
    ) {
        self.calls = calls
        self.store = store
        self.time = time
        self.feed = feed
        refusals = RefusalLog(clock: clock, log: log)
    }

    /// What a payload claims; `nil` if it is refused without anybody having to be asked.
    func read(_ payload: Data, for wallet: WalletID) -> ApprovalHint? {
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
    /// - Returns: Whether it brought a request that is new on this device.
    /// - Throws: ``PlatformError``, a refusal too: whoever refused may not have been the platform, and the feed has to tell.
    @discardableResult
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
            return try await bringByFeed(hint)
        }
    }

    /// Reads the feed, and says whether that brought the request of a hint.
    func bringByFeed(_ hint: ApprovalHint) async throws -> Bool {
        let isKnown = try await store.loadApproval(hint.intent, at: time.now()) != nil
        _ = try await feed.catchUp()
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
            case .transport, .malformed, .refusedByOther, .unavailable: throw error
            }
        }
    }
}

/// The hints of one event stream: several are followed at a time, and those of one intent one after the other.
struct HintStream: Sendable {
    let follower: HintFollower
    let wallet: WalletID
    /// Has the feed read; in the place of what has just failed, if anything has.
    let readFeed: @Sendable (PlatformError?) -> Void
    private let queue = HintQueue()

    init(follower: HintFollower, wallet: WalletID, readFeed: @escaping @Sendable (PlatformError?) -> Void) {
        self.follower = follower
        self.wallet = wallet
        self.readFeed = readFeed
    }

    /// Takes a payload, and returns at once: it is followed by ``run()``, or the feed brings what it hinted at.
    func take(_ payload: Data) {
        guard let hint = follower.read(payload, for: wallet) else { return }
        if !queue.add(hint) { readFeed(nil) }
    }

    /// Follows hints until the calling task is cancelled. Where the platform can't be asked about one, the feed is read.
    ///
    /// - Throws: What is not the platform's: ``SessionError``, ``StorageError``; `CancellationError`.
    func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for await hint in queue.ready {
                group.addTask {
                    do {
                        do { try await follower.follow(hint, for: wallet, by: .stream) } catch let error
                            as PlatformError
                        {
                            try Task.checkCancellation()
                            readFeed(error)
                        }
                        queue.finish(hint)
                    } catch {
                        queue.end()
                        throw error
                    }
                }
            }
        }
        try Task.checkCancellation()
    }
}
