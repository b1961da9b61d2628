import Foundation
import HTTPTypes
import Hummingbird
import WalletCore

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
            let type = request.headers[.contentType]?.split(separator: ";").first?.lowercased()
            guard type == "application/x-www-form-urlencoded" else {
                throw OAuthError.invalidRequest("the body must be application/x-www-form-urlencoded")
            }
            let form = try FormBody(parsing: String(decoding: await request.readBody(), as: UTF8.self))
            let answer = try await endpoint.answer(form, basic: basicCredentials(of: request), issuer: services.issuer)
            var response = Response(answer)
            response.headers[.cacheControl] = "no-store"
            return response
        }
    }

    private static func configuration(issuer: String) -> JSON {
        [
            "issuer": .string(issuer),
            "token_endpoint": .string("\(issuer)/protocol/openid-connect/token"),
            "jwks_uri": .string("\(issuer)/protocol/openid-connect/certs"),
            "grant_types_supported": ["client_credentials", "password", "refresh_token"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": [],
            "subject_types_supported": ["public"],
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
