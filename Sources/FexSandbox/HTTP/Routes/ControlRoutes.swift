import FexValues
import Hummingbird

/// Test-only routes under `/sandbox`: what happened, and what is to happen.
enum ControlRoutes: RouteFamily {
    static func add(to router: Router<SandboxContext>, services: Services) {
        let router = router.group("/sandbox").add(middleware: ControlGuard(services: services))
        router.get("/ledger") { _, _ in
            Response(try await services.store.transaction { try $0.ledgerReport() })
        }
        router.get("/decisions") { _, _ in
            let calls = try await services.store.transaction { try $0.decisionCalls() }
            return Response(["decisions": .array(calls.map(\.document))])
        }
        router.post("/clock") { request, _ in
            let body = try await request.readObject()
            guard let seconds = try body.optionalInteger("advance_seconds"), (0...3_153_600_000).contains(seconds)
            else {
                throw PlatformError.badRequest("advance_seconds must be a whole number of at least 0")
            }
            try await services.advanceClock(seconds: seconds)
            return Response(["now": .string(services.clock.now.rfc3339)])
        }
        router.put("/faults") { request, _ in
            let list: JSON
            do {
                list = try JSON(parsing: try await request.readBody())
            } catch let error as JSONSyntaxError {
                throw PlatformError.badRequest("the body is \(error)")
            }
            let rules = try FaultRule.list(list)
            services.faults.replace(with: rules)
            return Response(["rules": .integer(rules.count)])
        }
        router.get("/webhooks") { _, _ in
            let webhooks = try await services.store.transaction { try $0.webhooks() }
            return Response(["webhooks": .array(webhooks.map(\.document))])
        }
        router.delete("/wallets/:id") { _, context in
            let id = try context.parameters.require("id")
            try await services.store.transaction { try $0.closeWallet(id) }
            return Response.success([("message", "the wallet is not on file any more")])
        }
        router.post("/transactions") { request, _ in
            let body = try await request.readObject()
            let walletID = try body.text("wallet_id")
            guard let count = try body.optionalInteger("count"), (1...1_000_000).contains(count) else {
                throw PlatformError.badRequest("count must be a whole number from 1 to 1000000")
            }
            try await services.store.transaction { try $0.makeHistory(walletID: walletID, count: count) }
            return Response(["created": .integer(count)], status: .created)
        }
    }
}
