import FexSandbox
import FexValues
import Foundation
import Logging
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A sample shop beside a running sandbox, called as a browser calls it.
struct ShopWorld: Sendable {
    let world: SandboxWorld
    let address: String

    /// Runs sandbox and shop for as long as a test takes.
    static func run(
        merchantName: String? = nil, _ test: @escaping @Sendable (ShopWorld) async throws -> Void
    ) async throws {
        try await SandboxWorld.run { world in
            let shop = try Shop(
                ready: ready(of: world, merchantName: merchantName),
                logger: Logger(label: "shop", factory: { _ in SwiftLogNoOpLogHandler() }))
            let (readiness, continuation) = AsyncStream<String>.makeStream()
            let stop = AsyncStream<Never>.makeStream()
            try await withThrowingTaskGroup { group in
                group.addTask {
                    defer { continuation.finish() }
                    try await shop.run(until: stop.stream) { continuation.yield($0) }
                }
                if let address = await readiness.first(where: { _ in true }) {
                    try await test(ShopWorld(world: world, address: address))
                }
                stop.continuation.finish()
                try await group.waitForAll()
            }
        }
    }

    private static func ready(of world: SandboxWorld, merchantName: String?) -> ReadyDocument {
        guard let merchantName, var ready = world.client.ready.json.objectValue,
            var merchant = world.client.ready.merchants[0].objectValue
        else { return world.client.ready }
        merchant["business_name"] = .string(merchantName)
        ready["merchants"] = .array([.object(merchant)])
        return ReadyDocument(.object(ready))
    }

    var merchantID: JSON { world.client.ready.merchants[0]["merchant_id"] ?? .null }

    /// What the web button asks for.
    func order(
        _ amount: String, _ name: String, currency: String = "USD", more: [String: JSON] = [:]
    ) -> JSON {
        var body = JSONObject([
            .init("merchant_id", merchantID), .init("amount", .number(amount)), .init("currency", .string(currency)),
            .init("description", .string(name)),
        ])
        for (name, value) in more { body[name] = value }
        return .object(body)
    }

    func buy(_ order: JSON) async throws -> SandboxClient.Answer {
        try await world.client.post(address + "/pay/payment-intents", order)
    }

    /// A page or a script, with its headers by their lower-case names.
    func page(_ path: String) async throws -> (text: String, headers: [String: String]) {
        let (data, response) = try await URLSession.shared.data(
            for: URLRequest(url: #require(URL(string: address + path))))
        var headers: [String: String] = [:]
        for (name, value) in (response as? HTTPURLResponse)?.allHeaderFields ?? [:] {
            headers["\(name)".lowercased()] = "\(value)"
        }
        return (String(decoding: data, as: UTF8.self), headers)
    }
}
