import Foundation
import Synchronization
import WalletNATSOverWebSocket
import WebSocketsOverNIO

/// A server in memory that says what a script has, and counts who connects: it means ill, or is dead.
final class LyingServer: WebSocketConnector {
    /// What to answer, once the client has said so much since the last answer.
    struct Line: Sendable {
        var after: String
        var say: String
        /// Whether the connection is closed behind it, and by which status.
        var closing: Int?

        init(after: String = "", say: String, closing: Int? = nil) {
            self.after = after
            self.say = say
            self.closing = closing
        }
    }

    /// The beginning of a server that takes whoever comes.
    static let welcome = [
        Line(say: #"INFO {"server_id":"S","version":"2.9.10","max_payload":1048576}"# + "\r\n"),
        Line(after: "PING\r\n", say: "PONG\r\n"),
    ]

    private struct State {
        var connections = 0
        var closed = 0
        var sent = ""
    }

    private let script: [Line]
    private let connects: Bool
    private let state = Mutex(State())

    /// - Parameter connects: Whether connecting ever comes to an end, unless it is cancelled.
    init(_ script: [Line], connects: Bool = true) {
        self.script = script
        self.connects = connects
    }

    /// How often somebody has connected.
    var connections: Int { state.withLock { $0.connections } }
    /// How many connections were closed again.
    var closed: Int { state.withLock { $0.closed } }
    /// All that was sent to it, on all connections.
    var sent: String { state.withLock { $0.sent } }

    func connect(to url: URL) async throws(WebSocketError) -> any WebSocketConnection {
        state.withLock { $0.connections += 1 }
        if !connects {
            while !Task.isCancelled { try? await Task.sleep(for: .seconds(600)) }
            throw WebSocketError(.unreachable, detail: "cancelled")
        }
        return Connection(self)
    }

    private final class Connection: WebSocketConnection {
        private let server: LyingServer
        private let received = ReceivedBytes()
        private let heard: Mutex<(text: String, line: Int, isClosed: Bool)>

        init(_ server: LyingServer) {
            self.server = server
            heard = Mutex(("", 0, false))
            play()
        }

        func send(_ bytes: Data) async throws(WebSocketError) {
            let text = String(decoding: bytes, as: UTF8.self)
            server.state.withLock { $0.sent += text }
            heard.withLock { $0.text += text }
            play()
        }

        func receive() async throws(WebSocketError) -> Data { try await received.next() }

        func close() {
            let isFirst = heard.withLock { heard in
                defer { heard.isClosed = true }
                return !heard.isClosed
            }
            if isFirst { server.state.withLock { $0.closed += 1 } }
            received.end(WebSocketError(.lost, detail: "closed here"))
        }

        private func play() {
            heard.withLock { heard in
                while heard.line < server.script.count,
                    heard.text.contains(server.script[heard.line].after) || server.script[heard.line].after.isEmpty
                {
                    let line = server.script[heard.line]
                    heard.line += 1
                    heard.text = ""
                    if !line.say.isEmpty { received.put(Data(line.say.utf8)) }
                    if let code = line.closing {
                        received.end(WebSocketError(.closed, closeCode: code, detail: "Authentication Failure"))
                    }
                }
            }
        }
    }
}
