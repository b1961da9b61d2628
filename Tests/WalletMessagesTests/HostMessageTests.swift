import FexValues
import Testing

@testable import WalletMessages

@Suite struct HostMessageTests {
    @Test func `what a host says is read`() throws {
        #expect(
            try HostMessage(parsing: #"{"id":7,"method":"history","params":{"limit":20}}"#.utf8)
                == .request(id: 7, method: "history", params: ["limit": 20]))
        #expect(try HostMessage(parsing: #"{"id":7,"method":"x"}"#.utf8) == .request(id: 7, method: "x", params: [:]))
        #expect(
            try HostMessage(parsing: #"{"method":"cancel","params":{"id":7}}"#.utf8) == .cancel(id: nil, request: 7))
        #expect(try HostMessage(parsing: #"{"answer":3,"result":null}"#.utf8) == .answer(question: 3, .result(nil)))
        #expect(
            try HostMessage(parsing: #"{"answer":3,"error":{"code":"a\u001bb","message":"m"}}"#.utf8)
                == .answer(question: 3, .error(code: "a�b", message: "m", mayHaveBeenSent: true)))
    }

    @Test(arguments: [
        ("", "not_a_message"), ("{", "not_a_message"), ("[]", "not_a_message"), ("7", "not_a_message"),
        ("{}", "not_a_message"), (#"{"id":1}"#, "not_a_message"), (#"{"id":1,"method":7}"#, "not_a_message"),
        (#"{"id":1,"method":"x","more":1}"#, "not_a_message"), (#"{"id":1,"id":1,"method":"x"}"#, "not_a_message"),
        (#"{"answer":1}"#, "not_a_message"), (#"{"answer":1,"result":1,"error":{"code":"x"}}"#, "not_a_message"),
        (#"{"answer":1,"error":{}}"#, "not_a_message"), (#"{"answer":"1","result":1}"#, "bad_id"),
        (#"{"method":"x"}"#, "bad_id"), (#"{"id":0,"method":"x"}"#, "bad_id"), (#"{"id":-1,"method":"x"}"#, "bad_id"),
        (#"{"id":1.0,"method":"x"}"#, "bad_id"), (#"{"id":"1","method":"x"}"#, "bad_id"),
        (#"{"id":null,"method":"x"}"#, "bad_id"), (#"{"id":9007199254740992,"method":"x"}"#, "bad_id"),
        (#"{"method":"cancel"}"#, "bad_parameter"), (#"{"method":"cancel","params":{"id":1,"x":1}}"#, "bad_parameter"),
        ("{\"id\":1,\"method\":\"x\"}\0", "not_a_message"),
    ])
    func `what is no message is named`(text: String, code: String) {
        #expect { try HostMessage(parsing: text.utf8) } throws: { ($0 as? DoorError)?.code == code }
    }

    @Test func `a message that is too long, or no text, is named`() {
        let long = Array(repeating: UInt8(ascii: " "), count: HostMessage.longest + 1)
        #expect { try HostMessage(parsing: long) } throws: { ($0 as? DoorError)?.code == "message_too_long" }
        #expect { try HostMessage(parsing: [0x22, 0xFF, 0x22]) } throws: { ($0 as? DoorError)?.code == "not_a_message" }
    }
}
