import FexValues
import Testing
import WalletMessages

@Suite struct PureMessagesTests {
    private func ask(_ method: String, _ params: JSON) throws -> JSON {
        let request: JSON = ["id": 7, "method": .string(method), "params": params]
        return try JSON(parsing: PureMessages.execute(request.text.utf8))
    }

    @Test func `pure methods need no wallet`() throws {
        #expect(try ask("version", [:])["result"]?["abi"] == 1000)
        #expect(
            try ask("money", ["text": "35.5", "currency": "USD"])["result"] == [
                "amount": "35.50", "currency": "USD", "minor_units": "3550", "digits": 2, "shown": "35.50 USD",
            ])
        #expect(try ask("money", ["text": "35", "currency": "JPY"])["result"]?["digits"] == 0)
        let code = try ask("parse", ["code": "fex://pay?intent=pi_1&amount=3.70&currency=USD&merchant=m_1"])
        #expect(code["result"]?["kind"] == "merchant" && code["result"]?["fetched"] == false)
        #expect(try ask("parse", ["code": "https://example.org"])["result"]?["foreign"] == "url")
    }

    @Test(
        arguments: [
            ("history", [:], "unknown_method"), ("money", ["text": "1.001", "currency": "USD"], "bad_parameter"),
            ("money", ["text": "1", "currency": "XXXX"], "bad_parameter"), ("parse", [:], "bad_parameter"),
            ("parse", ["code": ""], "unusable_code"), ("proof.verify", ["proof": [:]], "bad_parameter"),
            ("proof.verify", ["proof": [:], "keys": [:]], "not_a_key_set"), ("cancel", ["id": 1], "unknown_method"),
        ] as [(String, JSON, String)])
    func `what can't be answered is named`(method: String, params: JSON, code: String) throws {
        #expect(try ask(method, params)["error"]?["code"]?.stringValue == code)
    }

    @Test func `what is no message is answered too`() throws {
        for text in ["", "nonsense", "[]"] {
            let answer = try JSON(parsing: PureMessages.execute(text.utf8))
            #expect(answer["id"] == .null && answer["error"]?["code"] == "not_a_message")
        }
    }
}
