import FexHTTP
import Foundation
import HTTPTypes
import WalletCore
import WalletTesting

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
        .wire("a kept connection that breaks under a GET is no obstacle") { bench in
            try await bench.serve(["/ok": .answer(), "/fresh": freshOnly]) { server, transport in
                _ = try await transport.answer(to: server.get("/ok"))
                let answer = try await transport.answer(to: server.get("/fresh"))
                try require(answer.response.status.code, is: 200, "status")
                try require(server.requests(to: "/fresh").map(\.connection), is: [1, 2], "connections of the requests")
            }
        },
        .wire("a call that is not repeatable reaches the server once", unless: [.brokenKeptConnectionsAreNotTold]) {
            bench in
            try await bench.serve(["/ok": .answer(), "/fresh": freshOnly]) { server, transport in
                _ = try await transport.answer(to: server.get("/ok"))
                try await transport.requireFailure(.connectionLost, sent: true, of: server.post("/fresh"))
                try require(server.requests(to: "/fresh").count, is: 1, "requests")
            }
        },
    ]

    /// Answers on a new connection, and cuts a kept one.
    private static var freshOnly: ServerScript {
        var script = ServerScript.answer()
        script.steps.insert(.closeIfKept, at: 0)
        return script
    }
}
