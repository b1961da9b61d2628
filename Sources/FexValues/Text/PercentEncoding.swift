/// Percent-encoding of what becomes part of an address or of a form (RFC 3986, section 2.1).
@usableFromInline
package enum PercentEncoding {
    /// A path: all but unreserved characters and `/` escaped.
    package static func path(_ text: String) -> String { escaped(text) { $0 == UInt8(ascii: "/") } }

    /// Names and values as a query or as a body of `application/x-www-form-urlencoded`: all but unreserved characters
    /// escaped.
    package static func form(_ fields: [(String, String)]) -> String {
        fields.map { "\(component($0.0))=\(component($0.1))" }.joined(separator: "&")
    }

    /// A single name or value: all but unreserved characters escaped.
    package static func component(_ text: String) -> String { escaped(text) { _ in false } }

    /// The text that an encoded one stands for, where any `%` without two hexadecimal digits is itself; `nil` if it is not
    /// UTF-8.
    @inlinable
    package static func decoded(_ text: some StringProtocol) -> String? {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        return String(validating: ASCII.decoded(text, escapedBy: UInt8(ascii: "%")), as: UTF8.self)
    }

    private static func escaped(_ text: String, _ isAllowed: (UInt8) -> Bool) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if ASCII.isLetter(byte) || ASCII.isDigit(byte) || unreserved.contains(byte) || isAllowed(byte) {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let unreserved = Set("-._~".utf8)
    private static let digits = Array("0123456789ABCDEF".utf8)
}
