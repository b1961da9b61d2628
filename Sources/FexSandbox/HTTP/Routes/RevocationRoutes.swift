import HTTPTypes
import Hummingbird

/// Where a wallet that logs out ends its login (RFC 7009).
enum RevocationRoutes: RouteFamily {
    static func add(to router: Router<SandboxContext>, services: Services) {
        router.post(RouterPath(Prefix.realm + "/protocol/openid-connect/revoke")) { request, _ in
            let form = try await request.readForm()
            guard try form.require("client_id") == AccessGrant.walletClientID else { throw OAuthError.invalidClient }
            let token = try form.require("token")
            // A token that is none is as good as revoked (section 2.2); an access token ends by itself.
            try await services.store.transaction { try $0.revokeFamily(ofRefreshToken: token) }
            return Response(status: .ok, headers: [.cacheControl: "no-store"])
        }
    }
}
