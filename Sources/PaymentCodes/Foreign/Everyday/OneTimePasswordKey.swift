import FexValues

/// The key of a second factor, for an app that makes one-time passwords: `otpauth:` as Google's Key Uri Format describes
/// it, and `otpauth-migration:`, which holds several.
///
/// Whose it is is told; who reads the key can log in.
struct OneTimePasswordKey: ForeignFormat {
    static let beginnings = ["otpauth:", "otpauth-migration:"]

    private let kind: String?
    private let account: CodeField
    private let issuer: CodeField
    private let isMigration: Bool

    init?(_ text: String) {
        guard ASCII.rest(of: text, after: "otpauth") != nil, let uri = URIParts(text),
            uri.scheme == "otpauth" || uri.scheme == "otpauth-migration"
        else { return nil }
        isMigration = uri.scheme != "otpauth"
        kind = uri.authority.map { ASCII.lowercased($0) }
        let label = CodeField(CollectionOfOne(PercentEncoding.decoded(uri.path.drop { $0 == "/" })))
        let parts =
            label.text?.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false).map {
                String(Substring($0))
            } ?? []
        let stated = NamedFields(query: uri.query)["issuer"]
        let mayHoldKey = label.text.map(OneTimePasswordKey.isBroken) ?? false
        account = mayHoldKey ? .absent : OneTimePasswordKey.withoutKey(parts.last.map { CodeField($0) } ?? label)
        issuer = OneTimePasswordKey.withoutKey(
            stated == .absent && parts.count > 1 && !mayHoldKey ? CodeField(parts.first) : stated)
    }

    /// A text that can't be the key.
    private static func withoutKey(_ field: CodeField) -> CodeField {
        guard let text = field.text else { return field }
        return isBroken(text) || isKey(text) ? .absent : CodeField(SecretText.shown(text))
    }

    /// Whether a text has parameters in it: where a link lost its `?` or `&`, the key is a part of what stands before.
    private static func isBroken(_ text: String) -> Bool {
        ASCII.lowercased(text).contains("secret") || text.utf8.contains(UInt8(ascii: "="))
    }

    /// Whether a text may be a key in base 32, which has no other digits than 2 to 7; people read it in groups. A name in
    /// lower case has the letters of one too, and hardly a digit.
    private static func isKey(_ text: String) -> Bool {
        let bytes = text.utf8.filter { $0 > 0x20 && $0 != UInt8(ascii: "-") }
        guard bytes.count >= 16 else { return false }
        let isDigit = { (byte: UInt8) in (UInt8(ascii: "2")...UInt8(ascii: "7")).contains(byte) }
        return bytes.allSatisfy { ASCII.isLetter($0) || isDigit($0) }
            && (bytes.contains(where: isDigit) || !bytes.contains { (0x61...0x7A).contains($0) })
    }

    var foreignCode: ForeignCode {
        guard !isMigration else {
            return ForeignCode(.otpauth, told: ["the keys of several accounts, which are not shown here"])
        }
        return ForeignCode(.otpauth, told: [whose, factor, "with its key, which is not shown here"])
    }

    /// The label is an account's name, or the issuer, a colon, and the name.
    private var whose: String {
        let named: String? =
            account == .unreadable
            ? "an account with an unreadable name" : Wording.quoted(account.text).map { "the account \($0)" }
        guard let issuer = issuer.quoted(plural: "issuers") else { return named ?? "an account that isn't named" }
        return "\(named ?? "an account") at \(issuer)"
    }

    private var factor: String {
        switch kind {
        case "totp": "passwords by the time"
        case "hotp": "passwords by a counter"
        default: "passwords of a kind that isn't known here"
        }
    }
}
