/// Access to a Wi-Fi network, in the form that camera apps read: `WIFI:T:WPA;S:name;P:password;;`.
struct WiFiNetwork: ForeignFormat {
    static let beginnings = ["WIFI:"]

    private let fields: SemicolonFields

    /// Whatever begins with `WIFI:`: were it called text instead, a password in it would be shown.
    init?(_ text: String) {
        guard let rest = ASCII.rest(of: text, after: "WIFI:") else { return nil }
        fields = SemicolonFields(rest)
    }

    var foreignCode: ForeignCode {
        let hasPassword = fields.has("P")
        return ForeignCode(
            .wifi,
            told: [
                Wording.quoted(fields.only("S")) ?? "a network without a name",
                protection,
                hasPassword ? "with its password, which is not shown here" : nil,
            ])
    }

    /// The protection, where it is one of those there are; anything else might be a part of the password.
    private var protection: String? {
        switch fields.only("T").map({ $0.uppercased() }) {
        case nil, "", "NOPASS": fields.has("P") ? nil : "open to all"
        case "WEP": "protected by WEP"
        case "WPA", "WPA2", "WPA3", "SAE": "protected by WPA"
        case "WPA2-EAP", "WPA-EAP": "protected by WPA with accounts"
        default: "protected in a way that isn't known here"
        }
    }
}
