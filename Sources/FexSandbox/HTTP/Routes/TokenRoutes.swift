import FexValues
import Foundation
import HTTPTypes
import Hummingbird

/// The realm: how to find everything, the keys of tokens, and tokens.
enum TokenRoutes: RouteFamily {
    static func add(to router: Router<SandboxContext>, services: Services) {
        let endpoint = TokenEndpoint(store: services.store, authority: services.authority)
        router.get(RouterPath(Prefix.realm + "/.well-known/openid-configuration")) { _, _ in
            Response(configuration(issuer: services.issuer))
        }
        router.get(RouterPath(Prefix.realm + "/protocol/openid-connect/certs")) { _, _ in
            Response(try services.authority.keySet())
        }
        router.post(RouterPath(Prefix.realm + "/protocol/openid-connect/token")) { request, _ in
            let form = try await request.readForm()
            let answer = try await endpoint.answer(form, basic: basicCredentials(of: request), issuer: services.issuer)
            var response = Response(answer)
            response.headers[.cacheControl] = "no-store"
            return response
        }
    }

    private static func configuration(issuer: String) -> JSON {
        let endpoint = { (name: String) -> JSON in .string("\(issuer)/protocol/openid-connect/\(name)") }
        return [
            "issuer": .string(issuer),
            "authorization_endpoint": endpoint("auth"),
            "token_endpoint": endpoint("token"),
            "device_authorization_endpoint": endpoint("auth/device"),
            "revocation_endpoint": endpoint("revoke"),
            "jwks_uri": endpoint("certs"),
            "grant_types_supported": [
                "client_credentials", "password", "refresh_token", "authorization_code",
                .string(TokenEndpoint.deviceGrant),
            ],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true,
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "subject_types_supported": ["public"],
            "scopes_supported": ["openid"],
            "revocation_endpoint_auth_methods_supported": ["none"],
            "claims_supported": [
                "iss", "aud", "sub", "azp", "typ", "jti", "iat", "exp", "auth_time", "nonce", "sid", "realm_access",
                "preferred_username", "merchant_id", "counter_id", "wallet_id",
            ],
        ]
    }

    private static func basicCredentials(of request: Request) -> (id: String, secret: String)? {
        guard let parts = request.headers[.authorization]?.split(separator: " "), parts.count == 2,
            parts[0].lowercased() == "basic", let data = Data(base64Encoded: String(parts[1]))
        else { return nil }
        let pair = String(decoding: data, as: UTF8.self).split(separator: ":", maxSplits: 1)
        guard pair.count == 2, let id = pair[0].removingPercentEncoding, let secret = pair[1].removingPercentEncoding
        else { return nil }
        return (id, secret)
    }
}

/// Where a wallet that logs out ends its session, by its refresh token or its access token (RFC 7009).
enum RevocationRoutes: RouteFamily {
    static func add(to router: Router<SandboxContext>, services: Services) {
        router.post(RouterPath(Prefix.realm + "/protocol/openid-connect/revoke")) { request, _ in
            let form = try await request.readForm()
            guard try form.require("client_id") == AccessGrant.walletClientID else { throw OAuthError.invalidClient }
            let token = try form.require("token")
            let sessionOfAccessToken = await services.authority.sessionID(of: token, issuer: services.issuer)
            // A token that is none is as good as revoked (section 2.2).
            try await services.store.transaction { transaction in
                let session = try sessionOfAccessToken ?? transaction.sessionID(ofRefreshToken: token)
                if let session { try transaction.endSession(session) }
            }
            return Response(status: .ok, headers: [.cacheControl: "no-store"])
        }
    }
}
