import FexHTTP
import FexValues
import PaymentCodes
import Testing

@testable import WalletCommands
@testable import WalletCore

@Suite struct ExitStatusTests {
    private func refused(_ status: Int) -> PlatformError {
        PlatformError(.refused(.init(status: status, code: nil, message: "no")))
    }

    @Test func `each error has the documented exit code`() throws {
        let away = HTTPTransportError(.unreachable, mayHaveBeenSent: false, detail: "")
        let intent = try PaymentIntent(document: [
            "id": "pi_1", "merchant_id": "mer_1", "amount": "1.00", "currency": "USD", "status": "pending",
            "expires_at": "2026-01-01T00:00:00Z",
        ])
        let code = MerchantCode(form: .uri, intent: IntentID("pi_2")!, amount: nil, merchant: nil, merchantName: nil)
        let mismatch = CodeMismatch(code: code, intent: intent)
        #expect(mismatch.differences.map(\.field) == ["intent"])
        let expected: [(any Error, Int32)] = [
            (refused(404), 1), (refused(409), 1), (refused(422), 1), (refused(401), 77), (refused(403), 77),
            (PlatformError(.transport(away)), 69), (PlatformError(.unavailable(status: 503)), 69),
            (PlatformError(.malformed("html")), 69), (SessionError.notLoggedIn, 77), (SessionError.ended, 77),
            (SessionError.deviceKeyLost, 77), (SessionError.tokenKeyLost, 77), (SessionError.loggedOutMeanwhile, 77),
            (DecisionError.notPayable(.completed), 1), (DecisionError.expired, 1), (DecisionError.otherWallet, 77),
            (DecisionError.codeDiffers(mismatch), 65), (CodeError(.empty), 65), (MoneyError.notANumber("x"), 65),
            (ConfigurationError.noProfile("x"), 78), (CommandFailure(.usage, "x", "y"), 64),
            (SecretStoreError(.tokens, "x"), 73), (ConfigurationError.notReadable(path: "/x", why: "no"), 73),
            (ConfigurationError.notWritable(path: "/x", why: "no"), 73), (StorageError(.damage, "x"), 73),
            (StorageError(.full, "x"), 73), (StorageError(.busy, "x"), 73), (StorageError(.notReadable, "x"), 73),
            (StorageError(.notWritable, "x"), 73), (StorageError(.newerVersion, "x"), 78), (StorageError("x"), 70),
            (UnexpectedError(), 70),
        ]
        for (error, code) in expected { #expect(ExitStatus(error).rawValue == code, "\(error)") }
    }

    @Test(
        arguments: [
            (CodeError.empty, "unusable_code", "never", "not_moved"),
            (MoneyError.overflow, "unusable_amount", "never", "not_moved"),
            (DecisionError.notCancellable(.unknown), "not_cancellable", "never", "unknown"),
            (
                PlatformError(.unavailable(status: 503), concernsMoney: true), "platform_unavailable", "same_key",
                "unknown"
            ),
            (UnexpectedError(), "internal_fault", "never", "not_moved"),
        ] as [(any Error, String, String, String)])
    func `programs are told of an error by its code, what to do, and what became of the money`(
        error: any Error, code: String, retry: String, money: String
    ) {
        let told = Terminal.document(of: error)["error"]
        #expect(told?["code"]?.stringValue == code)
        #expect(told?["retry"]?.stringValue == retry && told?["money"]?.stringValue == money)
    }

    @Test(arguments: DecisionState.allCases)
    func `a decision ends a command by where it stands`(state: DecisionState) {
        let code: Int32 =
            switch state {
            case .confirmed: 0
            case .refused, .lapsed, .cancelled: 1
            case .recorded, .sending, .waiting, .unknown: 75
            }
        #expect(ExitStatus(state).rawValue == code)
    }

    private struct UnexpectedError: Error {}
}
