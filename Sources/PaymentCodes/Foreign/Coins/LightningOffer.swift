import FexValues

/// What is offered or asked by BOLT 12: `lno1…`, in Bech32's alphabet but without its checksum.
struct LightningOffer {
    /// What the text is.
    enum Kind: String {
        case offer = "lno"
        case invoiceRequest = "lnr"
        case invoice = "lni"
    }

    let kind: Kind
    /// The amount in bitcoin, or in the currency that the offer names; `nil` where it is left to the payer.
    let amount: String?
    /// What it is for.
    let purpose: String?
    /// Who offers it, by their own word.
    let issuer: String?
    /// Whether the whole could be read: its records are in order, and end where it ends.
    let isWhole: Bool

    /// Offers may be broken anywhere by a plus, and white space after it.
    private static func joined(_ text: String) -> String? {
        guard text.utf8.contains(UInt8(ascii: "+")) else { return text }
        let parts = text.utf8.split(separator: UInt8(ascii: "+"), omittingEmptySubsequences: false).map { part in
            part.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
        }
        guard parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        return parts.map { String(Substring($0)) }.joined()
    }

    /// The offer in a text, or `nil` if the text hasn't the form of one.
    init?(_ text: String) {
        guard let prefix = LightningOffer.prefix(of: text), let kind = Kind(rawValue: prefix),
            let joined = LightningOffer.joined(text),
            let values = Bech32.values(of: joined.utf8.dropFirst(4)), values.count >= 8
        else { return nil }
        self.kind = kind
        let records = Records(Bech32.bytes(of: values))
        isWhole = records.isWhole
        guard kind == .offer else {
            (amount, purpose, issuer) = (nil, nil, nil)
            return
        }
        amount = LightningOffer.amount(records)
        purpose = records[10].flatMap { String(validating: $0, as: UTF8.self) }
        issuer = records[18].flatMap { String(validating: $0, as: UTF8.self) }
    }

    private static func prefix(of text: String) -> String? {
        let bytes = Array(text.utf8.prefix(4))
        guard bytes.count == 4, bytes[3] == UInt8(ascii: "1") else { return nil }
        return ASCII.lowercased(text.prefix(3))
    }

    /// Thousandths of a satoshi; with a currency, that currency's smallest units.
    private static func amount(_ records: Records) -> String? {
        guard let bytes = records[8], bytes.count <= 8 else { return nil }
        let number = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let code = records[6] else {
            return Wording.decimal(digits: String(number), timesTenTo: -11).map { "\($0) BTC" }
        }
        guard let currency = try? Currency(String(decoding: code, as: UTF8.self)), let units = Int64(exactly: number),
            let money = try? Money(minorUnits: units, currency: currency)
        else { return "an unreadable amount" }
        return money.description
    }

    var told: [String?] {
        switch kind {
        case .offer:
            [
                "an offer", amount, Wording.words(issuer).map { "by \($0)" },
                Wording.words(purpose, limit: 140).map { "for \($0)" },
                isWhole ? nil : "damaged or misread",
            ]
        case .invoiceRequest: ["a request for an invoice"]
        case .invoice: ["an invoice of an offer"]
        }
    }
}

/// Records of a type, a length and a value each (BOLT 1), in ascending order of their types.
private struct Records {
    private var values: [UInt64: ArraySlice<UInt8>] = [:]
    private(set) var isWhole = false

    init(_ bytes: [UInt8]) {
        var rest = bytes[...]
        var last: UInt64?
        while !rest.isEmpty {
            guard let type = Records.takeNumber(&rest), last.map({ $0 < type }) ?? true,
                let length = Records.takeNumber(&rest), length <= UInt64(rest.count)
            else { return }
            values[type] = rest.prefix(Int(length))
            rest = rest.dropFirst(Int(length))
            last = type
        }
        isWhole = !values.isEmpty
    }

    subscript(_ type: UInt64) -> ArraySlice<UInt8>? { values[type] }

    /// A number in one, three, five or nine bytes, the first of which tells how many.
    private static func takeNumber(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        guard let first = rest.popFirst() else { return nil }
        let count: Int
        switch first {
        case 0xFD: count = 2
        case 0xFE: count = 4
        case 0xFF: count = 8
        default: return UInt64(first)
        }
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
