public import FexValues
import HTTPTypes

/// The calls about the wallet itself.
protocol AccountCalls: Sendable {
    /// Who the wallet is, and what it holds.
    func fetchAccount() async throws -> Account
    /// The user and password with which this wallet may listen to its events; `nil` where the platform has none to give.
    func fetchEventCredentials() async throws -> EventCredentials?
}

/// How a wallet signs in to the event server.
public struct EventCredentials: Hashable, Sendable {
    /// The user at the event server: one a wallet.
    public var user: String
    /// The user's password.
    public var password: Redacted<String>

    /// What the platform handed out for one wallet.
    public init(user: String, password: String) {
        self.user = user
        self.password = Redacted(password)
    }
}

extension EventCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The user; not the password.
    public var description: String { "EventCredentials(user: \(user), password: redacted)" }
    /// The same as ``description``.
    public var debugDescription: String { description }
    /// The user alone, so that a dump is as discreet.
    public var customMirror: Mirror { Mirror(self, children: ["user": user]) }
}

extension PlatformClient: AccountCalls {
    func fetchAccount() async throws -> Account {
        try await answer(to: PlatformCall(address: endpoints.wallet("/wallet"))) { answer throws(MalformedDocument) in
            try Account(document: answer.succeeded().required("wallet"), asOf: time.now())
        }
    }

    func fetchEventCredentials() async throws -> EventCredentials? {
        do {
            let call = PlatformCall(address: endpoints.wallet("/events/credentials"))
            return try await answer(to: call) { answer throws(MalformedDocument) in
                let fields = try JSONFields(answer.document, at: "")
                return EventCredentials(user: try fields.string("user"), password: try fields.string("password"))
            }
        } catch let error as PlatformError {
            // Not every deployment hands out credentials: the address of the event server may carry them.
            if case .refused(let refusal) = error.reason, refusal.status == 404 { return nil }
            throw error
        }
    }
}

extension PlatformCall {
    /// Gives the call a JSON body.
    mutating func setBody(_ document: JSON) {
        body = document.data
        headers[.contentType] = "application/json"
    }
}
