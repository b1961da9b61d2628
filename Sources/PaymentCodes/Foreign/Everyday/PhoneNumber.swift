import FexValues

/// A telephone number to call: `tel:` (RFC 3966).
struct PhoneNumber: ForeignFormat {
    static let beginnings = ["tel:"]

    private let number: CodeField
    private let fields: NamedFields

    init?(_ text: String) {
        guard let rest = ASCII.rest(of: text, after: "tel:") else { return nil }
        number = PhoneNumber.list(rest.prefix { $0 != "?" })
        fields = NamedFields(rest, separator: ";", nameEnd: UInt8(ascii: "="), isPercentEncoded: true)
    }

    /// The numbers in a list that commas separate, without their parameters.
    static func list(_ text: Substring) -> CodeField {
        let numbers = text.utf8.split(separator: UInt8(ascii: ",")).map { number in
            PercentEncoding.decoded(
                Substring(number.prefix { $0 != UInt8(ascii: ";") }.drop { $0 == UInt8(ascii: "/") }))
        }
        guard !numbers.contains(nil) else { return .unreadable }
        return CodeField(numbers.compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", "))
    }

    var foreignCode: ForeignCode {
        // Codes such as *#06# are carried out by a telephone as soon as they are dialled.
        let isCommand = number.text?.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "#") } ?? false
        return ForeignCode(
            .tel,
            told: [
                number.phrase("a call to", plural: "numbers") ?? "a call to no number",
                fields["ext"].phrase("extension", plural: "extensions"),
                isCommand ? "which is a command for the telephone or its network" : nil,
            ])
    }
}
