import FexValues
import HTTPTypes

/// A refusal as published: a status, a text for people, and for wallets a code.
struct PlatformError: Error, Hashable, Sendable {
    /// The HTTP status.
    var status: HTTPResponse.Status
    /// What went wrong, for people.
    var message: String
    /// What went wrong, for wallets; see the wallet's contract.
    var code: String?
    /// Further members of the answer.
    var members: [JSONObject.Member] = []
    /// What `WWW-Authenticate` says, where it isn't what goes with every 401.
    var challenge: String?

    /// The body of the answer.
    var body: JSON {
        var object = JSONObject([
            JSONObject.Member("success", false), JSONObject.Member("error", .string(message)),
        ])
        if let code { object.members.append(JSONObject.Member("code", .string(code))) }
        object.members += members
        return .object(object)
    }

    /// 400: a field is missing or invalid.
    static func badRequest(_ message: String) -> PlatformError { PlatformError(status: .badRequest, message: message) }

    /// 401: there is no token, or none that is good now.
    static func unauthorized(_ message: String) -> PlatformError {
        PlatformError(status: .unauthorized, message: message)
    }

    /// 403: the token does not allow it.
    static func forbidden(_ message: String, code: String? = nil) -> PlatformError {
        PlatformError(status: .forbidden, message: message, code: code)
    }

    /// 404: there is no such id.
    static func notFound(_ message: String, code: String? = nil) -> PlatformError {
        PlatformError(status: .notFound, message: message, code: code)
    }

    /// 409: things do not stand so that it could be done.
    static func conflict(_ message: String, code: String? = nil) -> PlatformError {
        PlatformError(status: .conflict, message: message, code: code)
    }

    /// 422: the request is well formed, and can't be done.
    static func unprocessable(_ message: String, code: String? = nil) -> PlatformError {
        PlatformError(status: .unprocessableContent, message: message, code: code)
    }
}
