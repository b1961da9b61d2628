import FexHTTP
import FexValues
import Foundation

/// The identity provider's calls for a login on its page (RFC 6749, section 4.1).
protocol AuthorizationCalls: Sendable {
    /// Where the provider has its page.
    func fetchAuthorizationEndpoint() async throws -> AuthorizationEndpoint
    /// Tokens for the code that the page led back with.
    ///
    /// - Throws: ``OAuthRefusal`` where the provider refuses; ``PlatformError`` for all else, also where what it says of
    ///   the person is of another login.
    func requestTokens(code: String, of login: AuthorizationLogin) async throws -> Tokens
}

/// Where a person logs in, and how the provider names itself.
struct AuthorizationEndpoint: Hashable, Sendable {
    /// The page's address.
    var address: HTTPAddress
    /// The id of the client that wallets are.
    var clientID: String
    /// The provider's name.
    var issuer: String
    /// Whether each answer names the provider (RFC 9207, section 3).
    var namesIssuer: Bool

    /// The page with what is asked of it.
    func page(_ query: [(String, String)]) -> URL {
        // An address's characters are those of a URL.
        URL(string: address.appending("", query: query).description)!
    }
}

extension PlatformClient: AuthorizationCalls {
    func fetchAuthorizationEndpoint() async throws -> AuthorizationEndpoint {
        try await describeIdentityProvider { provider throws(MalformedDocument) in
            AuthorizationEndpoint(
                address: try endpoint("authorization_endpoint", of: provider), clientID: endpoints.clientID,
                issuer: endpoints.issuer.description,
                namesIssuer: try provider.value("authorization_response_iss_parameter_supported") == true)
        }
    }

    func requestTokens(code: String, of login: AuthorizationLogin) async throws -> Tokens {
        try await requestTokens([
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", login.redirect),
            ("code_verifier", login.verifier.value),
        ]) { answer throws(MalformedDocument) in
            try login.check(idToken: answer, client: endpoints.clientID, now: time.now())
        }
    }
}
