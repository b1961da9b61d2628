import FexValues
import Foundation

/// An app's request that a person log in and send it a code (RFC 6749, section 4.1.1, with PKCE).
struct AuthorizationRequest: Hashable, Sendable {
    var redirectURI: String
    var codeChallenge: String
    var state: String?
    /// What the app wants to be told of the person; an identity token where `openid` is in it.
    var scope: String?
    /// What the identity token has to repeat, so that the app knows it for an answer to this request.
    var nonce: String?

    /// The one custom scheme that is registered for the wallet's apps.
    static let registeredRedirect = "com.fexpayments.wallet:/oauth/callback"

    /// Why a request can't be answered.
    enum Refusal: Error, Hashable {
        /// There is nowhere to send the person: they are told on a page.
        case shown(String)
        /// The app is told, by way of the redirect.
        case redirected(to: String)
    }

    /// Reads a request's parameters.
    ///
    /// - Throws: ``Refusal``.
    init(_ form: FormBody, issuer: String) throws(Refusal) {
        guard form["client_id"] == AccessGrant.walletClientID else { throw .shown("The app is not known here.") }
        guard let redirectURI = form["redirect_uri"], AuthorizationRequest.isAllowed(redirectURI) else {
            throw .shown("The app asks to be answered at an address that is not registered.")
        }
        self.redirectURI = redirectURI
        codeChallenge = form["code_challenge"] ?? ""
        state = form["state"]
        scope = form["scope"]
        nonce = form["nonce"]
        let problem: OAuthError?
        if form["response_type"] != "code" {
            problem = OAuthError(code: "unsupported_response_type", description: "response_type must be code")
        } else if form["code_challenge_method"] != "S256" {
            problem = .invalidRequest("code_challenge_method must be S256")
        } else if Data(base64URL: codeChallenge)?.count != 32 {
            problem = .invalidRequest("code_challenge must be a SHA-256 hash in base64url")
        } else {
            problem = nil
        }
        if let problem { throw .redirected(to: location(of: problem, issuer: issuer)) }
    }

    /// Where the person goes with a code.
    func location(code: String, issuer: String) -> String { location([("code", code)], issuer: issuer) }

    /// Where the person goes with a refusal.
    func location(of error: OAuthError, issuer: String) -> String {
        location([("error", error.code), ("error_description", error.description)], issuer: issuer)
    }

    /// The parameters by which the request is made again, for the form on the page.
    var parameters: [(String, String)] {
        let parameters = [
            ("response_type", "code"), ("client_id", AccessGrant.walletClientID), ("redirect_uri", redirectURI),
            ("code_challenge", codeChallenge), ("code_challenge_method", "S256"),
        ]
        return parameters
            + [("state", state), ("scope", scope), ("nonce", nonce)].compactMap { name, value in
                value.map { (name, $0) }
            }
    }

    private func location(_ answer: [(String, String)], issuer: String) -> String {
        // The issuer is named against mix-ups (RFC 9207).
        let parameters = answer + (state.map { [("state", $0)] } ?? []) + [("iss", issuer)]
        let query = PercentEncoding.form(parameters)
        return redirectURI + (redirectURI.contains("?") ? "&" : "?") + query
    }

    /// The registered scheme, or any port of this machine's loopback (RFC 8252, sections 7.1 and 7.3).
    private static func isAllowed(_ text: String) -> Bool {
        if text == registeredRedirect { return true }
        // Nothing that could end a header line or be read as another address.
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }),
            let parts = URLComponents(string: text), parts.scheme == "http", parts.fragment == nil, parts.user == nil,
            parts.password == nil, let host = parts.host
        else { return false }
        return ["127.0.0.1", "[::1]", "::1"].contains(host)
    }
}
