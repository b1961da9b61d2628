import FexValues
import Foundation
import Testing
import WalletNATSOverWebSocket

struct ClientCommandTests {
    private func text(_ command: ClientCommand) -> String { String(decoding: command.bytes, as: UTF8.self) }

    @Test func `each operation is written as the protocol has it`() throws {
        let subject = try EventSubject(publishing: "wallets.w1.echo")
        #expect(text(.subscribe(subject, subscription: 7)) == "SUB wallets.w1.echo 7\r\n")
        #expect(text(.publish(subject, payload: Data("a\r\nb".utf8))) == "PUB wallets.w1.echo 4\r\na\r\nb\r\n")
        #expect(text(.publish(subject, payload: Data())) == "PUB wallets.w1.echo 0\r\n\r\n")
        #expect(text(.ping) == "PING\r\n")
        #expect(text(.pong) == "PONG\r\n")
    }

    @Test func `a greeting is one line whatever is in it, and asks for its own messages`() throws {
        let greeting = ClientGreeting(name: "a\r\nPUB b 0\r\n", user: "u\"\u{7F}", password: Redacted("p\r\n\u{0}"))
        let line = text(.connect(greeting))
        #expect(line.hasPrefix("CONNECT {") && line.hasSuffix("}\r\n"))
        #expect(line.dropLast(1).utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
        let document = try JSON(parsing: String(line.dropFirst("CONNECT ".count).dropLast(1)))
        #expect(document["verbose"] == false && document["pedantic"] == false && document["echo"] == true)
        #expect(document["headers"] == false && document["lang"] == "swift" && document["version"] != nil)
        #expect(document["name"] == "a\r\nPUB b 0\r\n" && document["user"] == "u\"\u{7F}")
        #expect(document["pass"] == "p\r\n\u{0}")
        #expect(!"\(greeting) \(ClientCommand.connect(greeting))".contains("p\r\n"))
    }

    @Test func `without a user a password is a token, and without any there is none`() throws {
        let token = text(.connect(ClientGreeting(name: "n", password: Redacted("t0ken"))))
        #expect(token.contains(#""auth_token":"t0ken""#) && !token.contains("\"user\"") && !token.contains("\"pass\""))
        let nobody = text(.connect(ClientGreeting(name: "n")))
        #expect(!nobody.contains("auth_token") && !nobody.contains("\"user\"") && !nobody.contains("\"pass\""))
    }

    @Test(arguments: [
        "", ".", "a.", ".a", "a..b", "a b", "a\tb", "a\r\nPUB b 0", "a\nb", "a\u{0}", "a\u{7F}", "a*b", "a.>.b", "a>",
        String(repeating: "a", count: 1025),
    ])
    func `what could be more than a subject is none, neither to publish to nor to subscribe to`(subject: String) {
        #expect(throws: BadSubject.self) { try EventSubject(publishing: subject) }
        #expect(throws: BadSubject.self) { try EventSubject(subscribing: subject) }
    }

    @Test(arguments: ["*", ">", "a.*", "a.*.b", "a.>"])
    func `wildcards are for listening alone`(subject: String) throws {
        #expect(throws: BadSubject.self) { try EventSubject(publishing: subject) }
        #expect(try EventSubject(subscribing: subject).description == subject)
    }

    @Test(
        arguments: [
            ("a.b", "a.b", true), ("a.b", "a.c", false), ("a.b", "a", false), ("a", "a.b", false), ("a.*", "a.b", true),
            ("a.*", "a.b.c", false), ("a.*", "a", false), ("a.>", "a.b.c", true), ("a.>", "a", false), (">", "a", true),
            ("*", "a.b", false), ("a.*.c", "a.b.c", true), ("a.*.c", "a.b.d", false), ("A", "a", false),
        ])
    func `a subscription asks for the subjects that it matches`(pattern: String, subject: String, isAsked: Bool) throws
    {
        #expect(try EventSubject(subscribing: pattern).matches(subject) == isAsked)
    }
}
