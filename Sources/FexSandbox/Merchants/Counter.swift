import FexValues
import GRDB

/// A merchant's till.
struct Counter: Hashable, Sendable {
    var id: String
    var merchantID: String
    var name: String
    var location: String?
    var isActive: Bool
    var webhookURL: String?
    var webhookSecret: String
    var clientSecret: String
    var createdAt: Timestamp
    var updatedAt: Timestamp

    /// The name under which it asks for tokens.
    var clientID: String { "counter-\(id)" }

    /// The counter as published: without its secrets, which are told once.
    var document: JSON {
        var object = JSONObject([
            JSONObject.Member("id", .string(id)), JSONObject.Member("merchant_id", .string(merchantID)),
            JSONObject.Member("name", .string(name)),
            JSONObject.Member("status", .string(isActive ? "active" : "inactive")),
        ])
        object["location"] = location.map { .string($0) }
        object["keycloak_client_id"] = .string(clientID)
        object["webhook_url"] = webhookURL.map { .string($0) }
        object["created_at"] = .string(createdAt.rfc3339)
        object["updated_at"] = .string(updatedAt.rfc3339)
        return .object(object)
    }
}

extension StoreTransaction {
    /// Sets up a counter, with credentials and a secret for its webhooks.
    func createCounter(
        merchantID: String, name: String, location: String?, webhookURL: String? = nil
    ) throws -> Counter {
        let counter = Counter(
            id: entropy.uuid(), merchantID: merchantID, name: name, location: location, isActive: true,
            webhookURL: webhookURL, webhookSecret: entropy.secret(byteCount: 32), clientSecret: entropy.secret(),
            createdAt: now, updatedAt: now)
        try run(
            """
            INSERT INTO counters (id, merchant_id, name, location, status, webhook_url, webhook_secret, created_at,
              updated_at)
            VALUES (?, ?, ?, ?, 'active', ?, ?, ?, ?)
            """,
            [
                counter.id, merchantID, name, location, webhookURL, counter.webhookSecret, now.milliseconds,
                now.milliseconds,
            ])
        try run(
            """
            INSERT INTO clients (client_id, client_secret, role, merchant_id, counter_id)
            VALUES (?, ?, 'merchant', ?, ?)
            """,
            [counter.clientID, counter.clientSecret, merchantID, counter.id])
        return counter
    }

    /// A merchant's counters, in the order in which they were set up; all merchants' for `nil`.
    func counters(merchantID: String?) throws -> [Counter] {
        try rows(
            Counter.selection + " WHERE ?1 IS NULL OR n.merchant_id = ?1 ORDER BY n.position", [merchantID]
        ).map(Counter.init)
    }

    /// A merchant's counter with an id; any merchant's for `nil`.
    func counter(_ id: String, merchantID: String?) throws -> Counter? {
        try row(
            Counter.selection + " WHERE n.id = ?1 AND (?2 IS NULL OR n.merchant_id = ?2)", [id, merchantID]
        ).map(Counter.init)
    }
}

extension Counter {
    fileprivate static let selection = """
        SELECT n.*, c.client_secret FROM counters n JOIN clients c ON c.counter_id = n.id
        """

    fileprivate init(_ row: Row) {
        let status: String = row["status"]
        self.init(
            id: row["id"], merchantID: row["merchant_id"], name: row["name"], location: row["location"],
            isActive: status == "active", webhookURL: row["webhook_url"], webhookSecret: row["webhook_secret"],
            clientSecret: row["client_secret"], createdAt: Timestamp(milliseconds: row["created_at"]),
            updatedAt: Timestamp(milliseconds: row["updated_at"]))
    }
}

/// What a merchant changes about a counter. A field that is absent stays as it is; `null` takes an optional one away.
struct CounterChange: Hashable, Sendable {
    /// A field that may be taken away.
    enum Field: Hashable, Sendable {
        case kept
        case set(String?)
    }

    var name: String?
    var location: Field
    var webhookURL: Field

    /// Reads a request's body.
    ///
    /// - Parameter destinations: Where webhooks may go.
    /// - Throws: ``PlatformError`` 400 naming the field that is invalid.
    init(_ body: RequestBodyObject, destinations: WebhookDestinations) throws(PlatformError) {
        name = body.has("name") ? try body.text("name") : nil
        guard name?.isEmpty != true else { throw .badRequest("name must not be empty") }
        location = body.has("location") ? .set(try body.optionalText("location")) : .kept
        webhookURL =
            body.has("webhook_url") ? .set(try body.optionalWebhookURL("webhook_url", to: destinations)) : .kept
    }
}
