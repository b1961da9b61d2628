import FexValues
import GRDB

/// A change feed that is read by cursor.
public struct FeedName: RawRepresentable, Hashable, Sendable, CaseIterable {
    /// The feed's name at the platform, the last part of its path: `approvals`.
    public let rawValue: String

    private init(_ name: String) { rawValue = name }

    /// The feed of a name; `nil` where this version reads none that is called so.
    public init?(rawValue: String) {
        guard let known = FeedName.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = known
    }

    /// What tills ask this wallet.
    public static let approvals = FeedName("approvals")
    /// This wallet's movements of money.
    public static let transactions = FeedName("transactions")

    /// The feeds that this version reads.
    public static let allCases: [FeedName] = [.approvals, .transactions]
}

extension WalletStore {
    /// How far a feed has been read; `nil` before the first time.
    func loadCursor(in feed: FeedName) async throws -> FeedCursor? {
        try await readBriefly { try FeedCursor.load($0, in: feed) }
    }

    /// Stores intents aimed at this wallet together with how far the feed has been read.
    ///
    /// - Parameters:
    ///   - refused: The rows between them that are kept aside.
    ///   - place: After which they come; `nil` if they are those with which the feed begins.
    ///   - start: Where the reading of them began: before what was stepped over.
    ///   - thirds: Those among them that decide between two answers which contradict each other.
    /// - Returns: How many said something new; `nil` if nothing was stored. Those with which the feed begins are not if it
    ///   has begun by now: what they say is open may have been over by then, and would not be told again.
    @discardableResult
    func saveApprovals(
        _ intents: [PaymentIntent], thirds: Set<IntentID> = [], refused: [RefusedRow] = [], after cursor: FeedCursor?,
        readAfter start: FeedCursor? = nil, next: FeedCursor, at now: Timestamp
    ) async throws -> Int? {
        try await write { db in
            if cursor == nil, try FeedCursor.load(db, in: .approvals) != nil { return nil }
            let quarantine = Quarantine(db, at: now)
            let isQuarantineEmpty = try quarantine.isEmpty()
            let news = try intents.count { intent in
                if !isQuarantineEmpty { try quarantine.release(.approvals, id: intent.id.rawValue) }
                return try intent.saveFromFeed(db, isThird: thirds.contains(intent.id), at: now)
            }
            try quarantine.put(refused)
            try next.save(db, in: .approvals, readAfter: start)
            return news
        }
    }

    /// Stores what came of asking for a request again that is kept aside.
    ///
    /// - Parameter isFresh: Whether it is surely no old answer.
    func saveRetried(
        _ row: QuarantinedRow, _ rows: FeedRows<PaymentIntent>, of page: FeedPage, isFresh: Bool, at now: Timestamp
    ) async throws -> RetriedRow {
        try await write { db in
            let quarantine = Quarantine(db, at: now)
            let news = try rows.taken.count {
                try quarantine.release(.approvals, id: $0.value.id.rawValue, sequence: $0.origin.sequence)
                return try $0.value.saveFromFeed(db, at: now)
            }
            try quarantine.put(rows.refused)
            let isGone = try quarantine.conclude(row, page, refused: rows.refused, isFresh: isFresh)
            return RetriedRow(news: news, isGone: isGone)
        }
    }

    /// Remembers how far a feed has been read.
    func saveCursor(_ cursor: FeedCursor, in feed: FeedName) async throws {
        try await write { try cursor.save($0, in: feed) }
    }

    /// Has a feed read again from its beginning, since the platform has forgotten some of what was read.
    ///
    /// - Parameter place: How far it was read when that was found. If it has been read further since, nothing changes.
    /// - Returns: Where to go on.
    func restart(_ feed: FeedName, from cursor: FeedCursor?) async throws -> FeedCursor {
        try await write { db in
            let known = try FeedCursor.load(db, in: feed)
            if known?.after == cursor?.reached { try FeedCursor.restart(db, feed) }
            return try FeedCursor.load(db, in: feed) ?? FeedCursor(after: 0)
        }
    }
}

extension PaymentIntent {
    /// Stores a request of the feed.
    ///
    /// - Returns: Whether it said something new.
    fileprivate func saveFromFeed(_ db: Database, isThird: Bool = false, at now: Timestamp) throws -> Bool {
        let isChange = try save(db, isThird: isThird, at: now)
        return try saveToInbox(db, at: now, cameBy: .feed) || isChange
    }
}

extension FeedCursor {
    static func load(_ db: Database, in feed: FeedName) throws -> FeedCursor? {
        try db.row("SELECT after, etag, is_reread, checked, read_at FROM feed WHERE name = ?", [feed.rawValue]) { row in
            let after = Int(try row.integer(0, "feed.after"))
            guard after >= 0 else { throw StorageError.damage("feed.after") }
            return FeedCursor(
                after: after, etag: try row.optionalText(1, "feed.etag"),
                isReread: try row.flag(2, "feed.is_reread"),
                checked: try row.optionalCount(3, "feed.checked"), readAt: try row.optionalTime(4, "feed.read_at"))
        }
    }

    /// Moves the cursor on, never back: answers overtake each other.
    ///
    /// - Parameter start: Where what was read began. If the feed has been set back behind that since, to be read anew, the
    ///   cursor stays: what lies between is yet to be read.
    func save(_ db: Database, in feed: FeedName, readAfter start: FeedCursor? = nil) throws {
        try db.executeCached(
            sql: """
                INSERT INTO feed (name, after, etag, is_reread, checked, read_at)
                    VALUES (:name, :after, :etag, :reread, :checked, :time)
                ON CONFLICT (name) DO UPDATE SET after = excluded.after, etag = excluded.etag,
                    is_reread = excluded.is_reread, checked = excluded.checked,
                    read_at = CASE WHEN excluded.after > after THEN excluded.read_at ELSE read_at END
                WHERE after >= :start AND (excluded.after > after OR (excluded.after = after
                    AND (excluded.etag IS NOT etag OR excluded.is_reread <> is_reread
                        OR excluded.checked IS NOT checked)))
                """,
            arguments: [
                "name": feed.rawValue, "after": after, "etag": etag, "reread": isReread, "checked": checked,
                "time": readAt?.milliseconds, "start": start?.reached ?? 0,
            ])
    }

    /// Moves the cursor back to the beginning.
    static func restart(_ db: Database, _ feed: FeedName) throws {
        try db.executeCached(
            sql: """
                INSERT INTO feed (name, after, is_reread, checked) VALUES (?, 0, 1, 0)
                ON CONFLICT (name) DO UPDATE SET after = 0, etag = NULL, is_reread = 1, checked = 0
                """,
            arguments: [feed.rawValue])
        // Numbers from before the restart say nothing of where a payment stands.
        guard feed == .transactions else { return }
        try db.executeCached(sql: "UPDATE decision SET ledger_after = NULL WHERE ledger_after IS NOT NULL")
    }
}
