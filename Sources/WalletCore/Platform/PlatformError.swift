public import FexHTTP
public import FexValues

/// Why a call to the platform brought no result.
///
/// One of ``transport``, ``status`` and ``unknownCurrency`` says more, unless what answered was not the platform.
public struct PlatformError: WalletError, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// No whole answer came.
        case transport(HTTPTransportError)
        /// An answer came that is not the platform's: a captive portal, a proxy, a broken server.
        case malformed(String)
        /// The platform failed for now (5xx, 408, 429), and may have said how long to wait (RFC 9110, section 10.2.3).
        case unavailable(status: Int, retryAfter: Duration? = nil)
        /// The platform refused (any other 4xx).
        case refused(Refusal)
        /// Something refused, and not in the form of the platform's errors: a gateway, a firewall.
        case refusedByOther(status: Int)
        /// The intent is in a currency that nobody knows; with its amount as it came, fit to be shown.
        case unknownCurrency(String)
    }

    /// What the platform said when it refused.
    public struct Refusal: Hashable, Sendable {
        /// The HTTP status.
        public var status: Int
        /// The platform's own code, where it gave one.
        public var code: String?
        /// The platform's sentence, made safe for a terminal.
        public var message: String
        /// All that was answered.
        var document: JSON = .null
        /// What was said of the proof that came with the call (RFC 9449), if anything was.
        var dpop: DPoPRefusal?
    }

    package var reason: Reason
    /// Whether the call was one that may move money.
    package var concernsMoney: Bool

    package init(_ reason: Reason, concernsMoney: Bool = false) {
        self.reason = reason
        self.concernsMoney = concernsMoney
    }

    /// Why no whole answer came; `nil` where one came.
    public var transport: HTTPTransportError? {
        if case .transport(let error) = reason { error } else { nil }
    }

    /// What the platform said; `nil` unless it refused (4xx but 408 and 429).
    public var refusal: Refusal? {
        if case .refused(let refusal) = reason { refusal } else { nil }
    }

    /// The HTTP status with which the platform refused or failed; `nil` where nothing of the platform's came.
    public var status: Int? {
        switch reason {
        case .unavailable(let status, _): status
        case .refused(let refusal): refusal.status
        case .transport, .malformed, .refusedByOther, .unknownCurrency: nil
        }
    }

    /// The intent's amount as it came, fit to be shown, where nobody knows its currency; else `nil`.
    public var unknownCurrency: String? {
        if case .unknownCurrency(let amount) = reason { amount } else { nil }
    }

    /// Whether the platform may have acted on the call without our knowing.
    public var outcomeIsUnknown: Bool {
        switch reason {
        case .transport(let error): error.mayHaveBeenSent
        case .malformed, .refusedByOther, .unavailable, .unknownCurrency: true
        case .refused: false
        }
    }

    /// Whether the platform could not be reached, or did not answer as itself.
    public var isOutOfReach: Bool {
        switch reason {
        case .transport, .malformed, .refusedByOther, .unavailable: true
        case .refused, .unknownCurrency: false
        }
    }

    /// Whether it is that an answer was longer than is accepted.
    var isTooLong: Bool {
        if case .transport(let error) = reason { error.reason == .bodyTooLarge } else { false }
    }

    /// How long the platform asked to be left alone (`Retry-After`, RFC 9110, section 10.2.3), at most a day; `nil` where it
    /// didn't.
    public var retryAfter: Duration? {
        if case .unavailable(_, let pause) = reason { pause } else { nil }
    }

    /// The platform's own code where it refused with one, else a name in snake case: `timed_out`, `platform_unavailable`,
    /// `not_the_platform`, `not_found`.
    public var code: String {
        switch reason {
        case .transport(let error):
            switch error.reason {
            case .timedOut: "timed_out"
            case .insecure: "insecure"
            case .pinMismatch: "pin_mismatch"
            case .invalidCall: "invalid_address"
            default: "unreachable"
            }
        case .malformed, .refusedByOther: "not_the_platform"
        case .unavailable: "platform_unavailable"
        case .refused(let refusal): refusal.code ?? PlatformError.code(forStatus: refusal.status)
        case .unknownCurrency: "unknown_currency"
        }
    }

    private static func code(forStatus status: Int) -> String {
        switch status {
        case 401: "not_logged_in"
        case 403: "not_allowed"
        case 404: "not_found"
        case 409: "conflict"
        default: "refused"
        }
    }

    /// Never where the platform refused; with the same key where it may have moved money; else later.
    public var retry: RetryAdvice {
        switch reason {
        case .refused, .unknownCurrency: return .never
        case .transport, .malformed, .refusedByOther, .unavailable: break
        }
        return concernsMoney && outcomeIsUnknown ? .sameKey : .later
    }

    /// Unknown where the call was to move money and the platform may have acted on it; else none has moved.
    public var money: MoneyEffect { concernsMoney && outcomeIsUnknown ? .unknown : .notMoved }

    /// What went wrong, with the platform's own sentence where it refused; on one line.
    public var description: String {
        switch reason {
        case .transport(let error):
            switch error.reason {
            case .timedOut: "the platform did not answer in time"
            case .insecure: "the platform's certificate can't be trusted: \(PlainText.clean(error.detail, limit: 200))"
            case .pinMismatch:
                "what answers has another key than the profile says: \(PlainText.clean(error.detail, limit: 200))"
            case .invalidCall: "the platform's address is not one: \(error.detail)"
            default: "the platform is out of reach: \(PlainText.clean(error.detail, limit: 200))"
            }
        case .malformed(let problem):
            "what answered is not the platform, or it is broken: \(PlainText.clean(problem, limit: 200))"
        case .refusedByOther(let status):
            "what answered is not the platform, or it is broken: it refused with HTTP \(status)"
        case .unavailable(let status, _): "the platform can't answer at the moment (HTTP \(status))"
        case .refused(let refusal): "the platform refused: \(PlainText.quoted(refusal.message))"
        case .unknownCurrency(let amount): "this can't be paid: nobody knows the currency of \(amount)"
        }
    }
}
