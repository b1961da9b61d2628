package import FexValues
import Foundation
import WalletCore

extension PlatformModel {
    /// Who is logged in: tokens, and what they stand for.
    struct Identity: Sendable {
        /// One login, with all tokens that came of it.
        struct Login: Sendable {
            var begunAt: Timestamp
            var refresh: String
            /// The refresh token before, and what it was answered.
            var rotated: (token: String, at: Timestamp, answer: String)?
            var device: String?
            /// The key that its tokens are bound to.
            var thumbprint: String?
            var isOver = false
        }

        struct Access: Sendable {
            var login: Int
            var endsAt: Timestamp
            /// The key that it is bound to.
            var thumbprint: String?
        }

        var logins: [Login] = []
        var access: [String: Access] = [:]
        var tokensGiven = 0
        /// The errors that a device gets which asks whether it has been allowed.
        var deviceAnswers: [String] = []
        /// What was allowed on the page, by its code.
        var authorizations: [String: Authorization] = [:]

        /// The login that an access token stands for.
        func holder(of token: Substring?, at now: Timestamp) -> Int? {
            guard let token, let access = access[String(token)], now < access.endsAt, !logins[access.login].isOver
            else { return nil }
            return access.login
        }
    }

    /// How long a refresh token that was used is good for another answer of the same content.
    private static let grace: Duration = .seconds(60)

    /// How many access tokens were given out.
    package var tokensGiven: Int { identity.tokensGiven }

    /// Logs the customer in without a call, and returns what the token endpoint would answer.
    package mutating func logIn(at now: Timestamp) -> String { beginLogin(at: now) }

    /// Ends every session: neither access nor refresh tokens are good any more.
    package mutating func endSessions() {
        for login in identity.logins.indices { identity.logins[login].isOver = true }
    }

    /// Whether a refresh token is good for nothing any more.
    package func isOver(refreshToken token: String) -> Bool {
        !identity.logins.contains { !$0.isOver && ($0.refresh == token || $0.rotated?.token == token) }
    }

    /// Makes all access tokens invalid before their time; they can be renewed.
    package mutating func revokeAccessTokens() { identity.access = [:] }

    /// Plans the errors that a device gets which asks whether it has been allowed; after them it is.
    package mutating func answerDevice(with errors: [String]) { identity.deviceAnswers = errors }

    mutating func serveIdentity(_ request: Request, at now: Timestamp) -> Answer {
        switch (request.method, request.path.last) {
        case ("GET", "openid-configuration"): return Answer(200, discovery)
        case ("POST", "token"):
            let proven = provenKey(of: request, token: nil, at: now)
            switch proven {
            case .success(let key): return token(FormFields(request.body), provenBy: key, at: now)
            case .failure(let refusal): return Self.error(refusal.rawValue, "the proof is not accepted")
            }
        case ("POST", "device"): return Answer(200, deviceGrant)
        case ("POST", "revoke"): return revoke(FormFields(request.body))
        default: return .failure(404, "no such path")
        }
    }

    private var discovery: String {
        let base = identityAddress
        return #"{"issuer":"\#(issuer)","token_endpoint":"\#(base)/token","#
            + #""authorization_endpoint":"\#(base)/authorize","authorization_response_iss_parameter_supported":true,"#
            + #""device_authorization_endpoint":"\#(base)/device","revocation_endpoint":"\#(base)/revoke"\#(offer)}"#
    }

    private var deviceGrant: String {
        let page = "\(identityAddress)/page"
        return #"{"device_code":"device-secret","user_code":"WDJB-MJHT","verification_uri":"\#(page)","#
            + #""verification_uri_complete":"\#(page)?user_code=WDJB-MJHT","expires_in":600,"interval":5}"#
    }

    /// What is said of proofs, where anything is.
    private var offer: String {
        guard let dpop = rules.dpop else { return "" }
        return #","dpop_signing_alg_values_supported":\#(JSON.array(dpop.algorithms.map { .string($0) }).text)"#
    }

    /// - Parameter key: The thumbprint of the key that the request has proven; tokens are bound to it.
    private mutating func token(_ form: FormFields, provenBy key: String?, at now: Timestamp) -> Answer {
        switch form["grant_type"] {
        case "password":
            guard form["password"] == "right" else { return Self.error("invalid_grant", "wrong name or password") }
            return Answer(200, beginLogin(at: now, provenBy: key))
        case "refresh_token": return renew(form["refresh_token"] ?? "", provenBy: key, at: now)
        case "urn:ietf:params:oauth:grant-type:device_code":
            guard form["device_code"] == "device-secret" else { return Self.error("invalid_grant", "no such code") }
            guard identity.deviceAnswers.isEmpty else { return Self.error(identity.deviceAnswers.removeFirst()) }
            return Answer(200, beginLogin(at: now, provenBy: key))
        case "authorization_code": return redeem(form, provenBy: key, at: now)
        case nil: return Self.error("invalid_request", "grant_type is missing")
        default: return Self.error("unsupported_grant_type", "only what wallets use")
        }
    }

    mutating func beginLogin(at now: Timestamp, provenBy key: String? = nil) -> String {
        var login = Identity.Login(begunAt: now, refresh: "refresh-\(identity.tokensGiven + 1)")
        login.thumbprint = key
        identity.logins.append(login)
        return giveTokens(to: identity.logins.count - 1, at: now)
    }

    private mutating func renew(_ refresh: String, provenBy key: String?, at now: Timestamp) -> Answer {
        guard let login = identity.logins.firstIndex(where: { $0.refresh == refresh || $0.rotated?.token == refresh }),
            !identity.logins[login].isOver
        else { return Self.error("invalid_grant", "the session is over") }
        if let bound = identity.logins[login].thumbprint, bound != key {
            return Self.error("invalid_dpop_proof", "the refresh token is bound to another key")
        }
        guard identity.logins[login].refresh == refresh else {
            let rotated = identity.logins[login].rotated
            guard let rotated, now < rotated.at.advanced(by: Self.grace) else {
                return Self.error("invalid_grant", "the refresh token was used")
            }
            return Answer(200, rotated.answer)
        }
        let answer = giveTokens(to: login, at: now)
        identity.logins[login].rotated = (refresh, now, answer)
        return Answer(200, answer)
    }

    private mutating func giveTokens(to login: Int, at now: Timestamp) -> String {
        identity.tokensGiven += 1
        let number = identity.tokensGiven
        let lifetime = rules.accessLifetime
        let key = keyOfToken(boundTo: identity.logins[login].thumbprint)
        identity.access["access-\(number)"] = Identity.Access(
            login: login, endsAt: now.advanced(by: lifetime), thumbprint: key)
        identity.logins[login].refresh = "refresh-\(number)"
        return #"{"access_token":"access-\#(number)","token_type":\#(quoted(tokenType(of: key))),"#
            + #""expires_in":\#(lifetime.components.seconds),"refresh_token":"refresh-\#(number)"}"#
    }

    /// Ends the session of a token (RFC 7009): one that is unknown is as good as revoked.
    private mutating func revoke(_ form: FormFields) -> Answer {
        let token = form["token"] ?? ""
        let login =
            identity.access[token]?.login
            ?? identity.logins.firstIndex { $0.refresh == token || $0.rotated?.token == token }
        if let login { identity.logins[login].isOver = true }
        return Answer(200, "{}")
    }

    /// An error of the identity provider (RFC 6749, section 5.2).
    static func error(_ code: String, _ sentence: String = "") -> Answer {
        let description = sentence.isEmpty ? "" : ",\"error_description\":\(quoted(sentence))"
        return Answer(400, "{\"error\":\"\(code)\"\(description)}")
    }
}

/// The fields of a form (`application/x-www-form-urlencoded`).
struct FormFields {
    private var fields: [String: String] = [:]

    init(_ body: Data) {
        for part in String(decoding: body, as: UTF8.self).split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            fields[Self.text(pair[0])] = pair.count > 1 ? Self.text(pair[1]) : ""
        }
    }

    subscript(_ name: String) -> String? { fields[name] }

    private static func text(_ part: Substring) -> String {
        part.replacing("+", with: " ").removingPercentEncoding ?? String(part)
    }
}
