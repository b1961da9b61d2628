/// A link of India's Unified Payments Interface (NPCI, UPI Linking Specifications 1.6): `upi://pay?pa=…&pn=…&am=…`.
struct UPILink: ForeignFormat {
    static let beginnings = ["upi:"]

    private let action: String
    private let query: URIQuery

    init?(_ text: String) {
        guard let uri = URIParts(text), uri.scheme == "upi", let authority = uri.authority, !authority.isEmpty,
            authority.utf8.allSatisfy(ASCII.isLetter)
        else { return nil }
        action = ASCII.lowercased(authority)
        query = URIQuery(uri.query ?? "")
    }

    var foreignCode: ForeignCode {
        let address = Wording.quoted(query.only("pa"))
        let name = Wording.quoted(query.only("pn"))
        let payee = if let name, let address { "\(name) at \(address)" } else { name ?? address }
        return ForeignCode(
            .upi,
            told: [
                action == "pay" ? nil : "not a plain payment",
                Wording.payment(of: Wording.amount(query.only("am"), query.only("cu") ?? "INR"), to: payee),
                Wording.quoted(query.only("tn")).map { "for \($0)" },
            ])
    }
}
