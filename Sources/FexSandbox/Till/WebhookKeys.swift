import FexValues
public import Foundation

/// The secrets with which a merchant's webhooks may be signed: its own, and those of its counters.
public struct WebhookKeys: Sendable {
    private let secrets: [String: [String]]

    /// The secrets of every merchant of a ready document. They are those of the moment at which it was written: a
    /// counter made or a secret rotated later is not among them.
    public init(ready: ReadyDocument) {
        var secrets: [String: [String]] = [:]
        for merchant in ready.merchants {
            let counters = merchant["counters"]?.arrayValue ?? []
            secrets[merchant["merchant_id"]?.stringValue ?? ""] = ([merchant] + counters)
                .compactMap { $0["webhook_secret"]?.stringValue }
        }
        self.secrets = secrets
    }

    /// Whether a body was signed with a secret of the merchant that it names.
    ///
    /// Every secret is tried in full, so the time it takes says nothing about the signature.
    public func haveSigned(_ signature: String, body: Data) -> Bool {
        let merchantID = (try? JSON(parsing: body))?["merchant_id"]?.stringValue
        var isValid = false
        for secret in merchantID.flatMap({ secrets[$0] }) ?? [] {
            if WebhookSignature.isValid(signature, of: body, secret: secret) { isValid = true }
        }
        return isValid
    }
}
