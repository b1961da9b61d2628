import FexValues
import PaymentCodes
import Testing
import WalletCore
import WalletTesting

@Suite struct SecretIntentTests {
    @Test(arguments: [
        "nsec1uemjvfrksn7mqtp4g7jqw7sy26ztytmw72hdqgrj3yj0mnnvhxus3cqzd9",
        "KyznWeHunWNEHDXTsnJCyJvjpvyZDAL2GMejAKXaoYPWX7wYpyre",
        "xprv9xq2Deb4S5jSpbGNau9oK2R4md5zF61wfhZQUTusejiq1Qusq41vKmbVT2Y1fhhJt1JV1gT3wLTrzXKg3FYUvTAH9StfPgGf1hAxd2T3rdB",
        "AGE-SECRET-KEY-1DGP4W0J20CCVTM4F2HAJXMA3Y3WXW5U4EAPQQ8VHT36XQ6X95T5QTXXWF7",
    ])
    func `the wallet asks the platform for no key`(key: String) async throws {
        let test = try TestWallet()
        let wallet = try await test.openLoggedIn()
        let before = test.platform.calls.count
        let id = try #require(IntentID(key))
        let error = await #expect(throws: CodeError.self) { try await wallet.intents.fetch(id) }
        guard case .otherSystem(let code)? = error?.reason else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(code.kind == .secret && !code.summary.contains(key.prefix(6)))
        #expect(test.platform.calls.count == before)
    }
}
