import FexHTTP
import Foundation
import HTTPTesting
import HTTPTypes
import Testing
import WalletCore
import WalletCurl
import WalletTesting

/// What libcurl's transport owes beyond the contract of all transports.
@Suite(.timeLimit(.minutes(15)))
struct CurlTransportTests {
    @Test func `a cancelled call frees its handle and its connection`() async throws {
        try await MisbehavingServer.run(["/": ServerScript([.fallSilent])]) { server in
            let transport = CurlTransport()
            let tasks = (0..<10).map { _ in Task { try await transport.send(get(server, "/")) } }
            await server.waits { $0.requests.count == 10 }
            #expect(transport.liveHandles == 10)
            for task in tasks { task.cancel() }
            for task in tasks {
                await #expect(throws: HTTPTransportError.self) { try await task.value }
            }
            #expect(transport.liveHandles == 0)
            await server.waits { $0.openConnections == 0 }
            #expect(server.log.openConnections == 0)
        }
    }

    @Test func `cancelling one call leaves the others be`() async throws {
        let scripts: [String: ServerScript] = ["/": ServerScript([.fallSilent]), "/ok": .answer()]
        try await MisbehavingServer.run(scripts) { server in
            let transport = CurlTransport()
            let tasks = (0..<2).map { _ in Task { try await transport.send(get(server, "/")) } }
            await server.waits { $0.requests.count == 2 }
            tasks[0].cancel()
            await #expect(throws: HTTPTransportError.self) { try await tasks[0].value }
            #expect(transport.liveHandles == 1)
            let answer = try await transport.send(get(server, "/ok"))
            #expect(answer.response.status == .ok)
            tasks[1].cancel()
            await #expect(throws: HTTPTransportError.self) { try await tasks[1].value }
        }
    }

    @Test func `two hundred calls at once are all answered`() async throws {
        try await MisbehavingServer.run(["/": .answer(body: Data("ok".utf8))]) { server in
            let transport = CurlTransport()
            let answers = try await withThrowingTaskGroup(of: HTTPAnswer.self) { group in
                for _ in 0..<200 {
                    group.addTask { try await transport.send(get(server, "/")) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count == 200)
            #expect(answers.allSatisfy { $0.body == Data("ok".utf8) })
            #expect(server.log.requests.count == 200)
            #expect(transport.liveHandles == 0)
        }
    }

    @Test func `two thousand calls after one another use one connection`() async throws {
        try await MisbehavingServer.run(["/": .answer(body: Data("ok".utf8))]) { server in
            let transport = CurlTransport()
            for _ in 0..<2000 {
                let answer = try await transport.send(get(server, "/"))
                #expect(answer.response.status == .ok)
            }
            #expect(server.log.requests.count == 2000)
            #expect(server.log.connections == 1)
        }
    }

    @Test func `calls and cancellations in any order leave nothing behind`() async throws {
        let scripts: [String: ServerScript] = ["/": ServerScript([.fallSilent]), "/ok": .answer()]
        try await MisbehavingServer.run(scripts) { server in
            let transport = CurlTransport()
            await withTaskGroup(of: Void.self) { group in
                for index in 0..<100 {
                    group.addTask {
                        let task = Task { try await transport.send(get(server, index.isMultiple(of: 3) ? "/ok" : "/")) }
                        if index.isMultiple(of: 2) { await Task.yield() }
                        task.cancel()
                        _ = await task.result
                    }
                }
            }
            #expect(transport.liveHandles == 0)
            let answer = try await transport.send(get(server, "/ok"))
            #expect(answer.response.status == .ok)
        }
    }

    /// Has a payment go out on a kept connection, which the server then cuts.
    private func payingOverBrokenConnection(
        _ body: @Sendable (MisbehavingServer, CurlTransport, HTTPCall) async throws -> Void
    ) async throws {
        var freshOnly = ServerScript.answer()
        freshOnly.steps.insert(.closeIfKept, at: 0)
        try await MisbehavingServer.run(["/ok": .answer(), "/pay": freshOnly]) { server in
            let transport = CurlTransport()
            _ = try await transport.send(get(server, "/ok"))
            var call = get(server, "/pay")
            call.method = .post
            call.headerFields[try #require(.init("Idempotency-Key"))] = "key-1"
            try await body(server, transport, call)
        }
    }

    @Test func `a POST with its idempotency key survives a kept connection that breaks`() async throws {
        try await payingOverBrokenConnection { server, transport, call in
            var call = call
            call.body = Data("amount".utf8)
            let answer = try await transport.send(call)
            #expect(answer.response.status == .ok)
            let requests = server.log.requests.filter { $0.path == "/pay" }
            #expect(requests.map(\.connection) == [1, 2])
            #expect(requests.allSatisfy { $0["idempotency-key"] == "key-1" && $0.body == Array("amount".utf8) })
        }
    }

    @Test func `a POST that may not leave any more is not repeated on another connection`() async throws {
        try await payingOverBrokenConnection { server, transport, call in
            var call = call
            call.mayLeave = { [server] in !server.log.requests.contains { $0.path == "/pay" } }
            let error = await #expect(throws: HTTPTransportError.self) { _ = try await transport.send(call) }
            #expect(error?.reason == .timedOut && error?.mayHaveBeenSent == true)
            #expect(server.log.requests.filter { $0.path == "/pay" }.map(\.connection) == [1])
        }
    }

    @Test func `a header line without end is refused`() async throws {
        let endless = ServerScript([
            .send(Array("HTTP/1.1 200 OK\r\nX: ".utf8)), .sendForEver(Array(repeating: 0x79, count: 0x1000)),
        ])
        try await MisbehavingServer.run(["/": endless]) { server in
            let error = await #expect(throws: HTTPTransportError.self) {
                try await CurlTransport().send(get(server, "/"))
            }
            #expect(error?.reason == .bodyTooLarge && error?.mayHaveBeenSent == true)
        }
    }

    @Test func `shutting down ends calls, closes connections and refuses more`() async throws {
        let scripts: [String: ServerScript] = ["/": ServerScript([.fallSilent]), "/ok": .answer()]
        try await MisbehavingServer.run(scripts) { server in
            let transport = CurlTransport()
            _ = try await transport.send(get(server, "/ok"))
            let task = Task { try await transport.send(get(server, "/")) }
            await server.waits { $0.requests.count == 2 }
            await transport.shutdown()
            #expect(transport.liveHandles == 0)
            let ended = await #expect(throws: HTTPTransportError.self) { try await task.value }
            #expect(ended?.reason == .cancelled && ended?.mayHaveBeenSent == true)
            await server.waits { $0.openConnections == 0 }
            #expect(server.log.openConnections == 0)
            let refused = await #expect(throws: HTTPTransportError.self) {
                try await transport.send(get(server, "/ok"))
            }
            #expect(refused?.reason == .cancelled && refused?.mayHaveBeenSent == false)
            await transport.shutdown()
        }
    }

    @Test func `a transport that was never used shuts down at once, and refuses calls from then on`() async throws {
        try await MisbehavingServer.run(["/": .answer()]) { server in
            let transport = CurlTransport()
            await transport.shutdown()
            let error = await #expect(throws: HTTPTransportError.self) {
                _ = try await transport.send(get(server, "/"))
            }
            #expect(error?.reason == .cancelled && error?.mayHaveBeenSent == false)
            #expect(server.log.connections == 0)
        }
    }

    @Test func `a transport that is no longer held closes its connections`() async throws {
        try await MisbehavingServer.run(["/": .answer()]) { server in
            _ = try await CurlTransport().send(get(server, "/"))
            await server.waits { $0.openConnections == 0 }
            #expect(server.log.connections == 1)
            #expect(server.log.openConnections == 0)
        }
    }

    @Test func `nothing is added to a request but what HTTP needs`() async throws {
        try await MisbehavingServer.run(["/": .answer()]) { server in
            var call = get(server, "/")
            call.method = .post
            call.body = Data(count: 2 << 20)
            _ = try await CurlTransport().send(call)
            let names = server.log.requests[0].fields.map(\.name).sorted()
            #expect(names == ["accept", "accept-encoding", "content-length", "host"])
        }
    }
}

private func get(_ server: MisbehavingServer, _ path: String) -> HTTPCall {
    HTTPCall(
        .get, HTTPAddress("http://\(server.authority)\(path)")!,
        limits: HTTPLimits(connect: .seconds(30), total: .seconds(60)))
}
