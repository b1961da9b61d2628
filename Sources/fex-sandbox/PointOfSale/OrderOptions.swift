import ArgumentParser
import FexValues

/// What a till asks for.
struct OrderOptions: ParsableArguments {
    @Option(help: "The amount: 29.99")
    var amount: String

    @Option(help: "The currency, ISO 4217.")
    var currency = "USD"

    @Option(help: "What the customer reads.")
    var description: String?

    @Option(help: "The merchant's own reference.")
    var reference: String?

    @Option(help: "Seconds until it expires.")
    var expiresIn: Int64?

    @Option(help: "Where the webhook goes.")
    var callbackURL: String?

    @Option(help: "A JSON object, which is echoed unchanged.")
    var metadata: String?

    func validate() throws {
        do {
            _ = try Money(digits: amount, currency: Currency(currency))
        } catch {
            throw ValidationError("\(error)")
        }
        if let metadata {
            guard (try? JSON(parsing: metadata))?.objectValue != nil else {
                throw ValidationError("--metadata must be a JSON object.")
            }
        }
    }

    /// The request's members, as published.
    var body: JSONObject {
        var body = JSONObject([
            JSONObject.Member("amount", .number(amount)), JSONObject.Member("currency", .string(currency)),
        ])
        body["description"] = description.map { .string($0) }
        body["reference"] = reference.map { .string($0) }
        body["expires_in"] = expiresIn.map { .integer($0) }
        body["callback_url"] = callbackURL.map { .string($0) }
        body["metadata"] = metadata.flatMap { try? JSON(parsing: $0) }
        return body
    }
}
