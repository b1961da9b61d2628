import FexValues

/// Where one request goes: an origin, and a path with its query.
///
/// It is read by the letter of RFC 3986 and by nothing looser, so that what was checked here is what any HTTP library
/// makes of ``description``.
package struct HTTPAddress: Hashable, Sendable {
    /// Scheme, host and port.
    package let origin: HTTPOrigin
    /// The path, and the query if there is one; begins with `/`.
    package let target: String

    /// The longest path and query, in bytes.
    package static let targetLimit = 8 << 10

    /// An address, or `nil` if the target is no path with an optional query.
    package init?(_ origin: HTTPOrigin, target: String) {
        guard target.hasPrefix("/"), target.utf8.count <= HTTPAddress.targetLimit, HTTPAddress.isTarget(target) else {
            return nil
        }
        self.origin = origin
        self.target = target
    }

    /// The path without the query.
    package var path: Substring { target.prefix { $0 != "?" } }

    /// Only characters that a path or a query may hold unescaped, and whole escapes.
    private static func isTarget(_ text: String) -> Bool {
        var escapedDigits = 0
        for byte in text.utf8 {
            if escapedDigits > 0 {
                guard ASCII.isHexDigit(byte) else { return false }
                escapedDigits -= 1
            } else if byte == UInt8(ascii: "%") {
                escapedDigits = 2
            } else if !ASCII.isLetter(byte) && !ASCII.isDigit(byte) && !unescaped.contains(byte) {
                return false
            }
        }
        return escapedDigits == 0
    }

    private static let unescaped = Set("-._~!$&'()*+,;=:@/?".utf8)
}

extension HTTPAddress: CustomStringConvertible {
    /// The address as one text. It holds the query: not for logs.
    package var description: String { "\(origin)\(target)" }
}
