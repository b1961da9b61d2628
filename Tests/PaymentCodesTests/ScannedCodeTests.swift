import FexValues
import Testing

@testable import PaymentCodes

@Suite struct ScannedCodeTests {
    private func kind(_ text: String) throws -> ForeignCode.Kind? {
        guard case .foreign(let code) = try ScannedCode(parsing: text) else { return nil }
        return code.kind
    }

    @Test(arguments: ["", " ", "\n", "\r\n\t \u{B}\u{C}", "\u{A0}\u{3000}", "\u{FEFF}", "\u{200B}\u{2066}\u{AD}"])
    func `nothing is an error that says so`(text: String) {
        let error = CodeError(.empty)
        #expect(throws: error) { try ScannedCode(parsing: text) }
        #expect(error.description == "there is nothing in the code")
    }

    @Test func `the longest code is read, and one character more is refused`() throws {
        let prefix = "fex://pay?intent=pi_1&x="
        let longest = prefix + String(repeating: "y", count: ScannedCode.maximumLength - prefix.count)
        #expect(longest.count == 4_296)
        guard case .merchant = try ScannedCode(parsing: longest) else {
            Issue.record("not a merchant's code")
            return
        }
        #expect(throws: CodeError(.tooLong)) { try ScannedCode(parsing: longest + "y") }
        // Counted before anything is trimmed.
        #expect(throws: CodeError(.tooLong)) { try ScannedCode(parsing: longest + "\n") }
        #expect(throws: CodeError(.tooLong)) { try ScannedCode(parsing: String(repeating: " ", count: 4_297)) }
    }

    @Test func `one character may not hide thousands`() throws {
        let stacked = "e" + String(repeating: "\u{301}", count: 4_296)
        #expect(stacked.count == 1)
        #expect(throws: CodeError(.tooLong)) { try ScannedCode(parsing: stacked) }
        #expect(try kind(String(repeating: "😀", count: 4_296)) == .text)
    }

    @Test(arguments: [
        "0b5c9a3e-8d1f-4c1e-9a7e-000000000001", "0B5C9A3E-8D1F-4C1E-9A7E-000000000001", "wal_7", "wallet_a1b2c3d4",
        " wal_7\n",
    ])
    func `a bare token of a wallet's shape is a wallet's`(text: String) throws {
        let token = try #require(ScanToken(text.filter { !$0.isWhitespace }))
        #expect(try ScannedCode(parsing: text) == .wallet(WalletCode(scanToken: token)))
        #expect(try ScannedCode(parsing: WalletCode(scanToken: token).text) == .wallet(WalletCode(scanToken: token)))
    }

    @Test(arguments: [
        "hello", "pi_xxxx", "wal_", "wallet_", "wallet", "Wal_7", "wal_7 8", "wal_é",
        "0b5c9a3e8d1f4c1e9a7e000000000001",
        "0b5c9a3e-8d1f-4c1e-9a7e-00000000000g", "{0b5c9a3e-8d1f-4c1e-9a7e-000000000001}",
        "urn:uuid:0b5c9a3e-8d1f-4c1e-9a7e-000000000001", "x0b5c9a3e-8d1f-4c1e-9a7e-000000000001",
        "0b5c9a3e-8d1f-4c1e-9a7e-0000000000011", "0b5c9a3e-8d1f-4c1e-9a7e\u{2010}000000000001",
    ])
    func `a word is text`(text: String) throws {
        #expect(try kind(text) == .text)
    }

    @Test func `the wallet knows its own token, whatever it looks like`() throws {
        let token = try #require(ScanToken("hello"))
        #expect(try ScannedCode(parsing: "hello\n", ownScanToken: token) == .wallet(WalletCode(scanToken: token)))
        for other in ["Hello", "hello2", "hell", "he\u{301}llo"] {
            guard case .foreign = try ScannedCode(parsing: other, ownScanToken: token) else {
                Issue.record("\(other) was taken for the wallet's own")
                continue
            }
        }
        // The KELVIN SIGN equals a K in Swift; a token is compared by its bytes.
        let letter = try #require(ScanToken("K"))
        guard case .foreign = try ScannedCode(parsing: "\u{212A}", ownScanToken: letter) else {
            Issue.record("taken for the wallet's own")
            return
        }
        #expect(try ScannedCode(parsing: "hello") != .wallet(WalletCode(scanToken: token)))
    }

    @Test(arguments: [
        ("fexx://pay?intent=pi_1", ForeignCode.Kind.text), ("xfex://pay?intent=pi_1", .text),
        ("fex+https://pay?intent=pi_1", .text), ("f\u{435}x://pay?intent=pi_1", .text),
        ("fex;//pay?intent=pi_1", .text),
        ("fex", .text), ("fex//pay?intent=pi_1", .text),
        ("https://evil.example/fex://pay?intent=1", .url), ("https://fex.example/pay?intent=pi_1", .url),
        ("intent=pi_1&amount=1&currency=USD", .text), ("pay fex://pay?intent=pi_1", .text),
    ])
    func `what only looks like ours is another's`(text: String, expected: ForeignCode.Kind) throws {
        #expect(try kind(text) == expected)
    }

    @Test func `kinds are named as scripts read them`() {
        #expect(
            ForeignCode.Kind.allCases.map(\.rawValue).joined(separator: " ")
                == """
                emvco pix promptpay swiss_qr_bill epc upi spayd pay_by_square upn_qr hub3 ips_rs st00012 bitcoin lightning \
                ethereum solana litecoin dogecoin monero cashu taler wifi vcard otpauth email tel sms geo event secret url text
                """)
        #expect(MerchantCode.Form.allCases.map(\.rawValue) == ["uri", "json"])
        #expect(Set(ForeignCode.Kind.allCases.map(\.name)).count == ForeignCode.Kind.allCases.count)
        #expect(ForeignCode.Kind.swissQRBill.name == "Swiss QR-bill")
    }
}
