import FexValues
import HTTPTypes
import Hummingbird

/// What the sample shop's backend answers: its page, and the calls of the web button, for which it has the token.
struct ShopRoutes: Sendable {
    let till: Till
    let page: ShopPage

    /// The routes.
    var router: Router<SandboxContext> {
        let router = Router(context: SandboxContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: ShopHeaders())
        router.add(middleware: ErrorBodies())
        for (path, type, content) in [
            ("/", "text/html; charset=utf-8", Array(page.html.utf8)),
            ("/shop.css", "text/css; charset=utf-8", PackageResources.shop_css),
            ("/shop.js", "text/javascript; charset=utf-8", PackageResources.shop_js),
            ("/fex-pay.js", "text/javascript; charset=utf-8", PackageResources.fex_pay_js),
        ] {
            router.get(RouterPath(path)) { _, _ in
                Response(
                    status: .ok, headers: [.contentType: type], body: .init(byteBuffer: ByteBuffer(bytes: content)))
            }
        }
        router.post("/pay/payment-intents") { request, _ in
            // A page of another origin can post forms, but not JSON.
            guard request.headers[.contentType]?.hasPrefix("application/json") == true else {
                throw PlatformError.badRequest("the body must be application/json")
            }
            let item = try item(try await request.readObject())
            return try await passOn {
                let intent = try await till.createIntent(item.order)
                // The browser gets what anybody may see, not what the merchant does.
                return .success(
                    [("payment_intent", try await till.fetchPublicIntent(try ShopRoutes.id(intent)))], status: .created)
            }
        }
        router.get("/pay/public/payment-intents/:id") { _, context in
            let id = try ShopRoutes.id(context)
            return try await passOn { .success([("payment_intent", try await till.fetchPublicIntent(id))]) }
        }
        router.post("/pay/payment-intents/:id/cancel") { request, context in
            guard request.headers[.contentType]?.hasPrefix("application/json") == true else {
                throw PlatformError.badRequest("the body must be application/json")
            }
            let id = try ShopRoutes.id(context)
            return try await passOn {
                _ = try await till.cancelIntent(id)
                return .success([("message", "the payment intent has been cancelled")])
            }
        }
        return router
    }

    /// The item that a browser asks to pay for: name, price and merchant must be the shop's own.
    private func item(_ body: RequestBodyObject) throws(PlatformError) -> ShopItem {
        guard try body.text("merchant_id") == page.merchantID else {
            throw .forbidden("this shop belongs to another merchant")
        }
        guard let currency = try? Currency(try body.text("currency")) else {
            throw .badRequest("currency must be an ISO 4217 code")
        }
        // Where the platform tells of payments is the shop's business, not the browser's.
        guard try body.optionalText("callback_url") == nil else {
            throw .badRequest("callback_url can't be chosen by the page")
        }
        let price = try body.amount("amount", currency: currency)
        let name = try body.text("description")
        guard let item = page.items.first(where: { $0.name == name && $0.price == price }) else {
            throw .unprocessable("the shop sells no such thing at this price")
        }
        return item
    }

    /// Passes the platform's refusals on, and says no more than that where it is out of reach.
    private func passOn(_ call: () async throws -> Response) async throws -> Response {
        do {
            return try await call()
        } catch TillError.refused(let status, let message) where [404, 409].contains(status) {
            throw PlatformError(status: .init(code: status), message: PlainText.clean(message))
        } catch is TillError {
            throw PlatformError(status: .badGateway, message: "the payment platform does not answer as it should")
        }
    }

    private static func id(_ context: SandboxContext) throws -> IntentID {
        guard let id = IntentID(try context.parameters.require("id")) else {
            throw PlatformError.notFound("there is no payment intent with this id")
        }
        return id
    }

    private static func id(_ intent: JSON) throws(TillError) -> IntentID {
        guard let id = intent["id"]?.stringValue.flatMap({ IntentID($0) }) else { throw .malformedAnswer }
        return id
    }
}

extension ShopItem {
    /// What the platform is asked for.
    fileprivate var order: JSONObject {
        JSONObject([
            JSONObject.Member("amount", .number(price.decimalString)),
            JSONObject.Member("currency", .string(price.currency.code)),
            JSONObject.Member("description", .string(name)),
        ])
    }
}

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
