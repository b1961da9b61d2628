import FexValues

/// A contact card: vCard (RFC 6350 and before), or the shorter MECARD and BIZCARD.
///
/// Only who it is of is told: telephone numbers and addresses are for an address book.
struct ContactCard: ForeignFormat {
    static let beginnings = ["BEGIN:VCARD", "MECARD:", "BIZCARD:"]

    private let name: CodeField
    private let organization: CodeField

    init?(_ text: String) {
        switch text.utf8.first.map(ASCII.lowercased) {
        case UInt8(ascii: "m"): self.init(mecard: text)
        case UInt8(ascii: "b"):
            if let rest = ASCII.rest(of: text, after: "BIZCARD:") {
                self.init(bizcard: rest)
            } else {
                self.init(vcard: text)
            }
        default: return nil
        }
    }

    /// A card as NTT DoCoMo's telephones read it: `MECARD:N:Owen,Sean;ORG:…;;`.
    private init?(mecard text: String) {
        guard let rest = ASCII.rest(of: text, after: "MECARD:"), rest.utf8.contains(UInt8(ascii: ":")) else {
            return nil
        }
        let fields = SemicolonFields(rest).fields
        let fullName = fields["n"].text.map { full in
            CodeField(ContactCard.shown(full.split(separator: ",", maxSplits: 1).map { String($0) }.reversed()))
        }
        let stated = fullName ?? fields["n"]
        name = stated == .absent ? fields["nickname"] : stated
        organization = fields["org"]
    }

    /// A card as some telephones write it: `BIZCARD:N:Sean;X:Owen;C:…;;`.
    private init?(bizcard rest: Substring) {
        guard rest.utf8.contains(UInt8(ascii: ":")) else { return nil }
        let fields = SemicolonFields(rest).fields
        let parts = [fields["n"], fields["x"]]
        name =
            parts.contains(.several) ? .several : CodeField(ContactCard.shown(parts.compactMap(\.text)))
        organization = fields["c"]
    }

    private init?(vcard text: String) {
        guard ASCII.rest(of: text, after: "BEGIN:VCARD") != nil else { return nil }
        let lines = ContentLine.all(in: text)
        guard lines.count > 1, ASCII.lowercased(CodeField.trimmed(lines[0].value)) == "vcard" else { return nil }
        let plain = { ContactCard.shown([ContentLine.unescaped($0)]) }
        let names = [
            ContentLine.field("fn", in: lines, read: plain),
            ContentLine.field("n", in: lines) {
                ContactCard.shown(ContentLine.parts(of: $0, separator: ";").prefix(2).reversed())
            },
            ContentLine.field("nickname", in: lines, read: plain),
        ]
        name = names.first { $0.text != nil } ?? names.first { $0 != .absent } ?? .absent
        organization = ContentLine.field("org", in: lines) { value in
            let parts = ContentLine.parts(of: value, separator: ";").compactMap { ContactCard.shown([$0]) }
            return parts.isEmpty ? nil : parts.joined(separator: ", ")
        }
    }

    /// Parts of a name, those being left out of which nothing would be seen; `nil` if none is left.
    private static func shown(_ parts: some Sequence<String>) -> String? {
        let visible = parts.filter { PlainText.isVisible($0) }.map { PlainText.clean($0) }
        return visible.isEmpty ? nil : visible.joined(separator: " ")
    }

    var foreignCode: ForeignCode {
        let whose = name.quoted(plural: "names")
        let organization = organization.quoted(plural: "organizations")
        return ForeignCode(.vcard, told: [whose ?? (organization == nil ? "of nobody named" : nil), organization])
    }
}
