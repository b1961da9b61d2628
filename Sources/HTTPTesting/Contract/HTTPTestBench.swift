import FexHTTP
import Foundation
import HTTPTypes
import WalletCore
import WalletTesting

/// A server as the rules of the contract see it, on a network or not.
protocol HTTPTestServer: Sendable {
    /// Host and port.
    var authority: String { get }
    /// What happened so far.
    var log: ServerLog { get }
    /// Returns when a condition holds of the log, or the task is cancelled.
    func waits(until condition: @escaping @Sendable (ServerLog) -> Bool) async
}

extension MisbehavingServer: HTTPTestServer {}

/// Puts a server and a transport up for a rule.
enum HTTPTestBench: Sendable {
    /// A server on this machine, and whatever transport is under test.
    case network(@Sendable () -> any HTTPTransport)
    /// ``InMemoryHTTPTransport``, and the closure that it calls.
    case memory

    /// Runs a server as long as a closure runs that calls it.
    func serve(
        _ scripts: [String: ServerScript], greeting: ServerScript? = nil,
        _ body: (any HTTPTestServer, any HTTPTransport) async throws -> Void
    ) async throws {
        try await serve({ _ in scripts }, greeting: greeting, body)
    }

    /// Runs a server whose scripts name its own authority.
    func serve(
        _ scripts: (String) -> [String: ServerScript], greeting: ServerScript? = nil,
        _ body: (any HTTPTestServer, any HTTPTransport) async throws -> Void
    ) async throws {
        switch self {
        case .network(let makeTransport):
            try await MisbehavingServer.run(scripting: scripts, greeting: greeting) { server in
                try await body(server, makeTransport())
            }
        case .memory:
            let server = InMemoryServer(scripts(memoryAuthority))
            let transport = InMemoryHTTPTransport { call async throws(HTTPTransportError) in await server.answer(call) }
            try await body(server, transport)
        }
    }
}

private let memoryAuthority = "memory.test"

/// Plays scripts that are whole answers; any other is silence.
private final class InMemoryServer: HTTPTestServer {
    let authority = memoryAuthority
    private let scripts: [String: ServerScript]
    private let journal = ServerJournal()

    init(_ scripts: [String: ServerScript]) {
        self.scripts = scripts
    }

    var log: ServerLog { journal.log }

    func waits(until condition: @escaping @Sendable (ServerLog) -> Bool) async {
        await journal.waits(until: condition)
    }

    func answer(_ call: HTTPCall) async -> HTTPAnswer {
        let received = ReceivedRequest(
            method: call.method.rawValue, target: call.address.target,
            fields: call.headerFields.map { .init(name: $0.name.canonicalName, value: $0.value) },
            body: Array(call.body ?? Data()), connection: 1)
        journal.write { $0.requests.append(received) }
        let script = scripts[received.path] ?? .answer(404)
        if script.answer == nil { await journal.waits { _ in false } }
        return script.answer ?? HTTPAnswer(HTTPResponse(status: .internalServerError))
    }
}
