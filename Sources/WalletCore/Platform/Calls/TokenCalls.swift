import Foundation
import HTTPTypes

/// The calls to the identity provider.
protocol TokenCalls: Sendable {
    /// Tokens for a name and a password (RFC 6749, section 4.3).
    func requestTokens(username: String, password: String) async throws -> Tokens
    /// Tokens for a refresh token, which is used up by it (RFC 6749, section 6).
    func renewTokens(refresh: String) async throws -> Tokens
}

extension PlatformClient: TokenCalls {
    func requestTokens(username: String, password: String) async throws -> Tokens {
        try await requestTokens([("grant_type", "password"), ("username", username), ("password", password)])
    }

    func renewTokens(refresh: String) async throws -> Tokens {
        try await requestTokens([("grant_type", "refresh_token"), ("refresh_token", refresh)])
    }

    /// Tokens for a grant, with the client's own id.
    func requestTokens(_ grant: [(String, String)]) async throws -> Tokens {
        let url = try await fetchIdentityEndpoint("token_endpoint")
        let call = PlatformCall.form(grant + [("client_id", endpoints.clientID)], to: url)
        let sentAt = clock.now()
        let answer = try await answer(to: call)
        do {
            let fields = try JSONFields(answer.document, at: "")
            let seconds = try fields.integer("expires_in")
            guard (1...86_400 * 365).contains(seconds) else { throw fields.malformed("expires_in", "is out of range") }
            return Tokens(
                access: try fields.string("access_token"), accessEndsAt: sentAt.advanced(by: .seconds(seconds)),
                refresh: try fields.optionalString("refresh_token"))
        } catch let error as MalformedDocument {
            throw error.failure()
        }
    }

    /// Where the identity provider says that something is to be had: `token_endpoint` and so on.
    ///
    /// A secret goes there: so it must be the provider's own origin, or at least encrypted.
    func fetchIdentityEndpoint(_ name: String) async throws -> String {
        let answer = try await answer(to: PlatformCall(url: endpoints.discovery, needsToken: false))
        do {
            let fields = try JSONFields(answer.document, at: "openid-configuration")
            let endpoint = try fields.string(name)
            guard let url = URL(string: endpoint), url.scheme == "https" || url.hasOrigin(of: endpoints.auth) else {
                throw fields.malformed(name, "is neither encrypted nor of the provider's origin")
            }
            return endpoint
        } catch let error as MalformedDocument {
            throw error.failure()
        }
    }
}

extension PlatformCall {
    /// A call to the identity provider: a form, without a token.
    static func form(_ fields: [(String, String)], to url: String) -> PlatformCall {
        var call = PlatformCall(method: .post, url: url, needsToken: false)
        call.body = Data(formEncoded: fields)
        call.headers[.contentType] = "application/x-www-form-urlencoded"
        return call
    }
}

extension URL {
    fileprivate func hasOrigin(of other: URL) -> Bool {
        scheme?.lowercased() == other.scheme?.lowercased() && host()?.lowercased() == other.host()?.lowercased()
            && port == other.port
    }
}

extension Data {
    /// A form body (`application/x-www-form-urlencoded`): all but unreserved characters escaped.
    fileprivate init(formEncoded fields: [(String, String)]) {
        var allowed = CharacterSet.alphanumerics.intersection(CharacterSet(charactersIn: "\u{0}"..."\u{7F}"))
        allowed.insert(charactersIn: "-._~")
        let escaped = { (text: String) in text.addingPercentEncoding(withAllowedCharacters: allowed) ?? "" }
        self.init(fields.map { "\(escaped($0.0))=\(escaped($0.1))" }.joined(separator: "&").utf8)
    }
}
