public import FexValues

/// A webhook that came with a good signature.
public struct ReceivedWebhook: Hashable, Sendable {
    /// The sender's id of the delivery, the same in each attempt, if it gave one.
    public var deliveryID: String?
    /// Whether a webhook with the same delivery id came before.
    public var isRepeat: Bool
    /// The path at which it came.
    public var path: String
    /// The body.
    public var body: JSONObject

    /// The body's members, with what is known of the delivery beside them: one JSON object.
    public var document: JSON {
        var object = body
        object["delivery_id"] = .optional(deliveryID)
        object["repeat"] = .bool(isRepeat)
        object["path"] = .string(path)
        return .object(object)
    }
}
