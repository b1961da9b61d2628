public import FexValues

/// Everything that a client of a running sandbox needs: addresses, and everybody's credentials.
public struct ReadyDocument: Hashable, Sendable {
    /// The document as it is printed: `api`, `auth`, `nats`, `nats_websocket`, `admin`, `merchants` with
    /// their `counters`, `wallets`.
    public var json: JSON

    /// A document that was printed before.
    public init(_ json: JSON) { self.json = json }

    /// The origin of the merchant's and the wallet's calls.
    public var api: String { json["api"]?.stringValue ?? "" }
    /// The address of the identity provider.
    public var auth: String { json["auth"]?.stringValue ?? "" }
    /// The address of the event server, if there is one.
    public var nats: String? { json["nats"]?.stringValue }
    /// The address of the event server for clients that speak over WebSocket, if the sandbox has started one.
    public var natsWebSocket: String? { json["nats_websocket"]?.stringValue }
    /// The merchants, each with its counters.
    public var merchants: [JSON] { json["merchants"]?.arrayValue ?? [] }
    /// The wallets, each with its person.
    public var wallets: [JSON] { json["wallets"]?.arrayValue ?? [] }
}

extension StoreTransaction {
    /// The ready document of a sandbox at these addresses.
    func readyDocument(api: String, auth: String, events: EventAddresses?) throws -> ReadyDocument {
        let admin = try adminClient()
        let merchants = try merchants().map { merchant -> JSON in
            [
                "merchant_id": .string(merchant.id), "business_name": .string(merchant.businessName),
                "client_id": .string(merchant.clientID), "client_secret": .string(merchant.clientSecret),
                "webhook_secret": .string(merchant.webhookSecret),
                "counters": .array(
                    try counters(merchantID: merchant.id).map { counter in
                        [
                            "id": .string(counter.id), "client_id": .string(counter.clientID),
                            "client_secret": .string(counter.clientSecret),
                            "webhook_secret": .string(counter.webhookSecret),
                        ]
                    }),
            ]
        }
        let wallets = try wallets().map(\.credentials)
        return ReadyDocument([
            "api": .string(api), "auth": .string(auth), "nats": .optional(events?.nats),
            "nats_websocket": .optional(events?.webSocket),
            "admin": ["client_id": .string(admin.clientID), "client_secret": .string(admin.clientSecret)],
            "merchants": .array(merchants), "wallets": .array(wallets),
        ])
    }
}
