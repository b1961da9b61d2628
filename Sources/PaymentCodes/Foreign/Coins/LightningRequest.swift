/// What a Lightning wallet reads: an invoice (BOLT 11), an offer (BOLT 12), a service's address (LNURL), each bare or after
/// `lightning:`, and there a person's address too; a service's address in the schemes of LUD-17.
struct LightningRequest: ForeignFormat {
    static let beginnings = ["l", "keyauth:"]

    private enum Content {
        case invoice(LightningInvoice)
        case service(String, host: String?, isChecksumValid: Bool?)
        case offer(LightningOffer)
        case person(String)
    }

    /// The schemes of LUD-17, and what each asks for.
    private static let services = [
        "lnurlp": "a payment to the service", "lnurlw": "money to receive from the service",
        "lnurlc": "a channel to open with the service", "keyauth": "a login at the service",
    ]

    private let content: Content

    init?(_ text: String) {
        guard let uri = URIParts(text) else {
            guard let content = LightningRequest.content(of: text, hasScheme: false) else { return nil }
            self.content = content
            return
        }
        if let asked = LightningRequest.services[uri.scheme] {
            guard let host = LightningRequest.host(of: uri) else { return nil }
            // The path and the challenge may be a key to somebody's money or account.
            content = .service(asked, host: host, isChecksumValid: nil)
            return
        }
        guard ["lightning", "lnurl"].contains(uri.scheme) else { return nil }
        // What is broken by a plus may have white space in it, and a slash is in no code.
        let body = uri.authority.map { String($0) } ?? String(uri.path)
        guard let content = LightningRequest.content(of: body, hasScheme: true) else { return nil }
        self.content = content
    }

    private static func host(of uri: URIParts) -> String? {
        let place = uri.authority ?? uri.path.prefix { $0 != "/" }
        return WebAddress("https://\(place)/")?.host
    }

    private static func content(of body: String, hasScheme: Bool) -> Content? {
        if let bech32 = Bech32(body) {
            if let invoice = LightningInvoice(bech32) { return .invoice(invoice) }
            let isValid = bech32.checksum == .bech32
            if bech32.humanReadablePart == "lnurl", hasScheme || isValid {
                return .service("a service", host: isValid ? host(in: bech32) : nil, isChecksumValid: isValid)
            }
        }
        if let offer = LightningOffer(body) { return .offer(offer) }
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

    /// Whether a text is a service's address in Bech32, its checksum aside: what a web page may offer wallets (LUD-01).
    static func isServiceAddress(_ text: String) -> Bool { Bech32(text)?.humanReadablePart == "lnurl" }

    var foreignCode: ForeignCode {
        switch content {
        case .invoice(let invoice):
            ForeignCode(
                .lightning,
                told: [
                    "an invoice", invoice.amount ?? "with no amount set",
                    Wording.words(invoice.purpose, limit: 140).map { "for \($0)" },
                    invoice.isForTests ? "on a test network" : nil,
                ],
                checksumValid: invoice.isChecksumValid)
        case .service(let asked, let host, let isChecksumValid):
            ForeignCode(
                .lightning,
                told: isChecksumValid == nil
                    ? ["\(asked) at \(Wording.quoted(host, limit: 100) ?? "an unnamed host")"]
                    : [asked, Wording.quoted(host, limit: 100).map { "at \($0)" }],
                checksumValid: isChecksumValid)
        case .offer(let offer):
            ForeignCode(.lightning, told: offer.told)
        case .person(let address):
            ForeignCode(.lightning, told: [Wording.payment(of: nil, to: Wording.quoted(address))])
        }
    }
}
