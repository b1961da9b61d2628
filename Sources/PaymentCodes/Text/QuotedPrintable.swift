import FexValues

/// Quoted-printable (RFC 2045, section 6.7): `=` and two hexadecimal digits are a byte.
enum QuotedPrintable {
    /// The bytes that a text stands for, its soft line breaks having been taken out; a `=` that begins no escape is itself.
    static func decoded(_ text: some StringProtocol) -> [UInt8] {
        ASCII.decoded(text, escapedBy: UInt8(ascii: "="))
    }
}
