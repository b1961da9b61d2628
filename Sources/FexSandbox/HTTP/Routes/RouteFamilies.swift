import Hummingbird
import Logging

/// A family of routes, one a file.
protocol RouteFamily {
    /// Adds the family's routes.
    static func add(to router: Router<SandboxContext>, services: Services)
}

extension Router<SandboxContext> {
    /// All routes of the sandbox.
    ///
    /// - Parameter withControl: Whether the test-only routes under `/sandbox` are there.
    static func sandbox(services: Services, withControl: Bool) -> Router<SandboxContext> {
        let router = Router(context: SandboxContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: ErrorBodies())
        var families: [any RouteFamily.Type] = [
            HealthRoutes.self, TokenRoutes.self, PublicRoutes.self, IntentRoutes.self, CounterRoutes.self,
            MerchantRoutes.self, MerchantTransactionRoutes.self, WalletRoutes.self, DecisionRoutes.self,
            DeviceRoutes.self,
            RegistrationRoutes.self, DeviceGrantRoutes.self, AuthorizationCodeRoutes.self, RevocationRoutes.self,
        ]
        if withControl { families += [ControlRoutes.self, WalletControlRoutes.self] }
        for family in families { family.add(to: router, services: services) }
        return router
    }
}

/// The published prefixes.
enum Prefix {
    static let merchant = "/merchant/api/v1"
    static let wallet = "/wallet/api/v1"
    static let realm = "/auth/realms/payment-platform"
}

/// What a handler knows of the request besides the request itself.
struct SandboxContext: RequestContext {
    var coreContext: CoreRequestContextStorage

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
    }
}
