import Foundation
import Synchronization

/// A server on 127.0.0.1 that does to its clients whatever a script says: answers, lies, stalls, cuts the connection.
///
/// It uses blocking sockets on threads of its own, and so depends on nothing that it may be used to test.
///
/// ```swift
/// try await MisbehavingServer.run(["/cut": ServerScript([.close])]) { server in
///     // call http://\(server.authority)/cut
/// }
/// ```
public final class MisbehavingServer: Sendable {
    /// Host and port, as a URL has them: `127.0.0.1:49152`.
    public let authority: String

    private let listener: LoopbackSocket
    private let scripts: [String: ServerScript]
    private let greeting: ServerScript?
    private let journal = ServerJournal()
    private let sockets = Mutex<[Int: LoopbackSocket]?>([:])

    /// Runs a server as long as a closure runs.
    ///
    /// - Parameters:
    ///   - scripts: What it does on a request for each path; any other path is answered 404.
    ///   - greeting: What it does on a new connection before it reads anything. If nil, it waits for a request.
    ///   - body: What uses the server.
    public static func run<Result>(
        _ scripts: [String: ServerScript] = [:], greeting: ServerScript? = nil,
        _ body: (MisbehavingServer) async throws -> Result
    ) async throws -> Result {
        try await run(scripting: { _ in scripts }, greeting: greeting, body)
    }

    /// Runs a server whose scripts name its own host and port, which they are made from.
    public static func run<Result>(
        scripting scripts: (String) -> [String: ServerScript], greeting: ServerScript? = nil,
        _ body: (MisbehavingServer) async throws -> Result
    ) async throws -> Result {
        let server = try MisbehavingServer(scripts, greeting: greeting)
        defer { server.stop() }
        server.start()
        return try await body(server)
    }

    private init(_ scripts: (String) -> [String: ServerScript], greeting: ServerScript?) throws {
        self.greeting = greeting
        listener = try LoopbackSocket.listening()
        authority = "127.0.0.1:\(listener.port)"
        self.scripts = scripts(authority)
    }

    /// What happened so far.
    public var log: ServerLog { journal.log }

    /// Returns when a condition holds of the log, or the task is cancelled.
    public func waits(until condition: @escaping @Sendable (ServerLog) -> Bool) async {
        await journal.waits(until: condition)
    }

    /// Takes no more connections; the port stays taken, so that who tries one is refused.
    public func stopListening() {
        listener.shutDown()
    }

    private func start() {
        let thread = Thread { [self] in
            while let socket = listener.accept() {
                serve(socket)
            }
        }
        thread.start()
    }

    private func stop() {
        stopListening()
        let open = sockets.withLock { sockets in
            defer { sockets = nil }
            return sockets ?? [:]
        }
        open.values.forEach { $0.shutDown() }
    }

    private func serve(_ socket: LoopbackSocket) {
        let number = journal.write { log in
            log.connections += 1
            log.openConnections += 1
            return log.connections
        }
        let isRunning = sockets.withLock { sockets in
            sockets?[number] = socket
            return sockets != nil
        }
        let thread = Thread { [self] in
            if isRunning {
                converse(on: ServerConnection(socket, from: listener), number: number)
            }
            sockets.withLock { _ = $0?.removeValue(forKey: number) }
            socket.close()
            journal.write { $0.openConnections -= 1 }
        }
        thread.start()
    }

    private func converse(on connection: ServerConnection, number: Int) {
        if let greeting, !connection.play(greeting) { return }
        while let request = connection.nextRequest(number: number) {
            journal.write { $0.requests.append(request) }
            guard connection.play(scripts[request.path] ?? .answer(404), to: request.method) else { return }
        }
    }
}
