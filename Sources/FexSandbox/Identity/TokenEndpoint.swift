import WalletCore

/// What `POST …/token` does, grant by grant.
struct TokenEndpoint: Sendable {
    let store: Store
    let authority: TokenAuthority

    /// Answers a request for a token.
    ///
    /// - Parameters:
    ///   - form: The request's parameters.
    ///   - basic: Client id and secret from an `Authorization: Basic` header, if there is one.
    ///   - issuer: The realm's address.
    /// - Throws: ``OAuthError``.
    func answer(_ form: FormBody, basic: (id: String, secret: String)?, issuer: String) async throws -> JSON {
        switch try form.require("grant_type") {
        case "client_credentials":
            let clientID = try basic?.id ?? form.require("client_id")
            let secret = try basic?.secret ?? form.require("client_secret")
            let grant = try await store.transaction { transaction in
                try transaction.grant(clientID: clientID, clientSecret: secret)
            }
            return try await tokens(for: grant, refresh: nil, issuer: issuer)
        case "password":
            try requireWalletClient(form)
            let (username, password) = (try form.require("username"), try form.require("password"))
            let (grant, refresh) = try await store.transaction { transaction in
                let wallet = try transaction.wallet(username: username, password: password)
                return (AccessGrant(wallet), try transaction.issueRefreshToken(walletID: wallet.id))
            }
            return try await tokens(for: grant, refresh: refresh, issuer: issuer)
        case "refresh_token":
            try requireWalletClient(form)
            let token = try form.require("refresh_token")
            let (grant, refresh) = try await store.transaction { try $0.rotateRefreshToken(token) }.get()
            return try await tokens(for: grant, refresh: refresh, issuer: issuer)
        default:
            throw OAuthError(code: "unsupported_grant_type", description: "this grant is not offered here")
        }
    }

    private func requireWalletClient(_ form: FormBody) throws {
        guard try form.require("client_id") == AccessGrant.walletClientID else { throw OAuthError.invalidClient }
    }

    private func tokens(for grant: AccessGrant, refresh: String?, issuer: String) async throws -> JSON {
        var answer = JSONObject([
            JSONObject.Member("access_token", .string(try await authority.issue(grant, issuer: issuer))),
            JSONObject.Member("expires_in", .integer(TokenAuthority.lifetime)),
            JSONObject.Member("token_type", "Bearer"),
        ])
        if let refresh {
            answer["refresh_token"] = .string(refresh)
            answer["refresh_expires_in"] = .integer(RefreshToken.lifetime)
        }
        return .object(answer)
    }
}
