import FexValues
import Logging

/// What tills ask this wallet, read from the platform by its change feed.
struct ApprovalFeed: Sendable {
    /// The most changes of one answer.
    private static let limit = 200
    /// For how many requests of a page a third answer is asked for; the others are told again with the next reading.
    private static let mostThirds = 20

    let calls: any IntentCalls & FeedCalls
    let store: WalletStore
    let time: ServerTime
    let log: Logger
    private let knowsSummary = CurrentValue(true)

    init(calls: any IntentCalls & FeedCalls, store: WalletStore, time: ServerTime, log: Logger) {
        self.calls = calls
        self.store = store
        self.time = time
        self.log = log
    }

    /// Reads the feed from where it was left to its end; what it brought is durable when this returns.
    ///
    /// A row that can't be read is kept aside, and holds up no other. A feed that has fallen back behind the cursor is read
    /// from its beginning.
    ///
    /// - Parameter mayRestart: Whether it may be, if need be.
    /// - Throws: ``PlatformError``; what was read until then stays read.
    func catchUp(mayRestart: Bool = true) async throws -> FeedNews {
        guard let wallet = try await store.loadAccount()?.wallet else { throw SessionError.notLoggedIn }
        var reader = FeedReader(
            FeedQuery(feed: .approvals, limit: Self.limit, isSummary: true), calls: calls, knowsSummary: knowsSummary)
        let retried = try await retryQuarantined(by: reader, of: wallet)
        var news = FeedNews(count: retried.news)
        let unnamed = try await store.loadApprovalsNotNamedByFeed()
        let known = try await store.loadCursor(in: .approvals)
        var cursor = known?.beginning(limit: Self.limit)
        var reading = ApprovalReading(before: known)
        // What the open requests have brought that the feed is about to tell.
        var brought = 0
        if let known, known.checked == nil, !known.isReread {
            let open = try await readOpenAgain(by: &reader, of: wallet, known)
            news.count += open.news
            brought = open.news
            if open.isBehind {
                cursor = try await restart(from: cursor, mayRestart)
                (news.wentBack, reading) = (true, ApprovalReading(before: cursor))
            }
        }
        while true {
            let page = try await reader.read(after: cursor)
            guard !page.isBehind else {
                cursor = try await restart(from: cursor, mayRestart && !news.wentBack)
                (news.wentBack, reading) = (true, ApprovalReading(before: cursor))
                continue
            }
            let rows = FeedRows<PaymentIntent>(page, for: wallet)
            note(rows.refused)
            var told = try await decide(rows.taken, knownUpTo: page.start?.readBefore ?? 0, of: wallet)
            if page.start == nil {
                guard let others = try await fetchKnownApprovals(besides: Set(rows.taken.map(\.value.id))) else {
                    cursor = FeedCursor(after: 0)
                    continue
                }
                told.intents += others
            }
            reading.isSettled = reading.isSettled && told.isSettled
            let saved = try await store.saveApprovals(
                told.intents, thirds: told.thirds, refused: rows.refused, after: page.start, readAfter: cursor,
                next: reading.next(page, limit: Self.limit, at: time.now()), at: time.now())
            guard let saved else {
                cursor = try await store.loadCursor(in: .approvals)
                reading.before = cursor
                continue
            }
            let isKnown = page.start.map { $0.isReread || $0.readBefore != nil } ?? false
            let again = isKnown ? max(0, rows.taken.count - saved) : min(brought, rows.taken.count)
            brought -= isKnown ? 0 : again
            news.count += rows.taken.count - again
            cursor = page.next
            guard page.hasMore else { break }
        }
        try await store.removeQuarantined(retried.gone, at: time.now())
        try await askAgain(about: unnamed)
        return news
    }

    /// Has what waits told a second time, after the feed was read for the first time: the first answer may have left some out,
    /// or have said that the feed goes further than it does.
    ///
    /// - Returns: How much of it said something new, and whether the feed ends before the cursor.
    private func readOpenAgain(
        by reader: inout FeedReader, of wallet: WalletID, _ known: FeedCursor
    ) async throws -> (news: Int, isBehind: Bool) {
        let page = try await reader.read(after: nil)
        guard page.start != nil || page.next.after >= known.after else { return (0, true) }
        let rows = FeedRows<PaymentIntent>(page, for: wallet)
        note(rows.refused)
        let told = try await decide(rows.taken, knownUpTo: known.after, of: wallet)
        var next = known
        if known.isApart(from: time.now()), told.isSettled { next.checked = known.after }
        let saved = try await store.saveApprovals(
            told.intents, thirds: told.thirds, refused: rows.refused, after: known, readAfter: known, next: next,
            at: time.now())
        return (saved ?? 0, false)
    }

    /// The requests of a page as they are taken in: of one that contradicts what was told before, what a third answer says.
    private func decide(
        _ rows: [FeedRow<PaymentIntent>], knownUpTo: Int, of wallet: WalletID
    ) async throws -> ToldRequests {
        let contradicted = try await store.loadContradicted(rows, knownUpTo: knownUpTo)
        guard !contradicted.isEmpty else { return ToldRequests(intents: rows.map(\.value)) }
        var thirds: [IntentID: PaymentIntent] = [:]
        for id in contradicted.prefix(Self.mostThirds) {
            let third = try await ThirdAnswer(calls: calls, time: time).ask(id)
            // What is aimed at another wallet is no request of this one's.
            if third?.targetWallet == wallet { thirds[id] = third }
        }
        let left = Set(contradicted)
        return ToldRequests(
            intents: rows.compactMap { left.contains($0.value.id) ? thirds[$0.value.id] : $0.value },
            thirds: Set(thirds.keys), isSettled: thirds.count == left.count)
    }

    private func restart(from cursor: FeedCursor?, _ mayRestart: Bool) async throws -> FeedCursor {
        guard mayRestart else { throw MalformedDocument.goesBackwards.failure() }
        log.notice("the platform's feed of requests ends before what is known: reading it again")
        return try await store.restart(.approvals, from: cursor)
    }

    /// Asks again for rows that are kept aside; that is tried, and keeps nothing else from being done.
    private func retryQuarantined(by reader: FeedReader, of wallet: WalletID) async throws -> RetriedRows {
        let due = try await store.loadDueQuarantine(in: .approvals, at: time.now())
        return try await reader.retry(due, from: store, time) { row, page, isFresh in
            let rows = FeedRows<PaymentIntent>(page, for: wallet)
            return try await store.saveRetried(row, rows, of: page, isFresh: isFresh, at: time.now())
        }
    }

    /// The requests that were heard of before the feed was read for the first time, and are not among those with which it
    /// begins: what is over by then it doesn't tell.
    ///
    /// - Returns: `nil` where one can't be had, or is shown as open though the feed, which begins with what is, leaves it out:
    ///   one of the two answers was old, or not the platform's. So the feed has to be read from its first change, and tells
    ///   of all.
    private func fetchKnownApprovals(besides listed: Set<IntentID>) async throws -> [PaymentIntent]? {
        var intents: [PaymentIntent] = []
        let known = try await store.loadApprovalsNotEnded(at: time.now())
        for known in known where known.intent.status.isOpen && !listed.contains(known.intent.id) {
            do {
                let intent = try await calls.fetchIntent(known.intent.id)
                guard !intent.status.isOpen else { return nil }
                intents.append(intent)
            } catch let error as PlatformError {
                guard !error.isOutOfReach || error.isTooLong else { throw error }
                return nil
            }
        }
        return intents
    }

    /// Asks for requests again of which an event told, and that the feed has not named since: it was read past them before.
    ///
    /// What followed the event may have been an old answer to a request that is over, of which nothing else tells any more.
    private func askAgain(about unnamed: [IntentID]) async throws {
        guard !unnamed.isEmpty else { return }
        let unnamed = Set(unnamed).intersection(try await store.loadApprovalsNotNamedByFeed())
        for id in unnamed.sorted() {
            do {
                let intent = try await calls.fetchIntent(id)
                guard !intent.status.isOpen else { continue }
                _ = try await store.saveApproval(intent, cameBy: .feed, at: time.now())
            } catch let error as PlatformError {
                // The next reading asks again.
                guard !error.isPassing || error.isTooLong else { return }
            }
        }
    }

    private func note(_ refused: [RefusedRow]) {
        for row in refused {
            log.warning("request in the feed kept aside", metadata: ["id": "\(row.id ?? "-")", "why": "\(row.why)"])
        }
    }
}

/// One reading of the feed, from where it stood to its end.
private struct ApprovalReading {
    /// Where the feed stood when it began; `nil` where it is read for the first time.
    var before: FeedCursor?
    /// Whether nothing on any of its pages has to be told again for what it contradicts.
    var isSettled = true

    /// How far the feed is read after a page.
    func next(_ page: FeedPage, limit: Int, at now: Timestamp) -> FeedCursor {
        var next = page.next
        next.readAt = now
        guard let before else { return next }
        next = next.checked(since: before, limit: limit, at: now)
        // Further behind than an answer is long, none of it would be told again.
        if !isSettled { next.checked = before.checked.map { max($0, next.after - limit) } }
        return next
    }
}

/// The requests of a page, as they are taken in.
private struct ToldRequests {
    var intents: [PaymentIntent]
    /// Those that a third answer has decided on.
    var thirds: Set<IntentID> = []
    /// Whether all were decided on that contradict what was told before.
    var isSettled = true
}

/// What a reading of a feed brought.
struct FeedNews: Hashable, Sendable {
    /// How many changes.
    var count = 0
    /// Whether the platform had forgotten some of what was known, so that the feed was read again.
    var wentBack = false
    /// Whether all there is was read. A list that shifts while it is read may not let that be known.
    var isWhole = true

    mutating func add(_ other: FeedNews) {
        count += other.count
        wentBack = wentBack || other.wentBack
        isWhole = isWhole && other.isWhole
    }
}

extension MalformedDocument {
    /// What is wrong with a feed that falls back again while it is read anew.
    static let goesBackwards = MalformedDocument(field: "next", problem: "goes backwards again and again")
}

extension PlatformError {
    /// Whether it says nothing of what the platform knows.
    var isPassing: Bool {
        switch reason {
        case .transport, .unavailable: true
        case .refused, .refusedByOther, .malformed, .unknownCurrency: false
        }
    }
}
