import FexValues

/// Access to a Wi-Fi network, in the form that camera apps read: `WIFI:T:WPA;S:name;P:password;;`.
struct WiFiNetwork: ForeignFormat {
    static let beginnings = ["WIFI:"]

    private let fields: NamedFields

    /// Whatever begins with `WIFI:`: were it called text instead, a password in it would be shown.
    init?(_ text: String) {
        guard let rest = ASCII.rest(of: text, after: "WIFI:") else { return nil }
        fields = SemicolonFields(rest).fields
    }

    var foreignCode: ForeignCode {
        ForeignCode(
            .wifi,
            told: [
                name, protection,
                fields["h"].text.map { ASCII.lowercased($0) } == "true" ? "hidden" : nil,
                hasPassword ? "with its password, which is not shown here" : nil,
            ])
    }

    private var hasPassword: Bool { fields["p"] != .absent || passwordStart != nil }

    /// Where a password begins in the name: a code that lost a semicolon has it there. A network that is open to all may be
    /// called `Shop: free`.
    private var passwordStart: String.Index? {
        guard fields["p"] == .absent, let name = fields["s"].text else { return nil }
        let type = fields["t"].text.map { ASCII.lowercased($0) } ?? "open"
        let marks: [StaticString] = WiFiNetwork.openTypes.contains(type) ? [" p:", ",p:", "|p:"] : ["p:"]
        let lower = ASCII.lowercased(name)
        let ends = marks.compactMap { ASCII.end(ofFirst: $0, in: lower) }
        return ends.map { lower.utf8.distance(from: lower.startIndex, to: $0) - 2 }.min()
            .map { name.utf8.index(name.startIndex, offsetBy: $0) }
    }

    /// What makers of codes write where a network has no protection.
    private static let openTypes = ["nopass", "none", "open"]

    private var name: String {
        switch fields["s"] {
        case .value(let name):
            Wording.words(passwordStart.map { name[..<$0] + "…" } ?? WiFiNetwork.withoutQuotes(name))
                ?? "a network without a name"
        case .absent: "a network without a name"
        case .several, .unreadable: "a network with several names"
        }
    }

    /// A name of hexadecimal digits stands in quotation marks, so that it is not taken for the bytes of a name.
    private static func withoutQuotes(_ name: String) -> String {
        let bytes = name.utf8
        let inside = bytes.dropFirst().dropLast()
        guard bytes.count > 2, bytes.first == UInt8(ascii: "\""), bytes.last == UInt8(ascii: "\""),
            inside.allSatisfy(ASCII.isHexDigit)
        else { return name }
        return String(Substring(inside))
    }

    /// The protection, where it is one of those there are; anything else might be a part of the password.
    private var protection: String? {
        guard let type = fields["t"].text.map({ ASCII.lowercased($0) }) else {
            if fields["t"] == .several { return "protected in a way that isn't known here" }
            return hasPassword ? nil : hasAccount ? "protected by WPA with accounts" : "open to all"
        }
        switch type {
        case _ where WiFiNetwork.openTypes.contains(type): return hasPassword ? nil : "open to all"
        case "wep": return "protected by WEP"
        case "wpa2-eap", "wpa-eap", "wpa3-eap", "eap": return "protected by WPA with accounts"
        case "sae", "wpa3": return "protected by WPA3"
        case "wpa", "wpa2", "wpa-psk", "wpa2-psk", "wpa/wpa2", "wpa2/wpa3", "wpa/wpa2/wpa3", "wpa2-wpa3":
            return hasAccount ? "protected by WPA with accounts" : "protected by WPA"
        default: return "protected in a way that isn't known here"
        }
    }

    /// Whether it names a method of EAP, by which each person has an account.
    private var hasAccount: Bool { fields["e"] != .absent }
}
