import HTTPTypes
import Hummingbird

/// Says with each answer what a browser may do with it: nothing from elsewhere, nothing inline, in nobody's frame.
struct ShopHeaders: RouterMiddleware {
    typealias Context = SandboxContext

    /// The button's code is a `data:` image; its style is a constructed sheet, to which no policy applies.
    private static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
        "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    @concurrent
    func handle(
        _ request: Request, context: SandboxContext,
        next: @concurrent (Request, SandboxContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.contentSecurityPolicy] = ShopHeaders.policy
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.referrerPolicy] = "no-referrer"
        response.headers[.cacheControl] = "no-store"
        return response
    }
}

extension HTTPField.Name {
    /// `Referrer-Policy`
    fileprivate static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
}
