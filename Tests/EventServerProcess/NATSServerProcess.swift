import Foundation
import Subprocess
import Synchronization
import SystemPackage

/// A real `nats-server`, on a port of its own choosing, with a directory of its own, gone at the end of a scope.
package final class NATSServerProcess: Sendable {
    /// What the server printed, when it did not come up.
    package struct Failure: Error {
        package var log: String
    }

    /// A server that was started, until it has ended.
    private struct Running {
        var identifier: ProcessIdentifier
        var end: Task<Void, any Error>
    }

    private struct State {
        var running: Running?
        var starts = 0
        var ports: Ports?
        var configuration: String
        /// The port of the WebSocket listener, if there is to be one.
        var webSocketPort: Int?
    }

    private struct Ports: Decodable {
        var nats: [String]
        var monitoring: [String]?
        var websocket: [String]?
    }

    private let directory: URL
    private let hasWebSocket: Bool
    private let state: Mutex<State>

    private init(configuration: String, hasWebSocket: Bool) throws {
        self.hasWebSocket = hasWebSocket
        state = Mutex(State(configuration: configuration))
        directory = FileManager.default.temporaryDirectory.appending(path: "nats-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    /// Runs a server while the body runs.
    ///
    /// - Parameters:
    ///   - configuration: Lines for its configuration file, such as `authorization { … }`.
    ///   - hasWebSocket: Whether it takes WebSockets too.
    package static func withServer<Result>(
        configuration: String = "", hasWebSocket: Bool = false, _ body: (NATSServerProcess) async throws -> Result
    ) async throws -> Result {
        let server = try NATSServerProcess(configuration: configuration, hasWebSocket: hasWebSocket)
        defer { try? FileManager.default.removeItem(at: server.directory) }
        do {
            try await server.start()
            let result = try await body(server)
            await server.kill()
            return result
        } catch {
            await server.kill()
            throw error
        }
    }

    /// The port of clients; the same over restarts.
    package var port: Int {
        state.withLock { $0.ports?.nats.first.flatMap(URLComponents.init(string:))?.port } ?? 0
    }

    /// The URL of clients, without credentials.
    package var url: String { "nats://127.0.0.1:\(port)" }

    /// The URL of the monitoring port, which is another after each start.
    package var monitoringURL: String? { state.withLock { $0.ports?.monitoring?.first } }

    /// The URL of clients that speak over WebSocket, without credentials; the same over restarts.
    package var webSocketURL: String { state.withLock { $0.ports?.websocket?.first } ?? "" }

    /// The URL of clients, with credentials.
    package func url(user: String, password: String) -> String { "nats://\(user):\(password)@127.0.0.1:\(port)" }

    /// Writes the configuration that the next start, or ``reload()``, reads.
    package func configure(_ configuration: String) throws {
        let webSocketPort = state.withLock { state in
            state.configuration = configuration
            return state.webSocketPort
        }
        var text = configuration
        if let webSocketPort {
            text += """

                websocket {
                  host: "127.0.0.1"
                  port: \(webSocketPort)
                  no_tls: true
                  compression: false
                }
                """
        }
        try text.write(to: directory.appending(path: "server.conf"), atomically: true, encoding: .utf8)
    }

    /// Has the server read its configuration again.
    package func reload() {
        if let running = state.withLock({ $0.running }) { _ = Foundation.kill(running.identifier.value, SIGHUP) }
    }

    /// Starts the server: on any free port at first, on that same port later. Returns once it takes connections.
    ///
    /// A later start needs the first one's port, which must be free still. So it is drawn from those below the range
    /// that systems hand out by themselves: nobody gets it by chance while the server is down.
    package func start() async throws {
        if port != 0 { return try await start(on: port) }
        for _ in 0..<20 {
            let port = Int.random(in: 12_000..<32_000)
            if hasWebSocket { state.withLock { $0.webSocketPort = port == 31_999 ? 12_000 : port + 1 } }
            do { return try await start(on: port) } catch let failure as Failure {
                guard failure.log.contains("address already in use") else { throw failure }
            }
        }
        throw Failure(log: log)
    }

    private func start(on port: Int) async throws {
        let (number, configuration) = state.withLock { state in
            state.starts += 1
            return (state.starts, state.configuration)
        }
        try configure(configuration)
        let portsDirectory = directory.appending(path: "ports-\(number)")
        try FileManager.default.createDirectory(at: portsDirectory, withIntermediateDirectories: true)
        let arguments = [
            "--addr", "127.0.0.1", "--port", String(port), "--http_port", "-1",
            "--config", directory.appending(path: "server.conf").path,
            "--ports_file_dir", portsDirectory.path,
            "--log", directory.appending(path: "server.log").path,
        ]
        let running = try await run(arguments)
        // The server writes this file once it listens.
        let file = portsDirectory.appending(path: "nats-server_\(running.identifier.value).ports")
        while true {
            if let data = try? Data(contentsOf: file), let ports = try? JSONDecoder().decode(Ports.self, from: data) {
                state.withLock { $0.ports = ports }
                return
            }
            guard state.withLock({ $0.running != nil }) else { throw Failure(log: log) }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Starts the process; returns when there is one.
    private func run(_ arguments: [String]) async throws -> Running {
        let (identifiers, identifier) = AsyncThrowingStream.makeStream(of: ProcessIdentifier.self)
        let end = Task {
            defer {
                state.withLock { $0.running = nil }
                identifier.finish()
            }
            _ = try await Subprocess.run(
                .path(FilePath(Self.executable)), arguments: Arguments(arguments), input: .none, output: .discarded,
                error: .discarded
            ) { identifier.yield($0.processIdentifier) }
        }
        for try await identifier in identifiers {
            let running = Running(identifier: identifier, end: end)
            state.withLock { $0.running = running }
            return running
        }
        try await end.value
        throw Failure(log: log)
    }

    /// Kills the server at once, as `kill -9` does. Returns when it is gone.
    package func kill() async {
        guard let running = state.withLock({ $0.running }) else { return }
        _ = Foundation.kill(running.identifier.value, SIGKILL)
        _ = try? await running.end.value
    }

    /// What the server logged.
    package var log: String {
        (try? String(contentsOf: directory.appending(path: "server.log"), encoding: .utf8)) ?? ""
    }

    private static let executable: String = {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let candidates = path.split(separator: ":").map { "\($0)/nats-server" } + ["/usr/sbin/nats-server"]
        return candidates.first(where: FileManager.default.isExecutableFile) ?? "/usr/sbin/nats-server"
    }()
}
