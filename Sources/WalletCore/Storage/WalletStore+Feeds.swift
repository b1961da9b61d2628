import GRDB

/// The change feeds that are read by cursor.
enum FeedName: String {
    case approvals
    case transactions
}

extension WalletStore {
    /// How far a feed has been read; `nil` before the first time.
    func loadPlace(in feed: FeedName) async throws -> FeedPlace? {
        try await read { db in
            try Row.fetchOne(
                db.cachedStatement(sql: "SELECT after, etag FROM feed WHERE name = ?"), arguments: [feed.rawValue]
            )
            .map { FeedPlace(after: $0["after"], etag: $0["etag"]) }
        }
    }

    /// Stores intents aimed at this wallet together with how far the feed has been read.
    func saveApprovals(_ intents: [PaymentIntent], next: FeedPlace, at now: Timestamp) async throws {
        try await write { db in
            for intent in intents {
                try intent.save(db, at: now)
                try intent.saveToInbox(db, at: now, cameBy: .feed)
            }
            try next.save(db, in: .approvals)
        }
    }

    /// Remembers how far a feed has been read.
    func savePlace(_ place: FeedPlace, in feed: FeedName) async throws {
        try await write { try place.save($0, in: feed) }
    }
}

extension FeedPlace {
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
