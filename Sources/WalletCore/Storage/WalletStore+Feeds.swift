import GRDB

/// The change feeds that are read by cursor.
enum FeedName: String {
    case approvals
    case transactions
}

extension WalletStore {
    /// How far a feed has been read; `nil` before the first time.
    func loadPlace(in feed: FeedName) async throws -> FeedPlace? {
        try await read { try FeedPlace.load($0, in: feed) }
    }

    /// Stores intents aimed at this wallet together with how far the feed has been read.
    ///
    /// - Parameter place: After which they come; `nil` if they are those with which the feed begins.
    /// - Returns: Whether they were stored. Those with which the feed begins are not if it has begun by now: what they say
    ///   is open may have been over by then, and would not be told again.
    @discardableResult
    func saveApprovals(
        _ intents: [PaymentIntent], after place: FeedPlace?, next: FeedPlace, at now: Timestamp
    ) async throws -> Bool {
        try await write { db in
            if place == nil, try FeedPlace.load(db, in: .approvals) != nil { return false }
            for intent in intents {
                try intent.save(db, at: now)
                try intent.saveToInbox(db, at: now, cameBy: .feed)
            }
            try next.save(db, in: .approvals)
            return true
        }
    }

    /// Remembers how far a feed has been read.
    func savePlace(_ place: FeedPlace, in feed: FeedName) async throws {
        try await write { try place.save($0, in: feed) }
    }
}

extension FeedPlace {
    static func load(_ db: Database, in feed: FeedName) throws -> FeedPlace? {
        try Row.fetchOne(
            db.cachedStatement(sql: "SELECT after, etag FROM feed WHERE name = ?"), arguments: [feed.rawValue]
        )
        .map { FeedPlace(after: $0["after"], etag: $0["etag"]) }
    }

    func save(_ db: Database, in feed: FeedName) throws {
        try db.executeCached(
            sql: """
                INSERT INTO feed (name, after, etag) VALUES (?, ?, ?)
                ON CONFLICT (name) DO UPDATE SET after = excluded.after, etag = excluded.etag
                WHERE excluded.after > after OR (excluded.after = after AND excluded.etag IS NOT etag)
                """,
            arguments: [feed.rawValue, after, etag])
    }
}
