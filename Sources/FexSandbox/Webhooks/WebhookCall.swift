import FexHTTP
import Foundation
import HTTPTypes

/// The request that delivers a webhook.
enum WebhookCall {
    /// What one attempt may cost.
    static let limits = HTTPLimits(connect: .seconds(5), total: .seconds(10), bodyBytes: 1 << 20)

    /// The request of one attempt, or `nil` where the address is none.
    ///
    /// - Parameter secret: What signs it.
    static func make(_ webhook: Webhook, secret: String) -> HTTPCall? {
        guard let address = URL(string: webhook.url).flatMap({ try? HTTPAddress($0) }) else { return nil }
        let body = Data(webhook.body.utf8)
        return HTTPCall(
            .post, address,
            [
                .contentType: "application/json",
                .webhookSignature: WebhookSignature.sign(body, secret: secret),
                .webhookDelivery: webhook.id,
                .webhookAttempt: String(webhook.attempts + 1),
            ],
            body: body, limits: limits)
    }
}

extension HTTPField.Name {
    /// `X-Webhook-Signature`, as published.
    static let webhookSignature = HTTPField.Name(WebhookSignature.headerName)!
    /// `X-Webhook-Delivery`: an id of ours, the same in each attempt.
    static let webhookDelivery = HTTPField.Name("X-Webhook-Delivery")!
    /// `X-Webhook-Attempt`: which attempt it is, from 1; of ours.
    static let webhookAttempt = HTTPField.Name("X-Webhook-Attempt")!
}
