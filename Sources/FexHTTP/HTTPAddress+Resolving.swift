import FexValues

extension HTTPAddress {
    /// The address that a reference names when it is met here (RFC 3986, section 5.2), or `nil` if it is no HTTP address.
    ///
    /// A fragment is dropped. Any user information makes the reference none.
    package func resolving(_ reference: String) -> HTTPAddress? {
        let text = reference.prefix { $0 != "#" }
        if text.isEmpty { return self }
        if text.hasPrefix("//") {
            return HTTPAddress.reading(text.dropFirst(2), scheme: origin.scheme.rawValue)
        }
        if text.hasPrefix("/") {
            return HTTPAddress(origin, target: HTTPAddress.withoutDotSegments(text))
        }
        if text.hasPrefix("?") {
            return HTTPAddress(origin, target: "\(path)\(text)")
        }
        if let colon = text.firstIndex(of: ":"), HTTPAddress.isScheme(text[..<colon]) {
            let rest = text[text.index(after: colon)...]
            guard rest.hasPrefix("//") else { return nil }
            return HTTPAddress.reading(rest.dropFirst(2), scheme: String(text[..<colon]))
        }
        let folder = String(path[...(path.lastIndex(of: "/") ?? path.startIndex)])
        return HTTPAddress(origin, target: HTTPAddress.withoutDotSegments("\(folder)\(text)"[...]))
    }

    /// Reads what follows `scheme://`.
    static func reading(_ text: Substring, scheme: String) -> HTTPAddress? {
        let authority = text.prefix { $0 != "/" && $0 != "?" }
        guard let origin = HTTPOrigin(scheme: scheme, authority: String(authority)) else { return nil }
        let target = text[authority.endIndex...]
        return HTTPAddress(origin, target: withoutDotSegments(target.hasPrefix("/") ? target : "/\(target)"))
    }

    private static func isScheme(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, ASCII.isLetter(first) else { return false }
        return text.utf8.allSatisfy {
            ASCII.isLetter($0) || ASCII.isDigit($0) || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-")
                || $0 == UInt8(ascii: ".")
        }
    }

    /// A path and query with `.` and `..` in the path carried out (RFC 3986, section 5.2.4).
    private static func withoutDotSegments(_ target: Substring) -> String {
        let path = target.prefix { $0 != "?" }
        var kept: [Substring] = []
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            switch segment {
            case ".":
                if isLast { kept.append("") }
            case "..":
                _ = kept.popLast()
                if isLast { kept.append("") }
            default:
                kept.append(segment)
            }
        }
        return "/" + kept.joined(separator: "/") + target[path.endIndex...]
    }
}
