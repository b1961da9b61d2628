public import Foundation

/// Makes WebSocket connections (RFC 6455): on Apple's systems `URLSessionWebSocketConnector`, or one of your own.
public protocol WebSocketConnector: Sendable {
    /// Connects; returns when the server has agreed to speak WebSocket.
    ///
    /// No compression is offered, no subprotocol asked for, no redirect followed. For `wss` the certificate is checked, and TLS
    /// is 1.2 or newer. When its task is cancelled it returns or throws soon.
    ///
    /// - Parameter url: `wss://…`, or `ws://…` for a server on this machine; without user and password.
    /// - Throws: ``WebSocketError`` where there is no connection.
    func connect(to url: URL) async throws(WebSocketError) -> any WebSocketConnection
}

/// A WebSocket connection that stands, or did.
///
/// Its messages are taken for pieces of one stream of bytes, as `nats-server` means them. It answers a server's ping frames
/// and close frames by itself.
public protocol WebSocketConnection: Sendable {
    /// Sends one binary message, and returns once the system has taken it. One is sent at a time.
    ///
    /// - Throws: ``WebSocketError`` where the connection is of no more use.
    func send(_ bytes: Data) async throws(WebSocketError)

    /// Waits for the next bytes: a message, binary or text, or a part of one. There is one reader at a time. When its task is
    /// cancelled it throws soon.
    ///
    /// - Throws: ``WebSocketError`` where no more will come, by ``WebSocketError/Code-swift.struct/closed`` where the server said
    ///   why.
    func receive() async throws(WebSocketError) -> Data

    /// Closes the connection at once, and does not wait; nothing happens where it is closed already.
    func close()
}
