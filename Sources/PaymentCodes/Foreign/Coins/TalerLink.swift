import FexValues

/// A link for a GNU Taler wallet (draft-grothoff-taler-01): `taler://pay/shop.example/order`.
///
/// Orders, claim tokens and keys in it are not shown: who has them may take the money.
struct TalerLink: ForeignFormat {
    /// What the actions ask for; the first part of their path is a host.
    private static let hostActions = [
        "pay": "a payment to", "pay-template": "a payment to", "pay-pull": "a request for money, through",
        "pay-push": "money to receive, through", "refund": "a refund by", "tip": "a tip by", "reward": "a reward by",
        "withdraw": "a withdrawal through", "withdraw-exchange": "a withdrawal from",
        "add-exchange": "an exchange to trust:",
    ]

    static let beginnings = ["taler:", "taler+http:"]

    private let action: String
    private let host: String?
    private let isEncrypted: Bool

    init?(_ text: String) {
        guard let uri = URIParts(text), ["taler", "taler+http"].contains(uri.scheme) else { return nil }
        let slash = UInt8(ascii: "/")
        var parts = uri.path.utf8.split(separator: slash).map { Substring($0) }
        if let authority = uri.authority { parts.insert(authority, at: 0) }
        guard let first = parts.first, first.utf8.allSatisfy({ ASCII.isLetter($0) || $0 == UInt8(ascii: "-") }),
            !first.isEmpty
        else { return nil }
        action = ASCII.lowercased(first)
        host =
            parts.count > 1
            ? parts[1].utf8.split(separator: UInt8(ascii: ":")).first.map { String(Substring($0)) } : nil
        isEncrypted = uri.scheme == "taler"
    }

    var foreignCode: ForeignCode {
        let told: String =
            if let phrase = TalerLink.hostActions[action] {
                "\(phrase) \(host.flatMap { Wording.host($0) }.flatMap { Wording.quoted($0) } ?? "an unnamed host")"
            } else if action == "restore" {
                "a wallet to restore from a backup"
            } else {
                "an action that isn't known here"
            }
        return ForeignCode(.taler, told: [told, isEncrypted ? nil : "without encryption"])
    }
}
