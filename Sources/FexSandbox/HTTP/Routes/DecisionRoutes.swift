import FexValues
import Hummingbird

/// Where a customer's yes or no arrives.
enum DecisionRoutes: RouteFamily {
    static func add(to router: Router<SandboxContext>, services: Services) {
        for kind in DecisionKind.allCases {
            router.post(RouterPath(Prefix.wallet + "/payment-intents/:id/\(kind.rawValue)")) { request, context in
                let walletID = try await services.walletID(of: request)
                let decision = try DecisionRequest(
                    kind, intentID: try context.parameters.require("id"), walletID: walletID,
                    idempotencyKey: request.headers[.idempotencyKey], body: try await request.readJSONBody())
                let answer = try await services.store.transaction { transaction in
                    try transaction.decide(decision, documents: services.documents)
                }
                return Response(try answer.get())
            }
        }
    }
}
