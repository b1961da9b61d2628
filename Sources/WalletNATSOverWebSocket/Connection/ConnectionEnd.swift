import FexValues

/// Why a connection to an event server ended.
package enum ConnectionEnd: Hashable, Sendable {
    /// The server does not take these credentials, or no more.
    case credentialsRefused(String)
    /// The server does not allow a subscription.
    case subscriptionRefused(String)
    /// The server reported what ends a connection.
    case reported(String)
    /// The server does not speak as the protocol has it.
    case violated(ProtocolViolation)
    /// The server did not answer in time.
    case silent
    /// The server takes nothing more of what it is sent.
    case stuck
    /// The WebSocket connection is gone.
    case lost(WebSocketError)

    /// What a -ERR ends, by its text.
    init(serverText text: String) {
        let lowercased = ASCII.lowercased(text)
        // "Authorization Violation", "Authentication Timeout", "User Authentication Expired", and their like.
        self =
            lowercased.hasPrefix("permissions violation")
            ? .subscriptionRefused(text)
            : lowercased.contains("authorization") || lowercased.contains("authentication")
                ? .credentialsRefused(text) : .reported(text)
    }

    /// What the end of a WebSocket connection is.
    ///
    /// - Parameter isAccepted: Whether the server had taken the credentials.
    init(_ error: WebSocketError, isAccepted: Bool) {
        // nats-server closes by 1008 where it refuses credentials; its -ERR before that may be lost. It does so for lines that are
        // too long too, which are not sent here.
        let isRefusal = error.closeCode == 1008 && (!isAccepted || error.detail.hasPrefix("Authentication"))
        self = isRefusal ? .credentialsRefused(error.detail) : .lost(error)
    }
}

extension ConnectionEnd: CustomStringConvertible {
    /// The reason on one line, fit to be shown.
    package var description: String {
        switch self {
        case .credentialsRefused(let text): Self.sentence("the event server does not take the credentials", text)
        case .subscriptionRefused(let text): Self.sentence("the event server does not allow to listen", text)
        case .reported(let text): Self.sentence("the event server reports", text)
        case .violated(let violation): "the event server does not speak NATS: \(violation)"
        case .silent: "the event server did not answer in time"
        case .stuck: "the event server takes nothing more"
        case .lost(let error): error.description
        }
    }

    private static func sentence(_ beginning: String, _ text: String) -> String {
        text.isEmpty ? beginning : PlainText.clean("\(beginning): \(text)", limit: 200)
    }
}
