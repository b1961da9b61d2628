import Crypto
import FexValues
package import Foundation
import WalletCore

extension PlatformModel {
    /// What a person has allowed on the provider's page, until its code is redeemed.
    struct Authorization: Sendable {
        var redirect: String
        var challenge: String
        var nonce: String?
        var isUsed = false
    }

    /// How long an identity token is good.
    private static let identityLifetime: Duration = .seconds(300)

    /// A person logs in on the page that a wallet has shown them.
    ///
    /// - Returns: What the page leads back to; `nil` where it was asked for something else than the contract has.
    package mutating func authorize(_ page: URL) -> URL? {
        let query = FormFields(
            Data((URLComponents(url: page, resolvingAgainstBaseURL: false)?.percentEncodedQuery ?? "").utf8))
        guard page.absoluteString.hasPrefix("\(identityAddress)/authorize?"), query["response_type"] == "code",
            query["client_id"] == "wallet", query["code_challenge_method"] == "S256",
            let challenge = query["code_challenge"], let redirect = query["redirect_uri"], let state = query["state"],
            var callback = URLComponents(string: redirect)
        else { return nil }
        let code = "code-\(identity.authorizations.count + 1)"
        identity.authorizations[code] = Authorization(redirect: redirect, challenge: challenge, nonce: query["nonce"])
        callback.queryItems = [
            URLQueryItem(name: "state", value: state), URLQueryItem(name: "iss", value: issuer),
            URLQueryItem(name: "code", value: code),
        ]
        return callback.url
    }

    /// The name of the identity provider.
    var issuer: String { "\(identityAddress)/realms/payment-platform" }

    /// Redeems a code: once, for who holds the secret behind its challenge.
    mutating func redeem(_ form: FormFields, provenBy key: String?, at now: Timestamp) -> Answer {
        let verifier = form["code_verifier"] ?? ""
        guard let code = form["code"], let found = identity.authorizations[code], !found.isUsed,
            form["redirect_uri"] == found.redirect, (43...128).contains(verifier.utf8.count),
            Data(SHA256.hash(data: Data(verifier.utf8))).base64URL == found.challenge
        else { return Self.error("invalid_grant", "the code is not good") }
        identity.authorizations[code]?.isUsed = true
        let claims: JSON = [
            "iss": .string(issuer), "aud": "wallet", "sub": .string(customer.user), "nonce": .optional(found.nonce),
            "exp": .integer(now.advanced(by: Self.identityLifetime).milliseconds / 1000),
        ]
        let token = Data(#"{"alg":"RS256"}"#.utf8).base64URL + "." + claims.data.base64URL + ".signature"
        let tokens = beginLogin(at: now, provenBy: key)
        return Answer(200, tokens.dropLast() + ",\"id_token\":\"\(token)\"}")
    }
}
