import HTTPTypes
import Hummingbird

extension Request {
    /// The form that is the body.
    ///
    /// - Throws: ``OAuthError`` `invalid_request` for any other body.
    func readForm() async throws -> FormBody {
        let type = headers[.contentType]?.split(separator: ";").first?.lowercased()
        guard type == "application/x-www-form-urlencoded" else {
            throw OAuthError.invalidRequest("the body must be application/x-www-form-urlencoded")
        }
        return try FormBody(parsing: String(decoding: await readBody(), as: UTF8.self))
    }

    /// The parameters of the query, read as a form.
    func queryForm() throws -> FormBody { try FormBody(parsing: uri.query ?? "") }
}
