import FexHTTP
import FexValues
import Foundation
import HTTPTypes

/// The calls to the identity provider.
///
/// They throw ``OAuthRefusal`` where the identity provider itself has refused, and ``PlatformError`` for all else.
protocol TokenCalls: Sendable {
    /// Tokens for a name and a password (RFC 6749, section 4.3).
    func requestTokens(username: String, password: String) async throws -> Tokens
    /// Tokens for a refresh token (RFC 6749, section 6).
    ///
    /// - Parameter key: What it may be bound to, and the new tokens are bound to where the provider does that.
    ///
    /// The provider takes the same one again for a minute, and gives the same answer: one that was lost can be asked for
    /// again. An answer without a refresh token leaves this one good.
    func renewTokens(refresh: String, by key: DPoPKey?) async throws -> Tokens
    /// Ends the session of tokens (RFC 7009); those that are over already are as good as ended.
    func revoke(_ tokens: Tokens) async throws
    /// Looks, without any secret, whether there is an identity provider where the configuration says.
    ///
    /// - Throws: ``PlatformError`` where there is none.
    func probeIdentityProvider() async throws
}

extension PlatformClient: TokenCalls {
    func requestTokens(username: String, password: String) async throws -> Tokens {
        try await requestTokens([("grant_type", "password"), ("username", username), ("password", password)])
    }

    func renewTokens(refresh: String, by key: DPoPKey?) async throws -> Tokens {
        let endpoint = try await fetchTokenEndpoint()
        return try await requestTokens(
            [("grant_type", "refresh_token"), ("refresh_token", refresh)], of: endpoint.address, boundTo: key
        ) { _ throws(MalformedDocument) in }
    }

    func revoke(_ tokens: Tokens) async throws {
        let limits = HTTPLimits(connect: .seconds(5), total: .seconds(5))
        var call = PlatformCall.form(
            [
                ("token", (tokens.refresh ?? tokens.access).value),
                ("token_type_hint", tokens.refresh == nil ? "access_token" : "refresh_token"),
                ("client_id", endpoints.clientID),
            ], to: try await fetchIdentityEndpoint("revocation_endpoint", limits: limits))
        call.limits = limits
        // Section 2.2: the status says all.
        call.needsDocument = false
        try await identityAnswer(to: call) { _ in }
    }

    func probeIdentityProvider() async throws { _ = try await fetchIdentityEndpoint("token_endpoint") }

    /// Tokens for a login's grant, with the client's own id, bound to a key of this device where the provider offers that.
    ///
    /// - Parameter check: Looks for what else is asked of the answer.
    func requestTokens(
        _ grant: [(String, String)],
        checking check: (JSONFields) throws(MalformedDocument) -> Void = { _ throws(MalformedDocument) in }
    ) async throws -> Tokens {
        let endpoint = try await fetchTokenEndpoint()
        let key = endpoint.bindsTokens ? try await dpop.keys.loadOrMake() : nil
        return try await requestTokens(grant, of: endpoint.address, boundTo: key, checking: check)
    }

    private func requestTokens(
        _ grant: [(String, String)], of endpoint: HTTPAddress, boundTo key: DPoPKey?,
        checking check: (JSONFields) throws(MalformedDocument) -> Void
    ) async throws -> Tokens {
        var call = PlatformCall.form(grant + [("client_id", endpoints.clientID)], to: endpoint)
        call.key = key
        let sentAt = clock.now()
        return try await identityAnswer(to: call) { document throws(MalformedDocument) in
            let fields = try JSONFields(document, at: "")
            try check(fields)
            let seconds = try fields.integer("expires_in")
            guard (1...86_400 * 365).contains(seconds) else { throw fields.malformed("expires_in", "is out of range") }
            let (access, refresh) = (try fields.string("access_token"), try fields.optionalString("refresh_token"))
            guard !access.isEmpty else { throw fields.malformed("access_token", "is empty") }
            var tokens = Tokens(
                access: access, accessEndsAt: sentAt.advanced(by: .seconds(seconds)),
                refresh: refresh?.isEmpty == true ? nil : refresh)
            tokens.scheme = try fields.scheme(for: key)
            tokens.thumbprint = key?.thumbprint
            return tokens
        }
    }

    /// Where tokens are to be had, and whether they can be bound to a key of ours.
    private func fetchTokenEndpoint() async throws -> (address: HTTPAddress, bindsTokens: Bool) {
        try await describeIdentityProvider { provider throws(MalformedDocument) in
            // RFC 9449, section 5.1.
            let algorithms = try provider.value("dpop_signing_alg_values_supported")?.arrayValue ?? []
            return (try endpoint("token_endpoint", of: provider), algorithms.contains("ES256"))
        }
    }

    /// Makes a call to an endpoint of the identity provider.
    ///
    /// - Throws: ``OAuthRefusal`` if it refused; ``PlatformError`` for all else, also where something on the way refused.
    func identityAnswer<Value>(
        to call: PlatformCall, _ read: (JSON) throws(MalformedDocument) -> Value
    ) async throws -> Value {
        do {
            return try await answer(to: call) { answer throws(MalformedDocument) in try read(answer.document) }
        } catch let error as PlatformError {
            guard case .refused(let refusal) = error.reason else { throw error }
            if let refusal = OAuthRefusal(refusal) { throw refusal }
            throw PlatformError(notIdentityProvider: refusal.status)
        }
    }

    /// Where the identity provider says that something is to be had: `token_endpoint` and so on.
    func fetchIdentityEndpoint(_ name: String, limits: HTTPLimits = HTTPLimits()) async throws -> HTTPAddress {
        try await describeIdentityProvider(limits: limits) { provider throws(MalformedDocument) in
            try endpoint(name, of: provider)
        }
    }

    /// An endpoint that the identity provider names. A secret goes there: so it must be of the provider's own origin.
    func endpoint(_ name: String, of provider: JSONFields) throws(MalformedDocument) -> HTTPAddress {
        guard let address = HTTPAddress(try provider.string(name)), address.origin == endpoints.auth.origin else {
            throw provider.malformed(name, "is not of the provider's origin")
        }
        return address
    }

    /// Reads what the identity provider says of itself.
    func describeIdentityProvider<Value>(
        limits: HTTPLimits = HTTPLimits(), _ read: (JSONFields) throws(MalformedDocument) -> Value
    ) async throws -> Value {
        do {
            var call = PlatformCall(address: endpoints.discovery, needsToken: false)
            call.limits = limits
            call.hasPublishedRefusals = false
            return try await answer(to: call) { answer throws(MalformedDocument) in
                let fields = try JSONFields(answer.document, at: "openid-configuration")
                // OpenID Connect Discovery 1.0, section 4.3: one that calls itself otherwise describes another.
                guard try fields.string("issuer") == endpoints.issuer.description else {
                    throw fields.malformed("issuer", "is not who was asked")
                }
                return try read(fields)
            }
        } catch let error as PlatformError {
            // A refusal of the provider's description says nothing about the session.
            guard case .refused(let refusal) = error.reason else { throw error }
            throw PlatformError(notIdentityProvider: refusal.status)
        }
    }
}

extension JSONFields {
    /// How a call is to show the access token in an answer.
    ///
    /// - Parameter key: What the tokens were asked for with. A provider may leave them to every bearer all the same
    ///   (RFC 9449, section 5).
    fileprivate func scheme(for key: DPoPKey?) throws(MalformedDocument) -> TokenScheme {
        switch try optionalString("token_type")?.lowercased() {
        case nil, "bearer": return .bearer
        case "dpop" where key != nil: return .dpop
        // RFC 6749, section 7.1: a token of an unknown type is not used.
        default: throw malformed("token_type", "is none that was asked for")
        }
    }
}

extension PlatformError {
    /// The error of a call to the identity provider that something else has answered.
    fileprivate init(notIdentityProvider status: Int) {
        self.init(.malformed("HTTP \(status) that is no answer of an identity provider"))
    }
}

extension PlatformCall {
    /// A call to the identity provider: a form, without a token.
    static func form(_ fields: [(String, String)], to address: HTTPAddress) -> PlatformCall {
        var call = PlatformCall(method: .post, address: address, needsToken: false)
        call.body = Data(PercentEncoding.form(fields).utf8)
        call.headers[.contentType] = "application/x-www-form-urlencoded"
        call.hasPublishedRefusals = false
        return call
    }
}
