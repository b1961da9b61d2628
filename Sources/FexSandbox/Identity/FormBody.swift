import Foundation
import HTTPTypes
import Hummingbird

/// A body of `application/x-www-form-urlencoded`, each name once.
struct FormBody: Sendable {
    private var values: [String: String] = [:]

    /// Parses a body.
    ///
    /// - Throws: ``OAuthError`` `invalid_request` for what isn't such a body, or names a parameter twice.
    init(parsing text: String) throws(OAuthError) {
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = FormBody.decode(parts[0]), let value = FormBody.decode(parts.count > 1 ? parts[1] : "")
            else { throw .invalidRequest("the body is not a form") }
            guard values.updateValue(value, forKey: name) == nil else {
                throw .invalidRequest("a parameter is given twice")
            }
        }
    }

    /// The value of a parameter, if it is there and not empty.
    subscript(_ name: String) -> String? {
        guard let value = values[name], !value.isEmpty else { return nil }
        return value
    }

    /// The value of a parameter that has to be there.
    func require(_ name: String) throws(OAuthError) -> String {
        guard let value = self[name] else { throw .invalidRequest("\(name) is required") }
        return value
    }

    private static func decode(_ text: Substring) -> String? {
        text.replacing("+", with: " ").removingPercentEncoding
    }
}

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
