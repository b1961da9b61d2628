import HTTPTypes
import Hummingbird

/// Stands before the routes that only tests call: they take the platform's own token, and nothing that a page of another
/// site has a browser send.
struct ControlGuard: RouterMiddleware {
    typealias Context = SandboxContext

    let services: Services

    @concurrent
    func handle(
        _ request: Request, context: SandboxContext,
        next: @concurrent (Request, SandboxContext) async throws -> Response
    ) async throws -> Response {
        // Each page that a browser shows can make it call this machine; it says in `Origin` whose page that is.
        guard request.headers[values: .origin].allSatisfy({ $0 == services.api }) else {
            throw PlatformError.forbidden("a page of another origin may not call this")
        }
        try await services.requireAdmin(request)
        return try await next(request, context)
    }
}
