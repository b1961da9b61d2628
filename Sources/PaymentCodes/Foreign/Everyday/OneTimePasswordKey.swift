import FexValues

/// The key of a second factor, for an app that makes one-time passwords: `otpauth:` as Google's Key Uri Format describes
/// it, and `otpauth-migration:`, which holds several.
///
/// Whose it is is told; who reads the key can log in.
struct OneTimePasswordKey: ForeignFormat {
    static let beginnings = ["otpauth:", "otpauth-migration:"]

    private let kind: String?
    private let label: String?
    private let issuer: CodeField
    private let isMigration: Bool

    init?(_ text: String) {
        guard ASCII.rest(of: text, after: "otpauth") != nil, let uri = URIParts(text),
            uri.scheme == "otpauth" || uri.scheme == "otpauth-migration"
        else { return nil }
        isMigration = uri.scheme != "otpauth"
        kind = uri.authority.map { ASCII.lowercased($0) }
        label = OneTimePasswordKey.withoutKey(PercentEncoding.decoded(uri.path.drop { $0 == "/" }))
        issuer = CodeField(OneTimePasswordKey.withoutKey(NamedFields(query: uri.query)["issuer"].text))
    }

    /// A text that can't have the key in it: where a link lost its `?` or `&`, the key is a part of what stands before.
    private static func withoutKey(_ text: String?) -> String? {
        guard let text, !ASCII.lowercased(text).contains("secret"), !text.utf8.contains(UInt8(ascii: "=")),
            text.utf8.count < 16 || !text.utf8.allSatisfy(isOfBase32)
        else { return nil }
        return SecretText.shown(text)
    }

    private static func isOfBase32(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || (UInt8(ascii: "2")...UInt8(ascii: "7")).contains(byte)
    }

    var foreignCode: ForeignCode {
        guard !isMigration else {
            return ForeignCode(.otpauth, told: ["the keys of several accounts, which are not shown here"])
        }
        return ForeignCode(.otpauth, told: [whose, factor, "with its key, which is not shown here"])
    }

    /// The label is an account's name, or the issuer, a colon, and the name.
    private var whose: String {
        var account = label
        var issuer = issuer.text
        if let colon = label?.utf8.firstIndex(of: UInt8(ascii: ":")), let label {
            account = String(label[label.utf8.index(after: colon)...])
            issuer = issuer ?? String(label[..<colon])
        }
        switch (Wording.quoted(account), Wording.quoted(issuer)) {
        case (let account?, let issuer?): return "the account \(account) at \(issuer)"
        case (let account?, nil): return "the account \(account)"
        case (nil, let issuer?): return "an account at \(issuer)"
        case (nil, nil): return "an account that isn't named"
        }
    }

    private var factor: String {
        switch kind {
        case "totp": "passwords by the time"
        case "hotp": "passwords by a counter"
        default: "passwords of a kind that isn't known here"
        }
    }
}
