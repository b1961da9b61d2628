import FexValues

/// A link of India's Unified Payments Interface (NPCI, UPI Linking Specifications 1.6): `upi://pay?pa=…&pn=…&am=…`.
struct UPILink: ForeignFormat {
    static let beginnings = ["upi:"]

    private let action: String
    private let fields: NamedFields

    /// The action stands where a host would; links without the slashes are seen too.
    init?(_ text: String) {
        guard ASCII.rest(of: text, after: "upi:") != nil, let uri = URIParts(text), uri.scheme == "upi" else {
            return nil
        }
        let word = uri.authority.flatMap { $0.isEmpty ? nil : $0 } ?? uri.path.drop { $0 == "/" }
        guard !word.isEmpty, word.utf8.allSatisfy(ASCII.isLetter) else { return nil }
        action = ASCII.lowercased(word)
        fields = NamedFields(query: uri.query)
    }

    var foreignCode: ForeignCode {
        let address = fields["pa"].quoted(plural: "addresses", of: .address)
        let name = fields["pn"].quoted(plural: "names")
        let payee = if let name, let address { "\(name) at \(address)" } else { name ?? address }
        let currency = StatedCurrency(letters: fields["cu"], standard: "INR")
        return ForeignCode(
            .upi,
            told: [action == "pay" ? nil : "not a plain payment"]
                + StatedAmount(decimal: fields["am"], in: currency).payment(to: payee) + [
                    leastAmount(currency),
                    fields["tn"].phrase("for", plural: "purposes"),
                ])
    }

    /// `mam` is the least that may be paid where the payer chooses; `null` is how some write that there is none.
    private func leastAmount(_ currency: StatedCurrency) -> String? {
        if fields["mam"] == .several { return "with several least amounts" }
        guard let least = fields["mam"].text, ASCII.lowercased(least) != "null",
            case .money(let text) = StatedAmount(decimal: .value(least), in: currency, zero: .absent)
        else { return nil }
        return "at least \(text)"
    }
}
