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

    private var hasPassword: Bool {
        fields["p"] != .absent || fields["s"].text.flatMap(WiFiNetwork.passwordStart) != nil
    }

    /// Where a password begins in a name: a code that lost a semicolon has it there.
    private static func passwordStart(in name: String) -> String.Index? {
        let lower = ASCII.lowercased(name)
        let ends = [" p:", ",p:", "|p:"].lazy.compactMap { (mark: StaticString) in ASCII.end(ofFirst: mark, in: lower) }
        return ends.map { lower.utf8.distance(from: lower.startIndex, to: $0) - 2 }.min()
            .map { name.utf8.index(name.startIndex, offsetBy: $0) }
    }

    private var name: String {
        switch fields["s"] {
        case .value(let name):
            Wording.words(WiFiNetwork.withoutQuotes(WiFiNetwork.withoutPassword(name))) ?? "a network without a name"
        case .absent: "a network without a name"
        case .several, .unreadable: "a network with several names"
        }
    }

    private static func withoutPassword(_ name: String) -> String {
        passwordStart(in: name).map { name[..<$0] + "…" } ?? name
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
        case "nopass", "none", "open": return hasPassword ? nil : "open to all"
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
