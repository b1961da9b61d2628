import Testing

@testable import PaymentCodes

/// Codes whose bytes are not UTF-8, with what nobody sees before them.
@Suite struct CodeBytesTests {
    private static let marks: [[UInt8]] = [
        [0xEF, 0xBB, 0xBF], [0xE2, 0x80, 0x8B], [0xA0], [0xAD], [0x20, 0xEF, 0xBB, 0xBF],
    ]

    private func summary(_ parts: [[UInt8]]) throws -> String {
        let text = try #require(ScannedCode.text(of: Array(parts.joined())))
        guard case .foreign(let code) = try ScannedCode(parsing: text) else { return "" }
        return "\(code.kind.rawValue): \(code.summary)"
    }

    @Test(arguments: marks)
    func `what nobody sees before a code changes nothing of it`(mark: [UInt8]) throws {
        let wifi = try summary([mark, Array("WIFI:P:hidden-word-9;S:Caf".utf8), [0xE9], Array(";T:WPA;;".utf8), mark])
        #expect(wifi.hasPrefix(#"wifi: "Café""#) && !wifi.contains("hidden"))
        let epc = try summary([
            mark, Array("BCD\n002\n5\nSCT\n\n".utf8), [0xBA, 0xDD], Array("\nDE89370400440532013000\nEUR1".utf8),
        ])
        #expect(epc.hasPrefix(#"epc: 1.00 EUR to "Кн""#))
        let russian = try summary([
            mark, Array("ST00011|Name=".utf8), [0xCA, 0xED], Array("|PersonalAcc=1|Sum=5".utf8),
        ])
        #expect(russian.hasPrefix(#"st00012: 0.05 RUB to "Кн""#))
        let card = try summary([mark, Array("MECARD:N:Caf".utf8), [0xE9], Array(";;".utf8)])
        #expect(card == #"vcard: "Café""#)
        let vcard = try summary([mark, Array("BEGIN:VCARD\nFN;CHARSET=ISO-8859-2:".utf8), [0xA3, 0xB1, 0x6B, 0x61]])
        #expect(vcard == #"vcard: "Łąka""#)
    }

    @Test(arguments: marks)
    func `a Fex code that is not UTF-8 is one still`(mark: [UInt8]) throws {
        for code in ["fex://pay?intent=pi_1&note=caf", #"{"payment_intent_id":"pi_1","merchant_name":"Caf"#] {
            let end: [UInt8] = code.hasPrefix("{") ? Array("\"}".utf8) : []
            let text = try #require(ScannedCode.text(of: mark + Array(code.utf8) + [0xE9] + end))
            if case .foreign = try? ScannedCode(parsing: text) { Issue.record("taken for another's: \(text)") }
        }
    }
}
