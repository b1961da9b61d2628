import FexHTTP
import FexValues
import PaymentCodes
import Testing

@testable import WalletCore

/// What errors answer to whoever catches them without knowing their type.
@Suite struct WalletErrorTests {
    private static let reset = HTTPTransportError(.connectionLost, mayHaveBeenSent: true, detail: "reset")
    private static let away = HTTPTransportError(.unreachable, mayHaveBeenSent: false, detail: "refused")

    /// Errors, with their codes and what they advise.
    static let samples: [(any WalletError, String, RetryAdvice, MoneyEffect)] = [
        (MoneyError.overflow, "unusable_amount", .never, .notMoved),
        (CodeError.empty, "unusable_code", .never, .notMoved),
        (DecisionError.expired, "intent_expired", .never, .notMoved),
        (DecisionError.notCancellable(.unknown), "not_cancellable", .never, .unknown),
        (SessionError.ended, "session_ended", .never, .notMoved),
        (SessionError.tokenKeyLost, "token_key_lost", .never, .notMoved),
        (SecretStoreError(.tokens, "locked"), "secret_store_failed", .later, .notMoved),
        (StorageError(.full, "no space"), "storage_full", .later, .notMoved),
        (EventTransportError(.notConnected, detail: "away"), "events_not_connected", .later, .notMoved),
        (EventTransportError(.notAllowed, detail: "no"), "events_not_allowed", .never, .notMoved),
        (HTTPTransportError(.invalidCall, mayHaveBeenSent: false, detail: ""), "invalid_call", .never, .notMoved),
        (away, "unreachable", .later, .notMoved), (reset, "connection_lost", .sameKey, .unknown),
        (PlatformError(.transport(reset)), "unreachable", .later, .notMoved),
        (PlatformError(.transport(reset), concernsMoney: true), "unreachable", .sameKey, .unknown),
    ]

    @Test(arguments: samples)
    func `every error says whether to try again and whether money may have moved`(
        error: any WalletError, code: String, retry: RetryAdvice, money: MoneyEffect
    ) {
        #expect(error.code == code && error.retry == retry && error.money == money)
    }

    @Test func `what can't be read is an error that says so`() {
        let syntax = #expect(throws: JSONSyntaxError.self) { try JSON(parsing: "{") }
        let document = #expect(throws: MalformedDocument.self) { try JSONFields(["id": 1], at: "").string("id") }
        for error in [syntax, document] as [(any WalletError)?] {
            #expect(error?.retry == .never && error?.money == .notMoved)
        }
        #expect(syntax?.code == "invalid_json" && document?.code == "malformed_document")
    }

    @Test func `text from outside in a description is fit to be shown`() {
        let hostile = "\u{1B}[2J\u{202E}"
        let errors: [any WalletError] = [
            MoneyError.notANumber(hostile), HTTPTransportError(.unreachable, mayHaveBeenSent: false, detail: hostile),
            HTTPTransportError(.init(rawValue: hostile), mayHaveBeenSent: false, detail: ""),
            EventTransportError(.failed, detail: hostile), SecretStoreError(.tokens, hostile),
            StorageError(.other, hostile), MalformedDocument(field: hostile, problem: hostile),
        ]
        for error in errors { #expect(PlainText.isClean(error.description), "\(error.code)") }
    }

    @Test func `an error is caught by its name, and by no other's`() {
        func caught(_ error: any Error) -> String {
            do { throw error } catch SessionError.notLoggedIn { return "session" } catch DecisionError.expired {
                return "decision"
            } catch { return "another" }
        }
        #expect(caught(SessionError.notLoggedIn) == "session" && caught(DecisionError.expired) == "decision")
        #expect(caught(SessionError.ended) == "another" && caught(MoneyError.overflow) == "another")
    }
}
