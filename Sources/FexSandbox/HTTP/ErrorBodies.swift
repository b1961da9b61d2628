import FexValues
import HTTPTypes
import Hummingbird
import Logging

/// Turns whatever a handler throws into the published error body; nothing of an inner fault is told.
struct ErrorBodies: RouterMiddleware {
    typealias Context = SandboxContext

    @concurrent
    func handle(
        _ request: Request, context: SandboxContext,
        next: @concurrent (Request, SandboxContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as PlatformError {
            var response = Response(error.body, status: error.status)
            if error.status == .unauthorized {
                // RFC 6750, section 3: what is wrong is told only to a client that brought a token.
                let realm = "Bearer realm=\"payment-platform\""
                response.headers[.wwwAuthenticate] =
                    request.headers[.authorization] == nil ? realm : realm + ", error=\"invalid_token\""
            }
            return response
        } catch let error as OAuthError {
            var response = Response(error.body, status: error.status)
            response.headers[.cacheControl] = "no-store"
            response.headers[.retryAfter] = error.retryAfter.map(String.init)
            // RFC 6749, section 5.2: the scheme is named to a client that tried one.
            if error.status == .unauthorized, request.headers[.authorization] != nil {
                response.headers[.wwwAuthenticate] = "Basic realm=\"payment-platform\""
            }
            return response
        } catch let error as any HTTPResponseError {
            let message = error.status == .notFound ? "there is nothing at this path" : error.status.reasonPhrase
            return Response(PlatformError(status: error.status, message: message).body, status: error.status)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            context.logger.error("a request failed", metadata: ["error": "\(error)", "path": "\(request.uri.path)"])
            return Response(
                PlatformError(status: .internalServerError, message: "the platform failed; try again").body,
                status: .internalServerError)
        }
    }
}
