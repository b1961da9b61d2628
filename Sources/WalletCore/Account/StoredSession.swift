import FexValues
import Foundation

/// What is kept in the place of the tokens: who is logged in, or how it came that nobody is.
///
/// A log-out is written down, and not only the tokens removed: whoever waits for tokens just then sees that somebody has
/// logged out since they asked, and keeps none.
enum StoredSession: Hashable, Sendable {
    /// Nobody has logged in, or what is kept can't be read.
    case none
    /// Somebody is logged in.
    case tokens(Tokens, after: String?)
    /// Somebody has logged out; the id is the log-out's own.
    case loggedOut(id: String)
    /// The identity provider has ended the session.
    case ended(after: String?)

    /// What is kept now, also by another process.
    ///
    /// - Throws: ``SecretStoreError``.
    static func load(from secrets: any SecretStore) async throws(SecretStoreError) -> StoredSession {
        StoredSession(secret: try await secrets.load(.tokens))
    }

    /// The id of the last log-out; a login, a renewal and the end of a session leave it as it is.
    var lastLogOut: String? {
        switch self {
        case .none: nil
        case .loggedOut(let id): id
        case .tokens(_, let id), .ended(let id): id
        }
    }

    /// The tokens of who is logged in.
    ///
    /// - Throws: ``SessionError/notLoggedIn``, ``SessionError/ended``.
    func requireTokens() throws(SessionError) -> Tokens {
        switch self {
        case .tokens(let tokens, _): return tokens
        case .ended: throw .ended
        case .none, .loggedOut: throw .notLoggedIn
        }
    }
}

extension StoredSession {
    init(secret: Data?) {
        guard let secret, let document = try? JSON(parsing: secret) else {
            self = .none
            return
        }
        let after = document["after"]?.stringValue
        if let id = document["logged_out"]?.stringValue {
            self = .loggedOut(id: id)
        } else if document["ended"] == true {
            self = .ended(after: after)
        } else if let tokens = Tokens(document: document) {
            self = .tokens(tokens, after: after)
        } else {
            self = .none
        }
    }

    /// The bytes that are kept.
    var secret: Data {
        let document: JSON =
            switch self {
            case .none: .null
            case .tokens(let tokens, let after):
                [
                    "access_token": .string(tokens.access.value),
                    "access_ends_at": .integer(tokens.accessEndsAt.milliseconds),
                    "refresh_token": .optional(tokens.refresh?.value), "after": .optional(after),
                    "login": .optional(tokens.login), "token_type": .string(tokens.scheme.rawValue),
                    "jkt": .optional(tokens.thumbprint),
                    "origins": tokens.origins.map { ["auth": .string($0.auth), "api": .string($0.api)] } ?? .null,
                ]
            case .loggedOut(let id): ["logged_out": .string(id)]
            case .ended(let after): ["ended": true, "after": .optional(after)]
            }
        return document.data
    }
}

/// What the identity provider gave.
struct Tokens: Hashable, Sendable {
    /// Stands in the header of each call.
    var access: Redacted<String>
    /// When it ends, on the device's clock.
    var accessEndsAt: Timestamp
    /// Renews the access token; a renewal may give another in its place.
    var refresh: Redacted<String>?
    /// Whom they may be shown to; `nil` of tokens that a version kept which didn't say.
    var origins: TokenOrigins?
    /// Names the login that they came by, renewals included; `nil` of tokens that a version kept which didn't say.
    var login: String?
    /// How a call shows the access token.
    var scheme = TokenScheme.bearer
    /// The key whose proofs they were asked for with; `nil` where there was none. The refresh token may be bound to it also
    /// where the access token is a bearer's (RFC 9449, section 5).
    var thumbprint: String?

    /// Whether the access token is good for long enough to start a call with.
    func isFresh(at now: Timestamp) -> Bool {
        now.advanced(by: Tokens.margin) < accessEndsAt
    }

    /// How long before its end a token is renewed.
    static let margin: Duration = .seconds(30)
}

extension Tokens {
    init(access: String, accessEndsAt: Timestamp, refresh: String?) {
        self.access = Redacted(access)
        self.accessEndsAt = accessEndsAt
        self.refresh = refresh.map { Redacted($0) }
    }

    init?(document: JSON) {
        guard let access = document["access_token"]?.stringValue,
            let endsAt = document["access_ends_at"]?.integerValue
        else { return nil }
        self.init(
            access: access, accessEndsAt: Timestamp(milliseconds: Int64(endsAt)),
            refresh: document["refresh_token"]?.stringValue)
        login = document["login"]?.stringValue
        scheme = document["token_type"]?.stringValue.flatMap(TokenScheme.init) ?? .bearer
        thumbprint = document["jkt"]?.stringValue
        if let auth = document["origins"]?["auth"]?.stringValue, let api = document["origins"]?["api"]?.stringValue {
            origins = TokenOrigins(auth: auth, api: api)
        }
    }
}

/// How an access token is shown, by the name that `Authorization` and `token_type` have for it.
enum TokenScheme: String, Hashable, Sendable {
    /// Whoever has it may use it (RFC 6750). So are all tokens that were kept by a version that didn't say.
    case bearer = "Bearer"
    /// Each call proves that it has the key (RFC 9449).
    case dpop = "DPoP"
}

/// Whom tokens were given for: configuration says where calls go, and may say otherwise another time.
struct TokenOrigins: Hashable, Sendable {
    /// The origin of the identity provider, which alone may see the refresh token.
    var auth: String
    /// The origin of the API, which alone may see the access token.
    var api: String
}
