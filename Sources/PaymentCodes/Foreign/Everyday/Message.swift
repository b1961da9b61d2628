import FexValues

/// A letter to write: `mailto:` (RFC 6068), DoCoMo's `MATMSG:`, or ZXing's `SMTP:`.
struct EmailMessage: ForeignFormat {
    static let beginnings = ["mailto:", "MATMSG:", "SMTP:"]

    private let addresses: CodeField
    private let subject: CodeField
    private let hasText: Bool

    init?(_ text: String) {
        if let rest = ASCII.rest(of: text, after: "mailto:") {
            self.init(mailto: rest)
        } else if let rest = ASCII.rest(of: text, after: "MATMSG:") {
            let fields = SemicolonFields(rest).fields
            self.init(
                to: fields.pairs.filter { $0.name == "to" }.map(\.value), subject: fields["sub"], text: fields["body"])
        } else if let rest = ASCII.rest(of: text, after: "SMTP:") {
            let parts = rest.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
                .map { String(Substring($0)) }
            self.init(
                to: [parts[0]], subject: CodeField(parts.dropFirst().first), text: CodeField(parts.dropFirst(2).first))
        } else {
            return nil
        }
    }

    private init(to addresses: [String?], subject: CodeField, text: CodeField) {
        let visible = addresses.compactMap(\.self).filter { PlainText.isVisible($0) }
        self.addresses = addresses.contains(nil) ? .unreadable : CodeField(visible.joined(separator: ", "))
        self.subject = subject
        hasText = text != .absent
    }

    /// The addresses stand in the path, in a field `to`, or in both.
    private init(mailto rest: Substring) {
        let question = rest.utf8.firstIndex(of: UInt8(ascii: "?"))
        let fields = NamedFields(query: question.map { rest[rest.utf8.index(after: $0)...] })
        let path = rest[..<(question ?? rest.endIndex)].drop { $0 == "/" }
        let others = fields.pairs.filter { $0.name == "to" }.map(\.value)
        self.init(
            to: [PercentEncoding.decoded(path)] + others, subject: fields["subject"], text: fields["body"])
    }

    var foreignCode: ForeignCode {
        ForeignCode(
            .email,
            told: [
                addresses.phrase("a letter to", plural: "addresses", limit: 140, of: .address)
                    ?? "a letter to nobody named",
                subject.phrase("about", plural: "subjects", limit: 140),
                hasText ? "with a text" : nil,
            ])
    }
}

/// A short message to write: `sms:` (RFC 5724), and `smsto:`, `mms:` and `mmsto:`, which phones read likewise.
struct ShortMessage: ForeignFormat {
    static let beginnings = ["sms:", "smsto:", "mms:", "mmsto:"]

    private let numbers: CodeField
    private let text: CodeField

    init?(_ text: String) {
        guard
            let rest = ASCII.rest(of: text, after: "sms:") ?? ASCII.rest(of: text, after: "smsto:")
                ?? ASCII.rest(of: text, after: "mms:") ?? ASCII.rest(of: text, after: "mmsto:")
        else { return nil }
        let end = rest.utf8.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: ":") }
        numbers = PhoneNumber.list(rest[..<(end ?? rest.endIndex)])
        guard let end else {
            self.text = .absent
            return
        }
        let behind = rest[rest.utf8.index(after: end)...]
        self.text =
            rest.utf8[end] == UInt8(ascii: "?") ? NamedFields(query: behind)["body"] : CodeField(String(behind))
    }

    var foreignCode: ForeignCode {
        ForeignCode(
            .sms,
            told: [
                numbers.phrase("a message to", plural: "numbers") ?? "a message to no number",
                text.phrase("saying", plural: "texts", limit: 140),
            ])
    }
}
