#if canImport(Darwin)
    public import Foundation

    /// WebSocket connections by Foundation's `URLSession`, for Apple's systems.
    ///
    /// Cookies, caches and stored credentials are not used, redirects not followed; TLS is 1.2 or newer.
    ///
    /// > Important: Written by Apple's documentation; it has not been built or run there yet.
    public final class URLSessionWebSocketConnector: WebSocketConnector {
        /// The longest message that is taken, in bytes: `nats-server` sends in one message all that waits for a client.
        private static let longestMessage = 8 << 20

        private let session: URLSession
        private let openings = WebSocketOpenings()

        /// A connector without connections.
        public init() {
            let configuration = URLSessionConfiguration.ephemeral
            configuration.httpCookieStorage = nil
            configuration.httpCookieAcceptPolicy = .never
            configuration.httpShouldSetCookies = false
            configuration.urlCache = nil
            configuration.urlCredentialStorage = nil
            configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
            configuration.tlsMinimumSupportedProtocolVersion = .TLSv12
            session = URLSession(configuration: configuration, delegate: openings, delegateQueue: nil)
        }

        deinit {
            // Connections that stand go on until they are closed.
            session.finishTasksAndInvalidate()
        }

        /// Connects; returns when the server has agreed to speak WebSocket.
        ///
        /// - Throws: ``WebSocketError`` where there is no connection.
        public func connect(to url: URL) async throws(WebSocketError) -> any WebSocketConnection {
            let task = session.webSocketTask(with: url)
            task.maximumMessageSize = Self.longestMessage
            let failure = await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    openings.wait(for: task, continuation)
                    task.resume()
                }
            } onCancel: {
                task.cancel()
            }
            if let failure { throw failure }
            return URLSessionWebSocketConnection(task)
        }
    }

    /// One WebSocket task that was opened.
    private final class URLSessionWebSocketConnection: WebSocketConnection {
        private let task: URLSessionWebSocketTask

        init(_ task: URLSessionWebSocketTask) { self.task = task }

        deinit { task.cancel(with: .goingAway, reason: nil) }

        func send(_ bytes: Data) async throws(WebSocketError) {
            do {
                try await task.send(.data(bytes))
            } catch {
                throw WebSocketError(error, of: task)
            }
        }

        func receive() async throws(WebSocketError) -> Data {
            do {
                let message = try await withTaskCancellationHandler {
                    try await task.receive()
                } onCancel: {
                    task.cancel(with: .goingAway, reason: nil)
                }
                switch message {
                case .data(let bytes): return bytes
                case .string(let text): return Data(text.utf8)
                @unknown default: return Data()
                }
            } catch {
                throw WebSocketError(error, of: task)
            }
        }

        func close() { task.cancel(with: .normalClosure, reason: nil) }
    }
#endif
