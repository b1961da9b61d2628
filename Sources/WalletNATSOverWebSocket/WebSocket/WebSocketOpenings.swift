#if canImport(Darwin)
    import FexValues
    import Foundation
    import Synchronization

    /// Who waits for a WebSocket to open; the delegate of their session.
    final class WebSocketOpenings: NSObject, URLSessionWebSocketDelegate {
        /// Resumed with `nil` where the connection is open.
        typealias Waiting = CheckedContinuation<WebSocketError?, Never>

        private let waiting = Mutex<[Int: Waiting]>([:])

        /// Resumes when the task is open, or has failed.
        func wait(for task: URLSessionTask, _ continuation: Waiting) {
            waiting.withLock { $0[task.taskIdentifier] = continuation }
        }

        private func settle(_ task: URLSessionTask, _ failure: WebSocketError?) {
            waiting.withLock { $0.removeValue(forKey: task.taskIdentifier) }?.resume(returning: failure)
        }

        func urlSession(
            _ session: URLSession, webSocketTask: URLSessionWebSocketTask, didOpenWithProtocol protocol: String?
        ) {
            settle(webSocketTask, nil)
        }

        func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
            settle(task, WebSocketError(error, of: task as? URLSessionWebSocketTask))
        }

        func urlSession(
            _ session: URLSession, webSocketTask: URLSessionWebSocketTask,
            didCloseWith closeCode: URLSessionWebSocketTask.CloseCode, reason: Data?
        ) {
            settle(webSocketTask, WebSocketError(nil, of: webSocketTask))
        }

        // Where a server sends elsewhere, nobody goes.
        func urlSession(
            _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
            newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
        ) {
            completionHandler(nil)
        }
    }

    extension WebSocketError {
        /// What an error of Foundation's is, of a task that may have been closed by the server.
        init(_ error: (any Error)?, of task: URLSessionWebSocketTask?) {
            if let task, task.closeCode != .invalid {
                let reason = task.closeReason.map { String(decoding: $0, as: UTF8.self) } ?? ""
                self.init(.closed, closeCode: task.closeCode.rawValue, detail: PlainText.clean(reason, limit: 123))
                return
            }
            guard let error = error as? URLError else {
                self.init(.lost, detail: "the connection is gone")
                return
            }
            switch error.code {
            case .secureConnectionFailed, .serverCertificateHasBadDate, .serverCertificateUntrusted,
                .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid,
                .appTransportSecurityRequiresSecureConnection:
                self.init(.insecure, detail: "URL error \(error.code.rawValue)")
            case .badServerResponse:
                self.init(.refused, detail: "what answered does not speak WebSocket there")
            case .cannotFindHost, .cannotConnectToHost, .dnsLookupFailed, .notConnectedToInternet, .timedOut:
                self.init(.unreachable, detail: "the event server is out of reach: URL error \(error.code.rawValue)")
            default:
                self.init(.lost, detail: "the connection is gone: URL error \(error.code.rawValue)")
            }
        }
    }
#endif
