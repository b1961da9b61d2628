import FexHTTP
import FexValues
import Testing

@testable import WalletCore

/// What an error of the platform says about trying again and about money.
@Suite struct PlatformErrorTests {
    /// An error, what it says, and what it says of a call about money.
    struct Case: Sendable, CustomTestStringConvertible {
        var reason: PlatformError.Reason
        var code: String
        var isUnknown: Bool
        var isOutOfReach: Bool
        /// The advice where no money is at stake.
        var retry: RetryAdvice
        var testDescription: String { "\(code): \(reason)" }
    }

    private static func transport(_ code: HTTPTransportError.Reason, _ mayHaveBeenSent: Bool) -> PlatformError.Reason {
        .transport(HTTPTransportError(code, mayHaveBeenSent: mayHaveBeenSent, detail: "the detail"))
    }

    private static func refused(_ status: Int, _ code: String? = nil) -> PlatformError.Reason {
        .refused(.init(status: status, code: code, message: "No"))
    }

    private static let codesOfTransport: [(HTTPTransportError.Reason, String)] = [
        (.unreachable, "unreachable"), (.timedOut, "timed_out"), (.connectionLost, "unreachable"),
        (.insecure, "insecure"), (.redirectedElsewhere, "unreachable"), (.bodyTooLarge, "unreachable"),
        (.malformedAnswer, "unreachable"), (.invalidCall, "invalid_address"), (.cancelled, "unreachable"),
    ]

    static let cases: [Case] =
        codesOfTransport.flatMap { code, name in
            [true, false].map {
                Case(reason: transport(code, $0), code: name, isUnknown: $0, isOutOfReach: true, retry: .later)
            }
        } + [
            Case(
                reason: .malformed("HTML"), code: "not_the_platform", isUnknown: true, isOutOfReach: true,
                retry: .later),
            Case(
                reason: .refusedByOther(status: 403), code: "not_the_platform", isUnknown: true, isOutOfReach: true,
                retry: .later),
            Case(
                reason: .unavailable(status: 503, retryAfter: .seconds(7)), code: "platform_unavailable",
                isUnknown: true, isOutOfReach: true, retry: .later),
            Case(
                reason: .unknownCurrency("1.00 XYZ"), code: "unknown_currency", isUnknown: true, isOutOfReach: false,
                retry: .never),
            Case(
                reason: refused(401), code: "not_logged_in", isUnknown: false, isOutOfReach: false, retry: .never),
            Case(reason: refused(403), code: "not_allowed", isUnknown: false, isOutOfReach: false, retry: .never),
            Case(reason: refused(404), code: "not_found", isUnknown: false, isOutOfReach: false, retry: .never),
            Case(reason: refused(409), code: "conflict", isUnknown: false, isOutOfReach: false, retry: .never),
            Case(reason: refused(422), code: "refused", isUnknown: false, isOutOfReach: false, retry: .never),
            Case(
                reason: refused(409, "intent_expired"), code: "intent_expired", isUnknown: false, isOutOfReach: false,
                retry: .never),
        ]

    @Test(arguments: cases)
    func `an error says whether to try again, and with no money at stake that none moved`(example: Case) {
        let error = PlatformError(example.reason)
        #expect(error.code == example.code)
        #expect(error.outcomeIsUnknown == example.isUnknown && error.isOutOfReach == example.isOutOfReach)
        #expect(error.retry == example.retry && error.money == .notMoved)
    }

    @Test(arguments: cases)
    func `of a call about money an open outcome is asked for with the same key`(example: Case) {
        let error = PlatformError(example.reason, concernsMoney: true)
        #expect(error.code == example.code)
        #expect(error.money == (example.isUnknown ? .unknown : .notMoved))
        let isOpen = example.isUnknown && example.retry != .never
        #expect(error.retry == (isOpen ? .sameKey : example.retry))
    }

    @Test func `only an answer that was longer than is accepted is too long`() {
        for (code, _) in Self.codesOfTransport {
            #expect(PlatformError(Self.transport(code, true)).isTooLong == (code == .bodyTooLarge))
        }
        #expect(!PlatformError(.malformed("")).isTooLong && !PlatformError(Self.refused(413)).isTooLong)
    }

    @Test func `only who is unavailable asks to be left alone`() {
        #expect(PlatformError(.unavailable(status: 503, retryAfter: .seconds(7))).retryAfter == .seconds(7))
        #expect(PlatformError(.unavailable(status: 503)).retryAfter == nil)
        #expect(PlatformError(Self.refused(429)).retryAfter == nil)
    }

    @Test(arguments: [
        PlatformError.Reason.malformed("a\u{1B}[31m\nb"), .refused(.init(status: 400, message: "No")),
        .transport(.init(.unreachable, mayHaveBeenSent: false, detail: "a\u{202E}\r\nb")),
        .transport(.init(.timedOut, mayHaveBeenSent: true, detail: "x")),
        .transport(.init(.insecure, mayHaveBeenSent: false, detail: "x")),
        .transport(.init(.invalidCall, mayHaveBeenSent: false, detail: "x")), .unavailable(status: 503),
        .unknownCurrency("1.00 XYZ"),
    ])
    func `each error is one sentence that can be shown`(reason: PlatformError.Reason) {
        let text = PlatformError(reason).description
        #expect(PlainText.isVisible(text) && PlainText.clean(text) == text)
    }
}
