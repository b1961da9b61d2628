import FexValues

/// A web address: http or https, with a host.
///
/// Of it the host alone is told. That is what tells a reader where it leads; what follows may be a key to somebody's
/// account.
struct WebAddress: ForeignFormat {
    static let beginnings = ["http:", "https:", "URL:"]

    /// The host, in lower case where it is ASCII.
    let host: String
    private let port: String?
    private let isEncrypted: Bool
    private let hasUserName: Bool
    /// Whether the page's purpose is a Lightning payment: a wallet would ask the service instead of opening it (LUD-01).
    private let offersLightning: Bool

    /// Some makers of codes put `URL:` before the address.
    init?(_ text: String) {
        let text = ASCII.rest(of: text, after: "url:").map { CodeField.trimmed(String($0)) } ?? text
        guard let uri = URIParts(text), ["http", "https"].contains(uri.scheme), let authority = uri.authority,
            text.unicodeScalars.allSatisfy({ !$0.properties.isWhitespace && $0.value > 0x20 && $0.value != 0x7F })
        else { return nil }
        // What stands before the last @ is a user's name, made to look like a host by those who mean ill.
        let at = authority.utf8.lastIndex(of: UInt8(ascii: "@"))
        hasUserName = at != nil
        let place = at.map { authority[authority.utf8.index(after: $0)...] } ?? authority
        guard let (host, port) = WebAddress.split(place), WebAddress.isHost(host) else { return nil }
        // A backslash is a slash to browsers, so before one they would see another host.
        guard !authority.utf8.contains(UInt8(ascii: "\\")) else { return nil }
        self.host = SecretText.isToBeWithheld(host) ? "…" : ASCII.lowercased(host)
        self.port = port
        isEncrypted = uri.scheme == "https"
        let lightning = uri.query.flatMap { URIQuery($0).field("lightning").text }
        offersLightning = lightning.map(LightningRequest.isServiceAddress) ?? false
    }

    private static func split(_ place: Substring) -> (host: String, port: String?)? {
        let isLiteral = place.utf8.first == UInt8(ascii: "[")
        let hostEnd =
            isLiteral
            ? place.utf8.firstIndex(of: UInt8(ascii: "]")).map { place.utf8.index(after: $0) }
            : place.utf8.firstIndex(of: UInt8(ascii: ":")) ?? place.endIndex
        guard let hostEnd else { return nil }
        let rest = place[hostEnd...]
        guard !rest.isEmpty else { return (String(place[..<hostEnd]), nil) }
        let port = rest.utf8.dropFirst()
        guard rest.utf8.first == UInt8(ascii: ":"), port.count <= 5, port.allSatisfy(ASCII.isDigit) else { return nil }
        return (String(place[..<hostEnd]), port.isEmpty ? nil : String(Substring(port)))
    }

    /// Letters of any script, digits, hyphens and dots; or an IPv6 address in brackets.
    private static func isHost(_ host: String) -> Bool {
        guard (1...253).contains(host.utf8.count) else { return false }
        if host.utf8.first == UInt8(ascii: "[") {
            let inside = host.utf8.dropFirst().dropLast()
            return inside.contains(UInt8(ascii: ":"))
                && inside.allSatisfy { ASCII.isHexDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }
        }
        let isMadeOfNames = host.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII
                ? ASCII.isLetter(UInt8(ascii: scalar)) || ASCII.isDigit(UInt8(ascii: scalar))
                    || "-._".unicodeScalars.contains(scalar)
                : scalar.properties.isAlphabetic || scalar.properties.generalCategory == .nonspacingMark
        }
        return isMadeOfNames && host.utf8.contains { $0 != UInt8(ascii: ".") }
    }

    var foreignCode: ForeignCode {
        let place = port.map { "\(host):\($0)" } ?? host
        return ForeignCode(
            .url,
            told: [
                "a page at \(Wording.quoted(place, limit: 260) ?? "")",
                offersLightning ? "for a Lightning payment through a service" : nil,
                hasUserName ? "with a user name before the host" : nil,
                isEncrypted ? nil : "without encryption",
            ])
    }
}
