package import FexValues

/// What is wrong with what a host sent, or why a wallet does not answer it.
package struct DoorError: WalletError, Hashable {
    /// A code of `Documentation/messages.md`.
    package let code: String
    /// On one line.
    package let description: String
    /// Never, unless it says otherwise.
    package private(set) var retry = RetryAdvice.never
    /// None has, unless it says otherwise.
    package private(set) var money = MoneyEffect.notMoved

    private init(_ code: String, _ description: String) {
        self.code = code
        self.description = PlainText.clean(description, limit: 400)
    }

    static func notAMessage(_ problem: String) -> DoorError { DoorError("not_a_message", "no message: \(problem)") }
    static let tooLong = DoorError("message_too_long", "a message has at most \(HostMessage.longest) bytes")
    static let badID = DoorError("bad_id", "an id is an integer from 1 to \(HostMessage.largestID)")
    static func repeatedID(_ id: Int) -> DoorError {
        DoorError("repeated_id", "a request with the id \(id) is in flight")
    }
    static func unknownMethod(_ name: String) -> DoorError {
        DoorError("unknown_method", "there is no method \"\(PlainText.clean(name, limit: 60))\" here")
    }
    static func badParameter(_ name: String, _ problem: String) -> DoorError {
        DoorError("bad_parameter", "\(PlainText.clean(name, limit: 60)): \(problem)")
    }
    static func noQuestion(_ id: Int) -> DoorError { DoorError("no_question", "no question \(id) is open") }
    static let tooManyRequests: DoorError = {
        var error = DoorError("too_many_requests", "\(Conversation.mostRequests) requests are in flight")
        error.retry = .later
        return error
    }()
    static let notFound = DoorError("not_found", "this device knows no such intent or transaction")
    static let closed = DoorError("closed", "the wallet is closed")

    /// - Parameter money: Whether a decision that the request made may take effect.
    static func cancelled(money: MoneyEffect) -> DoorError {
        var error = DoorError("cancelled", "the request was cancelled")
        error.retry = .sameKey
        error.money = money
        return error
    }

    /// A fault of ours: nobody knows how far the request came. Its description may hold anything, and stays here.
    static let `internal`: DoorError = {
        var error = DoorError("internal", "a fault of the wallet")
        error.money = .unknown
        return error
    }()

    /// An error of any kind as a host is told of it.
    static func told(_ error: any Error) -> any WalletError {
        switch error {
        case let error as any WalletError: error
        case is CancellationError: DoorError.cancelled(money: .notMoved)
        default: DoorError.internal
        }
    }
}
