import Foundation
import HTTPTypes
import WalletCore

extension HTTPTransportContract {
    /// How connections are used.
    static let connections: [Rule] = [
        .wire("calls after one another use one connection") { bench in
            try await bench.serve(["/": .answer(body: Data("x".utf8))]) { server, transport in
                for _ in 0..<50 {
                    _ = try await transport.answer(to: server.get("/"))
                    _ = try await transport.answer(to: server.post("/"))
                }
                try require(server.log.requests.count, is: 100, "requests")
                try require(server.log.connections, is: 1, "connections")
            }
        },
        .wire("a kept connection that the server has closed is no obstacle") { bench in
            try await bench.serve(["/": .answer(thenClosing: true)]) { server, transport in
                for round in 1...5 {
                    _ = try await transport.answer(to: server.get("/"))
                    await server.waits { $0.openConnections == 0 }
                    try require(server.log.requests.count, is: round, "requests")
                }
            }
        },
        .wire("a repeatable call may be repeated when a kept connection breaks", unless: [.brokenKeptConnectionsAreNotTold]) { bench in
            try await bench.serve(["/ok": .answer(), "/cut": ServerScript([.close])]) { server, transport in
                _ = try await transport.answer(to: server.get("/ok"))
                let call = server.post("/cut", [idempotencyKey: "k"])
                try await transport.requireFailure(.connectionLost, sent: true, of: call)
                let bodies = Set(server.requests(to: "/cut").map { $0.body + Array(($0["idempotency-key"] ?? "").utf8) })
                try require(bodies.count, is: 1, "different requests")
            }
        },
        .wire("a call that is not repeatable reaches the server once", unless: [.brokenKeptConnectionsAreNotTold]) { bench in
            try await bench.serve(["/ok": .answer(), "/cut": ServerScript([.close])]) { server, transport in
                _ = try await transport.answer(to: server.get("/ok"))
                let call = server.post("/cut")
                try await transport.requireFailure(.connectionLost, sent: true, of: call)
                try require(server.requests(to: "/cut").count, is: 1, "requests")
            }
        },
    ]
}
