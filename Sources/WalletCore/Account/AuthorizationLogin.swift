import Crypto
import FexHTTP
import FexValues
import Foundation

/// A login by authorization code (RFC 6749, section 4.1) with PKCE (RFC 7636), from its beginning to the page's answer.
///
/// It is kept among the secrets, so that it outlives the app, which the system may end while a browser is in front.
struct AuthorizationLogin: Hashable, Sendable {
    /// Where the page leads back.
    var redirect: String
    /// Proves that the answer belongs to what was begun here.
    var state: Redacted<String>
    /// Proves that the tokens do (OpenID Connect Core 1.0, section 3.1.2.1).
    var nonce: Redacted<String>
    /// The secret behind the challenge that the page was given.
    var verifier: Redacted<String>
    /// Whether an answer has to name the provider (RFC 9207).
    var needsIssuer: Bool
    /// The provider's name.
    var issuer: String
    /// When it is too late to go on, on the device's clock.
    var endsAt: Timestamp
    /// The last log-out before it.
    var after: String?

    /// How long a person may take.
    private static let patience: Duration = .seconds(900)

    /// - Parameter secret: Makes a text of at least 43 unreserved characters that nobody can guess.
    init(
        redirect: URL, provider: AuthorizationEndpoint, begunAt: Timestamp, after: String?, secret: () -> String
    ) {
        self.redirect = redirect.absoluteString
        (state, nonce, verifier) = (Redacted(secret()), Redacted(secret()), Redacted(secret()))
        issuer = provider.issuer
        needsIssuer = provider.namesIssuer
        endsAt = begunAt.advanced(by: Self.patience)
        self.after = after
    }

    /// Where the person logs in.
    func page(of provider: AuthorizationEndpoint) -> URL {
        let challenge = Data(SHA256.hash(data: Data(verifier.value.utf8))).base64URL
        return provider.page([
            ("response_type", "code"), ("client_id", provider.clientID), ("redirect_uri", redirect),
            ("scope", "openid"), ("state", state.value), ("nonce", nonce.value), ("code_challenge", challenge),
            ("code_challenge_method", "S256"),
        ])
    }

    /// The code in what the page led back to.
    ///
    /// - Throws: ``SessionError/otherLogin`` where it is no answer to this login: another address, another or no state,
    ///   another provider (RFC 9207), a parameter twice; ``SessionError/loginDenied``, ``SessionError/refused(_:)``.
    func code(in callback: URL) throws(SessionError) -> String {
        let text = callback.absoluteString
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= 8192, let fields = Self.fields(of: callback),
            parts[0] == redirect.split(separator: "?", omittingEmptySubsequences: false)[0],
            fields["state"] == state.value, fields["iss"] == issuer || (fields["iss"] == nil && !needsIssuer)
        else { throw .otherLogin }
        if let error = fields["error"] {
            if error == "access_denied" { throw .loginDenied }
            throw .refused(PlainText.clean(fields["error_description"] ?? error))
        }
        guard let code = fields["code"], !code.isEmpty else { throw .otherLogin }
        return code
    }

    /// The parameters of an answer; `nil` where one stands twice.
    private static func fields(of callback: URL) -> [String: String]? {
        guard let items = URLComponents(url: callback, resolvingAgainstBaseURL: false)?.queryItems else { return nil }
        return try? Dictionary(items.map { ($0.name, $0.value ?? "") }) { _, _ in throw SessionError.otherLogin }
    }

    /// Holds what the provider says of a person against this login (OpenID Connect Core 1.0, section 3.1.3.7).
    ///
    /// Its signature is not looked at: it came from the provider itself, over the connection that was asked (item 6).
    func check(idToken fields: JSONFields, client: String, now: Timestamp) throws(MalformedDocument) {
        let parts = try fields.string("id_token").split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let payload = Data(base64URL: String(parts[1])),
            let document = try? JSON(parsing: payload)
        else { throw fields.malformed("id_token", "is no signed document") }
        let claims = try JSONFields(document, at: "id_token")
        guard try claims.string("iss") == issuer else { throw claims.malformed("iss", "is another provider") }
        let audience = try claims.required("aud")
        guard audience == .string(client) || audience.arrayValue == [.string(client)] else {
            throw claims.malformed("aud", "is another client")
        }
        guard try claims.string("nonce") == nonce.value else { throw claims.malformed("nonce", "is of another login") }
        guard try claims.integer("exp") > now.milliseconds / 1000 else { throw claims.malformed("exp", "is over") }
    }
}

extension AuthorizationLogin {
    /// What is kept.
    var secret: Data {
        let document: JSON = [
            "redirect": .string(redirect), "state": .string(state.value), "nonce": .string(nonce.value),
            "verifier": .string(verifier.value), "needs_issuer": .bool(needsIssuer), "issuer": .string(issuer),
            "ends_at": .integer(endsAt.milliseconds), "after": .optional(after),
        ]
        return document.data
    }

    init?(secret: Data) {
        guard let document = try? JSON(parsing: secret), let redirect = document["redirect"]?.stringValue,
            let state = document["state"]?.stringValue, let nonce = document["nonce"]?.stringValue,
            let verifier = document["verifier"]?.stringValue, let issuer = document["issuer"]?.stringValue,
            let needsIssuer = document["needs_issuer"]?.boolValue, let endsAt = document["ends_at"]?.integerValue
        else { return nil }
        (self.redirect, self.needsIssuer, self.issuer) = (redirect, needsIssuer, issuer)
        (self.state, self.nonce, self.verifier) = (Redacted(state), Redacted(nonce), Redacted(verifier))
        self.endsAt = Timestamp(milliseconds: Int64(endsAt))
        after = document["after"]?.stringValue
    }
}
