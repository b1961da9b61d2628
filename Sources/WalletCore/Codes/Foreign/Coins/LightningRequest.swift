/// What a Lightning wallet reads: an invoice (BOLT 11), an offer (BOLT 12), a service's address (LNURL), each bare or after
/// `lightning:`, and there a person's address too.
struct LightningRequest: ForeignFormat {
    private enum Content {
        case invoice(LightningInvoice)
        case service(host: String?, isChecksumValid: Bool)
        case offer
        case person(String)
    }

    private let content: Content

    init?(_ text: String) {
        let uri = URIParts(text)
        if let uri, uri.scheme != "lightning" { return nil }
        let body = uri.map { String($0.authority ?? $0.path) } ?? text
        guard let content = LightningRequest.content(of: body, hasScheme: uri != nil) else { return nil }
        self.content = content
    }

    private static func content(of body: String, hasScheme: Bool) -> Content? {
        if let bech32 = Bech32(body) {
            if let invoice = LightningInvoice(bech32) { return .invoice(invoice) }
            let isValid = bech32.checksum == .bech32
            if bech32.humanReadablePart == "lnurl", hasScheme || isValid {
                return .service(host: isValid ? host(in: bech32) : nil, isChecksumValid: isValid)
            }
        }
        // Offers have Bech32's alphabet but no checksum: only the scheme tells them from a word.
        if hasScheme, ASCII.rest(of: body, after: "lno1") != nil, Bech32(body) != nil { return .offer }
        let parts = body.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        if hasScheme, parts.count == 2, parts.allSatisfy({ Wording.host(Substring($0)) != nil }) {
            return .person(body)
        }
        return nil
    }

    /// A service's address is a web address in Bech32.
    private static func host(in bech32: Bech32) -> String? {
        guard let text = String(validating: Bech32.bytes(of: bech32.values), as: UTF8.self) else { return nil }
        return WebAddress(text)?.host
    }

    var foreignCode: ForeignCode {
        switch content {
        case .invoice(let invoice):
            ForeignCode(
                .lightning,
                told: [
                    "an invoice", invoice.amount.map { "\($0) BTC" } ?? "with no amount set",
                    Wording.quoted(invoice.purpose, limit: 140).map { "for \($0)" },
                    invoice.isForTests ? "on a test network" : nil,
                ],
                checksumValid: invoice.isChecksumValid)
        case .service(let host, let isChecksumValid):
            ForeignCode(
                .lightning, told: ["a service", Wording.quoted(host, limit: 100).map { "at \($0)" }],
                checksumValid: isChecksumValid)
        case .offer:
            ForeignCode(.lightning, told: ["an offer"])
        case .person(let address):
            ForeignCode(.lightning, told: [Wording.payment(of: nil, to: Wording.quoted(address))])
        }
    }
}
