import FexValues

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
    /// - Throws: ``PlatformError`` 400 naming the field that is invalid.
    init(_ body: RequestBodyObject) throws(PlatformError) {
        name = body.has("name") ? try body.text("name") : nil
        guard name?.isEmpty != true else { throw .badRequest("name must not be empty") }
        location = body.has("location") ? .set(try body.optionalText("location")) : .kept
        webhookURL = body.has("webhook_url") ? .set(try body.optionalURL("webhook_url")) : .kept
    }
}
