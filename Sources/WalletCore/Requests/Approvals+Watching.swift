import Synchronization

extension Approvals {
    /// The requests that wait for the customer or for the platform, newest first: now, and again whenever that changes. One
    /// whose time runs out goes at that time, also while nobody can be reached.
    ///
    /// Each element holds all of them, muted ones too. Where a merchant may have thousands, ``watchGroups(newest:)`` shows
    /// them at less cost, and ``watchNews()`` tells of what has changed alone. One that is no longer there is over;
    /// ``load(_:)`` tells how it ended.
    public func watch() -> some AsyncSequence<[ApprovalRequest], any Error> & Sendable {
        watch { store in
            let (reader, shown) = (ApprovalReader(), Shown<[ApprovalRequest]>())
            return { now in
                let (open, next) = try await store.readApprovals(at: now) { db in
                    try reader.read(StoredApproval.fetch(db, where: StoredApproval.isOpen, at: now), at: now)
                }
                return .init(element: shown.exchange(open), next: next)
            }
        }
    }

    /// What the customer is to be told of requests, as it happens: first those that are open, the oldest first; then each
    /// that comes, that says something else than before, or that is over.
    ///
    /// Requests of a muted merchant are left out as long as several of them wait; the only one never is. What it costs to
    /// hear of a request doesn't grow with those that are open, or were.
    public func watchNews() -> some AsyncSequence<[ApprovalRequest], any Error> & Sendable {
        watch { store in
            let news = Mutex(ApprovalNews())
            return { now in
                let mark = news.withLock { $0.mark }
                let (changes, next) = try await store.readApprovals(at: now) {
                    try ApprovalNews.Changes.fetch($0, since: mark, at: now)
                }
                let told = news.withLock { $0.take(changes) }
                return .init(element: mark != nil && told.isEmpty ? nil : told, next: next)
            }
        }
    }

    /// The requests that wait for the customer, by merchant, now and whenever that changes; who asked last comes first.
    ///
    /// - Parameter newest: How many requests of each merchant are given at most.
    public func watchGroups(newest: Int = 3) -> some AsyncSequence<[ApprovalGroup], any Error> & Sendable {
        watch { store in
            let shown = Shown<[ApprovalGroup]>()
            return { now in
                let (groups, next) = try await store.readApprovals(at: now) {
                    try ApprovalGroup.fetch($0, newest: newest, at: now)
                }
                return .init(element: shown.exchange(groups), next: next)
            }
        }
    }

    private func watch<Element: Sendable>(
        _ begin: @escaping @Sendable (WalletStore) -> DeviceWatch<Element>.Look
    ) -> DeviceWatch<Element> {
        DeviceWatch(
            hear: { [store] in [try await store.watchedApprovalChanges()] }, time: time, clock: clock
        ) { [store] in begin(store) }
    }
}
