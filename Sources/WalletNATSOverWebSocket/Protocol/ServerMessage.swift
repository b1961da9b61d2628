package import Foundation

/// What a NATS server says to a client, one operation at a time.
///
/// Source: the client protocol as NATS publishes it (docs.nats.io, "Client Protocol"). Operations with headers (`HMSG`) are not
/// among them: CONNECT asks for none.
package enum ServerMessage: Hashable, Sendable {
    /// `INFO`: how the server is, first of all and whenever that changes.
    case info(ServerInfo)
    /// `MSG`: a message of a subscription.
    case message(subject: String, subscription: Int, payload: Data)
    /// `PING`: wants a PONG.
    case ping
    /// `PONG`: everything sent before the PING has been taken.
    case pong
    /// `+OK`: only a server that was asked to be verbose says so.
    case ok
    /// `-ERR`: what is wrong, in the server's words without their quotes, as they came: clean them before they are shown.
    case error(String)
}

/// What of a server's `INFO` matters to a client.
package struct ServerInfo: Hashable, Sendable {
    /// The longest payload that the server takes, in bytes; `nil` where it says nothing about it.
    package var longestPayload: Int?

    /// An `INFO`.
    package init(longestPayload: Int? = nil) {
        self.longestPayload = longestPayload
    }
}
