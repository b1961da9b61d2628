import FexValues
import Hummingbird

/// `GET /health`, inside the prefix and outside.
enum HealthRoutes: RouteFamily {
    static func add(to router: Router<SandboxContext>, services: Services) {
        for path in ["/health", Prefix.merchant + "/health"] {
            router.get(RouterPath(path)) { _, _ in Response.success([("status", "ok")]) }
        }
    }
}
