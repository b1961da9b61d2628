import FexValues

/// What an app shows of a wallet that is not on the screen: on its icon, or in a corner.
public struct WalletBadge: Hashable, Sendable {
    /// How many requests wait for the customer, those of muted merchants included.
    public var waitingRequests: Int
    /// How many decisions are not settled: not sent yet, or with an outcome that is not known.
    public var unresolvedDecisions: Int
    /// Whether somebody is logged in.
    public var session: SessionState

    /// A badge, as for a preview.
    public init(waitingRequests: Int, unresolvedDecisions: Int, session: SessionState) {
        self.waitingRequests = waitingRequests
        self.unresolvedDecisions = unresolvedDecisions
        self.session = session
    }
}

extension Wallet {
    /// What a badge shows: now, and whenever one of the three changes. A request whose time runs out goes at that time.
    ///
    /// What it costs does not grow with the history, nor with the requests that are over. The sequence throws
    /// ``StorageError`` where the database can't be read, and ``OpeningError/closed`` once the wallet is closed.
    public func watchBadge() -> some AsyncSequence<WalletBadge, any Error> & Sendable {
        let (store, account) = (store, account)
        return DeviceWatch<WalletBadge>(
            hear: {
                var counts = account.sessionCounts
                counts.append(try await store.watchedApprovalChanges())
                counts.append(try await store.watchedOutboxChanges())
                return counts
            }, time: account.time, clock: account.clock
        ) {
            let shown = Shown<WalletBadge>()
            return { now in
                let session = try await account.loadSession()
                let (counts, next) = try await store.readApprovals(at: now) { db in
                    (try StoredApproval.countWaiting(db, at: now), try Decision.countOutbox(db))
                }
                let badge = WalletBadge(
                    waitingRequests: counts.0, unresolvedDecisions: counts.1, session: session)
                return .init(element: shown.exchange(badge), next: next)
            }
        }
    }
}
