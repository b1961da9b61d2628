import FexValues

/// What a merchant asks for, checked field by field.
struct NewIntent: Sendable {
    var amount: Money
    var description: String?
    /// Seconds until it expires.
    var expiresIn: Int64
    var counterID: String?
    var reference: String?
    var callbackURL: String?
    var metadata: String?
    /// The wallet it is aimed at, for a till that scanned the customer's code.
    var scanToken: String?

    /// The two calls that make an intent, with their published rules.
    enum Call {
        /// `POST /payment-intents`
        case create
        /// `POST /scan-payment`
        case scan

        var shortestExpiry: Int64 { self == .create ? 60 : 30 }
        var defaultExpiry: Int64 { self == .create ? 1800 : 300 }
    }

    /// The longest that an intent may stand open: a year, in seconds.
    static let longestExpiry: Int64 = 31_536_000

    /// Reads a request's body.
    ///
    /// - Parameter destinations: Where webhooks may go.
    /// - Throws: ``PlatformError`` 400 naming the field that is missing or invalid.
    init(
        _ body: RequestBodyObject, call: Call, destinations: WebhookDestinations = .loopback
    ) throws(PlatformError) {
        let code = try body.optionalText("currency") ?? "USD"
        guard let currency = try? Currency(code) else { throw .badRequest("currency must be an ISO 4217 code") }
        amount = try body.amount("amount", currency: currency)
        description = try body.optionalText("description")
        reference = try body.optionalText("reference")
        callbackURL = try body.optionalWebhookURL("callback_url", to: destinations)
        metadata = try body.optionalObject("metadata")?.text
        expiresIn = try body.optionalInteger("expires_in") ?? call.defaultExpiry
        guard (call.shortestExpiry...NewIntent.longestExpiry).contains(expiresIn) else {
            throw .badRequest("expires_in must be from \(call.shortestExpiry) to \(NewIntent.longestExpiry) seconds")
        }
        counterID = try body.optionalText("counter_id")
        if call == .scan { scanToken = try body.text("scan_token") }
    }
}
