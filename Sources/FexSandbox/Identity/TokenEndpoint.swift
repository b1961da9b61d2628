import FexValues

/// What `POST …/token` does, grant by grant.
struct TokenEndpoint: Sendable {
    let store: Store
    let authority: TokenAuthority

    /// The name of the device authorization grant (RFC 8628, section 3.4).
    static let deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"

    /// Answers a request for a token.
    ///
    /// - Parameters:
    ///   - form: The request's parameters.
    ///   - basic: Client id and secret from an `Authorization: Basic` header, if there is one.
    ///   - issuer: The realm's address.
    /// - Throws: ``OAuthError``.
    func answer(_ form: FormBody, basic: (id: String, secret: String)?, issuer: String) async throws -> JSON {
        let issued: Issued
        switch try form.require("grant_type") {
        case "client_credentials": issued = try await clientCredentials(form, basic: basic)
        case "password": issued = try await password(form)
        case "refresh_token": return try await refresh(form, issuer: issuer)
        case TokenEndpoint.deviceGrant: issued = try await deviceCode(form)
        case "authorization_code": issued = try await authorizationCode(form)
        default: throw OAuthError(code: "unsupported_grant_type", description: "this grant is not offered here")
        }
        return try await tokens(
            for: issued.grant, refresh: issued.refresh, identity: issued.identity, issuer: issuer)
    }

    private struct Issued: Sendable {
        var grant: AccessGrant
        var refresh: String?
        var identity: IdentityRequest?

        init(_ grant: AccessGrant) { self.grant = grant }

        init(_ login: Login, identity: IdentityRequest? = nil) {
            grant = login.grant
            refresh = login.refreshToken
            self.identity = identity
        }
    }

    private func clientCredentials(_ form: FormBody, basic: (id: String, secret: String)?) async throws -> Issued {
        let clientID = try basic?.id ?? form.require("client_id")
        let secret = try basic?.secret ?? form.require("client_secret")
        let grant = try await store.transaction { transaction in
            try transaction.grant(clientID: clientID, clientSecret: secret)
        }
        return Issued(grant)
    }

    private func password(_ form: FormBody) async throws -> Issued {
        try requireWalletClient(form)
        let (username, password) = (try form.require("username"), try form.require("password"))
        return try await store.transaction { transaction in
            let wallet = try transaction.wallet(username: username, password: password)
            return Issued(try transaction.logIn(wallet, authenticatedAt: transaction.now))
        }
    }

    /// The answer is stored with the token that it answers, so it is made before: a signature takes too long for a
    /// transaction, and of two calls at once the second gets what was made for the first.
    private func refresh(_ form: FormBody, issuer: String) async throws -> JSON {
        try requireWalletClient(form)
        let token = try form.require("refresh_token")
        let (renewal, next) = try await store.transaction { transaction in
            (try transaction.renewal(with: token), RefreshToken.make(from: transaction.entropy))
        }
        switch try renewal.get() {
        case .answered(let answer): return answer
        case .due(let grant, _):
            let answer = try await tokens(for: grant, refresh: next, issuer: issuer)
            return try await store.transaction { try $0.rotateRefreshToken(token, to: next, answer: answer) }.get()
        }
    }

    private func deviceCode(_ form: FormBody) async throws -> Issued {
        try requireWalletClient(form)
        let deviceCode = try form.require("device_code")
        return Issued(try await store.transaction { try $0.pollDeviceAuthorization(deviceCode) }.get())
    }

    private func authorizationCode(_ form: FormBody) async throws -> Issued {
        try requireWalletClient(form)
        let (code, redirectURI) = (try form.require("code"), try form.require("redirect_uri"))
        let verifier = try form.requireCodeVerifier()
        let (login, identity) = try await store.transaction { transaction in
            try transaction.redeemAuthorizationCode(code, redirectURI: redirectURI, verifier: verifier)
        }.get()
        return Issued(login, identity: identity)
    }

    private func requireWalletClient(_ form: FormBody) throws {
        guard try form.require("client_id") == AccessGrant.walletClientID else { throw OAuthError.invalidClient }
    }

    private func tokens(
        for grant: AccessGrant, refresh: String?, identity: IdentityRequest? = nil, issuer: String
    ) async throws -> JSON {
        var answer = JSONObject([
            JSONObject.Member("access_token", .string(try await authority.issue(grant, issuer: issuer))),
            JSONObject.Member("expires_in", .integer(TokenAuthority.lifetime)),
            JSONObject.Member("token_type", "Bearer"),
        ])
        if let refresh {
            answer["refresh_token"] = .string(refresh)
            answer["refresh_expires_in"] = .integer(RefreshToken.lifetime)
        }
        if let identity {
            answer["id_token"] = .string(
                try await authority.issueIdentity(of: grant, for: identity, issuer: issuer))
        }
        return .object(answer)
    }
}

extension FormBody {
    /// The secret behind a PKCE challenge (RFC 7636, section 4.1): 43 to 128 unreserved characters.
    fileprivate func requireCodeVerifier() throws(OAuthError) -> String {
        let verifier = try require("code_verifier")
        guard (43...128).contains(verifier.utf8.count), PercentEncoding.component(verifier) == verifier else {
            throw .invalidRequest("code_verifier must be 43 to 128 unreserved characters")
        }
        return verifier
    }
}
