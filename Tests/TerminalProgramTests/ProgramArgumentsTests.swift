import Testing

@testable import TerminalProgram

@Suite struct ProgramArgumentsTests {
    private static let key = "nsec13afe9erpz7tyck7u3y5euwh62epmkjpsjm0dj723ye4625f5exgqn5znx9"

    private func description(_ parts: [[UInt8]]) -> String {
        NotUTF8("argument 2", Array(parts.joined()), isArgument: true).description
    }

    @Test func `an argument that is not UTF-8 is named by its first such byte`() {
        #expect(
            description([Array("caf".utf8), [0xE9]])
                == #"argument 2 is not UTF-8: byte 4 is 0xE9, in "caf\xe9""#)
    }

    @Test(
        arguments: [
            ("WIFI:S:Caf", 0xE9, ";T:WPA;P:hidden-word-9;;"), ("WIFI:P:hidden-word-9;S:Caf", 0xE9, ";;"),
            (key, 0xFF, ""),
            ("", 0xA0, key), ("otpauth://totp/Caf", 0xE9, "?secret=HIDDENHIDDEN"),
            (String(key.prefix(30)), 0xFF, String(key.dropFirst(30))),
            ("legal winner thank year wave sausage worth useful", 0xA0, "legal winner thank yellow"),
        ] as [(String, UInt8, String)])
    func `what holds a secret is not repeated, whatever its bytes`(before: String, byte: UInt8, after: String) {
        let message = description([Array(before.utf8), [byte], Array(after.utf8)])
        #expect(message.contains("is 0x\(String(byte, radix: 16).uppercased())"))
        for part in ["hidden", "HIDDEN", "13afe9erpz", "sausage", "thank"] { #expect(!message.contains(part)) }
    }
}
