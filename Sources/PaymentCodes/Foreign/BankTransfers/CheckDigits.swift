import FexValues

/// Check digits of bank accounts and references.
enum CheckDigits {
    /// Whether an account number is well formed and its check digits fit (ISO 13616).
    ///
    /// - Parameter account: An IBAN, spaces allowed. Which lengths a country has is not looked at.
    static func isValidIBAN(_ account: String) -> Bool {
        let bytes = Array(withoutSpaces(account).utf8)
        guard (15...34).contains(bytes.count), bytes.prefix(2).allSatisfy(ASCII.isLetter),
            bytes[2..<4].allSatisfy(ASCII.isDigit)
        else { return false }
        return isValidModulo97(bytes)
    }

    /// Whether a creditor reference is well formed and its check digits fit (ISO 11649).
    static func isValidCreditorReference(_ reference: String) -> Bool {
        let bytes = Array(withoutSpaces(reference).utf8)
        guard (5...25).contains(bytes.count), ASCII.lowercased(reference.prefix(2)) == "rf",
            bytes[2..<4].allSatisfy(ASCII.isDigit)
        else { return false }
        return isValidModulo97(bytes)
    }

    /// Whether a Swiss QR reference has 27 digits and its last one fits (modulo 10, recursive).
    static func isValidQRReference(_ reference: String) -> Bool {
        let bytes = Array(withoutSpaces(reference).utf8)
        guard bytes.count == 27, bytes.allSatisfy(ASCII.isDigit) else { return false }
        let table = [0, 9, 4, 6, 8, 2, 7, 1, 3, 5]
        let carry = bytes.dropLast().reduce(0) { carry, byte in table[(carry + Int(byte) - 0x30) % 10] }
        return (10 - carry) % 10 == Int(bytes[26]) - 0x30
    }

    /// ISO 7064, MOD 97-10: the first four characters moved to the end, letters as 10 to 35, leave 1.
    private static func isValidModulo97(_ bytes: [UInt8]) -> Bool {
        var remainder = 0
        for byte in bytes.dropFirst(4) + bytes.prefix(4) {
            if ASCII.isDigit(byte) {
                remainder = (remainder * 10 + Int(byte) - 0x30) % 97
            } else if ASCII.isLetter(byte) {
                remainder = (remainder * 100 + Int(ASCII.lowercased(byte) - UInt8(ascii: "a")) + 10) % 97
            } else {
                return false
            }
        }
        return remainder == 1
    }

    private static func withoutSpaces(_ text: String) -> String {
        String(decoding: text.utf8.filter { $0 != UInt8(ascii: " ") }, as: UTF8.self)
    }
}
