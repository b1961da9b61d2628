import FexValues

/// The merchant, and the counter of it, that a till works for.
public struct TillCredentials: Hashable, Sendable {
    /// The origin of the merchant's calls.
    public var api: String
    /// The address of the identity provider.
    public var auth: String
    /// The counter, if the till stands at one.
    public var counterID: String?
    /// The name under which the till asks for tokens.
    public var clientID: String
    /// The secret that goes with it.
    public var clientSecret: String

    /// Picks a merchant and a counter from a ready document.
    ///
    /// - Parameters:
    ///   - ready: The document that the sandbox printed.
    ///   - merchant: The merchant's id or its place in the list, from 0.
    ///   - counter: The counter's id or its place in the merchant's list, from 0; `nil` uses the merchant's own client.
    /// - Throws: ``TillError/configuration(_:)``.
    public init(ready: ReadyDocument, merchant: String = "0", counter: String? = nil) throws(TillError) {
        guard let found = TillCredentials.pick(merchant, from: ready.merchants, idName: "merchant_id") else {
            throw .configuration("the ready document has no merchant \(PlainText.clean(merchant, limit: 64))")
        }
        var client = found
        if let counter {
            let counters = found["counters"]?.arrayValue ?? []
            guard let picked = TillCredentials.pick(counter, from: counters, idName: "id") else {
                throw .configuration("the merchant has no counter \(PlainText.clean(counter, limit: 64))")
            }
            client = picked
            counterID = picked["id"]?.stringValue
        }
        guard let clientID = client["client_id"]?.stringValue, let secret = client["client_secret"]?.stringValue else {
            throw .configuration("the ready document has no credentials for this merchant")
        }
        self.clientID = clientID
        clientSecret = secret
        api = ready.api
        auth = ready.auth
    }

    private static func pick(_ name: String, from list: [JSON], idName: String) -> JSON? {
        if let found = list.first(where: { $0[idName]?.stringValue == name }) { return found }
        return Int(name).flatMap { list.indices.contains($0) ? list[$0] : nil }
    }
}
