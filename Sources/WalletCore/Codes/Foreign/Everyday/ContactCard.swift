/// A contact card: vCard (RFC 6350 and before), or the shorter MECARD.
///
/// Only who it is of is told: telephone numbers and addresses are for an address book.
struct ContactCard: ForeignFormat {
    static let beginnings = ["BEGIN:VCARD", "MECARD:"]

    private let name: String?
    private let organization: String?

    init?(_ text: String) {
        if let rest = ASCII.rest(of: text, after: "MECARD:") {
            let fields = SemicolonFields(rest)
            guard let name = fields.only("N") else { return nil }
            self.name = ContactCard.givenNameFirst(name, separator: ",")
            organization = fields.only("ORG")
            return
        }
        let lines = ContactCard.unfolded(CodeLines.of(text))
        guard lines.count > 1, ASCII.lowercased(lines[0]) == "begin:vcard" else { return nil }
        let structuredName = ContactCard.value(of: "n", in: lines).map {
            ContactCard.givenNameFirst($0, separator: ";")
        }
        name = ContactCard.value(of: "fn", in: lines).map(ContactCard.unescaped) ?? structuredName
        organization = ContactCard.value(of: "org", in: lines).map(ContactCard.unescaped)
    }

    var foreignCode: ForeignCode {
        ForeignCode(.vcard, told: [Wording.quoted(name) ?? "of nobody named", Wording.quoted(organization)])
    }

    /// Long lines are broken, and go on after a space.
    private static func unfolded(_ lines: [String]) -> [String] {
        var whole: [[String]] = []
        for line in lines {
            if let first = line.utf8.first, first == 0x20 || first == 0x09, !whole.isEmpty {
                whole[whole.count - 1].append(String(line.unicodeScalars.dropFirst()))
            } else {
                whole.append([line])
            }
        }
        return whole.map { $0.joined() }
    }

    /// The value of the first line with a property, whatever group and parameters stand with it.
    private static func value(of property: String, in lines: [String]) -> String? {
        for line in lines {
            guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let head = line.utf8[..<colon].split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)[0]
            let name = head.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).last ?? head
            if ASCII.lowercased(Substring(name)) == property {
                return String(Substring(line.utf8[line.utf8.index(after: colon)...]))
            }
        }
        return nil
    }

    /// `Owen;Sean;;;` as `Sean Owen`.
    private static func givenNameFirst(_ name: String, separator: Character) -> String {
        let parts = name.split(separator: separator, omittingEmptySubsequences: false).prefix(2)
        return parts.reversed().map { unescaped(String($0)) }.filter { !$0.isEmpty }.joined(separator: " ")
    }

    private static func unescaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var isEscaped = false
        for scalar in text.unicodeScalars {
            if scalar == "\\", !isEscaped {
                isEscaped = true
                continue
            }
            result.append(isEscaped && (scalar == "n" || scalar == "N") ? " " : scalar)
            isEscaped = false
        }
        return String(result)
    }
}
