public import FexValues
public import Foundation

/// Where one request goes: an origin, and a path with its query.
///
/// It is read by the letter of RFC 3986 and by nothing looser, so that what was checked here is what any HTTP library
/// makes of ``description``. Whoever holds one needs to parse nothing again.
public struct HTTPAddress: Hashable, Sendable {
    /// Scheme, host and port.
    public let origin: HTTPOrigin
    /// The path, and the query if there is one; begins with `/`.
    public let target: String

    /// The longest path and query that a text may have, in bytes.
    package static let targetLimit = 8 << 10

    /// The address that a URL is.
    ///
    /// - Throws: ``HTTPAddressError`` where it is not `http` or `https`, holds user information or a fragment, or anything
    ///   that has to be escaped.
    public init(_ url: URL) throws(HTTPAddressError) {
        let text = url.absoluteString
        guard let address = HTTPAddress(text) else { throw HTTPAddressError(scheme: url.scheme, host: url.host()) }
        self = address
    }

    /// The address that a text is; `nil` where it isn't `http` or `https`, holds user information or a fragment, or
    /// anything that has to be escaped.
    public init?(_ text: String) {
        guard let end = text.firstRange(of: "://"), !text.contains("#"),
            let address = HTTPAddress.reading(text[end.upperBound...], scheme: String(text[..<end.lowerBound]))
        else { return nil }
        self = address
    }

    /// An address, or `nil` if the target is no path with an optional query.
    package init?(_ origin: HTTPOrigin, target: String) {
        guard target.hasPrefix("/"), target.utf8.count <= HTTPAddress.targetLimit, HTTPAddress.isTarget(target) else {
            return nil
        }
        self.origin = origin
        self.target = target
    }

    private init(origin: HTTPOrigin, unchecked target: String) {
        self.origin = origin
        self.target = target
    }

    /// The path without the query.
    package var path: Substring { target.prefix { $0 != "?" } }

    /// The address of what lies under this one. A query of this one is left out.
    ///
    /// - Parameters:
    ///   - path: Its path from here, with a `/` before each segment; all but `/` and unreserved characters is escaped.
    ///   - query: Names and values; all but unreserved characters is escaped.
    package func appending(_ path: String, query: [(String, String)] = []) -> HTTPAddress {
        var target = String(self.path)
        while target.last == "/" { target.removeLast() }
        target += PercentEncoding.path(path)
        if !query.isEmpty { target += "?" + PercentEncoding.form(query) }
        return HTTPAddress(origin: origin, unchecked: target.isEmpty ? "/" : target)
    }

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
    public var description: String { "\(origin)\(target)" }
}

/// An address that no HTTP server can have.
public struct HTTPAddressError: WalletError, Hashable {
    /// Scheme and host, as far as they could be read and can be shown; never user information, path or query.
    public let server: String

    init(scheme: String?, host: String?) {
        server = PlainText.clean("\(scheme ?? "")://\(host ?? "")", limit: 200)
    }

    /// `bad_address`, always.
    public var code: String { "bad_address" }
    /// Never: the same address is none again.
    public var retry: RetryAdvice { .never }
    /// No money moved: nothing was sent.
    public var money: MoneyEffect { .notMoved }
    /// One sentence in English, without what may be secret.
    public var description: String { "\(server) is not the address of an HTTP server" }
}
