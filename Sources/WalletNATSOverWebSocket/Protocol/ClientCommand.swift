package import FexValues
package import Foundation

/// What a client says to a NATS server: bytes that are one operation each, whatever is in them.
package enum ClientCommand: Hashable, Sendable {
    /// `CONNECT`: who this is, and how the server is to speak.
    case connect(ClientGreeting)
    /// `SUB`: messages of a subject, named by a number of the client's.
    case subscribe(EventSubject, subscription: Int)
    /// `PUB`: a message to a subject.
    case publish(EventSubject, payload: Data)
    /// `PING`: the server is to answer once it has taken everything before.
    case ping
    /// `PONG`: the answer to a server's PING.
    case pong

    /// The operation as it goes over the wire.
    package var bytes: Data {
        switch self {
        case .connect(let greeting): Data("CONNECT \(greeting.document.text)\r\n".utf8)
        case .subscribe(let subject, let subscription): Data("SUB \(subject) \(subscription)\r\n".utf8)
        case .publish(let subject, let payload):
            Data("PUB \(subject) \(payload.count)\r\n".utf8) + payload + Data("\r\n".utf8)
        case .ping: Data("PING\r\n".utf8)
        case .pong: Data("PONG\r\n".utf8)
        }
    }
}

/// Who a client says that it is.
package struct ClientGreeting: Hashable, Sendable {
    /// A name for the connection, which the server shows to its operator.
    package var name: String
    /// The user, where there is one.
    package var user: String?
    /// The user's password, or with no user a token.
    package var password: Redacted<String>?

    /// A greeting.
    package init(name: String, user: String? = nil, password: Redacted<String>? = nil) {
        self.name = name
        self.user = user
        self.password = password
    }

    /// What CONNECT says, as JSON: whatever is in a name or a password, it ends no line.
    var document: JSON {
        var document = JSONObject([
            .init("verbose", false), .init("pedantic", false), .init("tls_required", false),
            .init("lang", "swift"), .init("version", "1"), .init("protocol", 1),
            // The wallet proves by a message to itself that it hears.
            .init("echo", true), .init("headers", false), .init("no_responders", false),
            .init("name", .string(name)),
        ])
        document["user"] = user.map { .string($0) }
        if let password { document[user == nil ? "auth_token" : "pass"] = .string(password.value) }
        return .object(document)
    }
}
