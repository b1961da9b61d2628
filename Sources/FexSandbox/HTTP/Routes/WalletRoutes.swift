import FexValues
import Hummingbird

/// What a wallet reads: itself, requests for approval, its transactions, its credentials for events.
enum WalletRoutes: RouteFamily {
    static func add(to router: Router<SandboxContext>, services: Services) {
        router.get(RouterPath(Prefix.wallet + "/wallet")) { request, _ in
            let wallet = try await wallet(of: request, services: services)
            return Response.success([("wallet", wallet.document)])
        }
        router.get(RouterPath(Prefix.wallet + "/approvals")) { request, _ in
            let walletID = try await services.walletID(of: request)
            let position = try request.feedPosition()
            let feed = try await services.store.transaction { transaction in
                try transaction.approvalFeed(walletID: walletID, at: position)
            }
            let document = position.fields == .all ? services.documents.full : services.documents.summary
            return feed.response(to: request, named: "approvals") { intent in
                ["seq": .integer(intent.approvalSeq ?? 0), "payment_intent": document(intent)]
            }
        }
        router.get(RouterPath(Prefix.wallet + "/transactions")) { request, _ in
            let walletID = try await services.walletID(of: request)
            if request.query("page") != nil { return try await page(of: walletID, request, services: services) }
            let position = try request.feedPosition()
            let feed = try await services.store.transaction { transaction in
                try transaction.transactionFeed(walletID: walletID, at: position)
            }
            return feed.response(to: request, named: "transactions") { $0.document(forWallet: true) }
        }
        router.get(RouterPath(Prefix.wallet + "/events/credentials")) { request, _ in
            let wallet = try await wallet(of: request, services: services)
            return Response.success([("user", .string(wallet.natsUser)), ("password", .string(wallet.natsPassword))])
        }
    }

    private static func wallet(of request: Request, services: Services) async throws -> Wallet {
        let walletID = try await services.walletID(of: request)
        guard let wallet = try await services.store.transaction({ try $0.wallet(walletID) }) else {
            throw PlatformError.notFound("there is no such wallet")
        }
        return wallet
    }

    private static func page(of walletID: String, _ request: Request, services: Services) async throws -> Response {
        guard request.query("after") == nil else {
            throw PlatformError.badRequest("after and page can't be used together")
        }
        _ = try FeedFields(query: request.query("fields"))
        let page = try request.page()
        let (items, total) = try await services.store.transaction { transaction in
            try transaction.transactions(of: .wallet(walletID), page: page)
        }
        return page.response([("transactions", .array(items.map { $0.document(forWallet: true) }))], total: total)
    }
}

/// Where a customer's yes or no arrives.
enum DecisionRoutes: RouteFamily {
    static func add(to router: Router<SandboxContext>, services: Services) {
        for kind in DecisionKind.allCases {
            router.post(RouterPath(Prefix.wallet + "/payment-intents/:id/\(kind.rawValue)")) { request, context in
                let (walletID, sessionID) = try await services.customer(of: request)
                let decision = try DecisionRequest(
                    kind, intentID: try context.parameters.require("id"), walletID: walletID, sessionID: sessionID,
                    idempotencyKey: request.headers[.idempotencyKey], body: try await request.readJSONBody())
                let answer = try await services.store.transaction { transaction in
                    try transaction.decide(decision, documents: services.documents)
                }
                return Response(try answer.get())
            }
        }
    }
}
