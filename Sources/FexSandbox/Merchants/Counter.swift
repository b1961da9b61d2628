import GRDB

/// A merchant's till.
struct Counter: Hashable, Sendable {
    var id: String
    var merchantID: String
    var name: String
    var location: String?
    var isActive: Bool
    var webhookSecret: String
    var clientSecret: String

    /// The name under which it asks for tokens.
    var clientID: String { "counter-\(id)" }
}

extension StoreTransaction {
    /// Sets up a counter, with credentials and a secret for its webhooks.
    func createCounter(merchantID: String, name: String, location: String?) throws -> Counter {
        let counter = Counter(
            id: entropy.uuid(), merchantID: merchantID, name: name, location: location, isActive: true,
            webhookSecret: entropy.secret(byteCount: 32), clientSecret: entropy.secret())
        try run(
            """
            INSERT INTO counters (id, merchant_id, name, location, status, webhook_secret, created_at, updated_at)
            VALUES (?, ?, ?, ?, 'active', ?, ?, ?)
            """,
            [
                counter.id, merchantID, name, location, counter.webhookSecret, now.milliseconds, now.milliseconds,
            ])
        try run(
            """
            INSERT INTO clients (client_id, client_secret, role, merchant_id, counter_id)
            VALUES (?, ?, 'merchant', ?, ?)
            """,
            [counter.clientID, counter.clientSecret, merchantID, counter.id])
        return counter
    }

    /// A merchant's counters, in the order in which they were set up.
    func counters(merchantID: String) throws -> [Counter] {
        try rows(
            """
            SELECT n.*, c.client_secret FROM counters n JOIN clients c ON c.counter_id = n.id
            WHERE n.merchant_id = ? ORDER BY n.position
            """,
            [merchantID]
        ).map(Counter.init)
    }

    /// A merchant's counter with an id.
    func counter(_ id: String, merchantID: String) throws -> Counter? {
        try row(
            """
            SELECT n.*, c.client_secret FROM counters n JOIN clients c ON c.counter_id = n.id
            WHERE n.id = ? AND n.merchant_id = ?
            """,
            [id, merchantID]
        ).map(Counter.init)
    }
}

extension Counter {
    fileprivate init(_ row: Row) {
        let status: String = row["status"]
        self.init(
            id: row["id"], merchantID: row["merchant_id"], name: row["name"], location: row["location"],
            isActive: status == "active", webhookSecret: row["webhook_secret"], clientSecret: row["client_secret"])
    }
}
