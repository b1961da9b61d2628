import FexValues

/// A payment in monero: a `monero:` link by its URI scheme, or a bare address.
///
/// An address's checksum takes Keccak-256; it is not looked at.
struct MoneroRequest: ForeignFormat {
    static let beginnings = ["monero:", "4", "8"]

    private let addresses: [String]
    private let query: URIQuery

    init?(_ text: String) {
        guard let uri = URIParts(text) else {
            guard MoneroRequest.isAddress(text) else { return nil }
            (addresses, query) = ([text], URIQuery(""))
            return
        }
        guard uri.scheme == "monero" else { return nil }
        let addresses = MoneroRequest.parts(CoinLink.address(of: uri))
        guard addresses.allSatisfy({ $0.utf8.allSatisfy { ASCII.isLetter($0) || ASCII.isDigit($0) } }),
            addresses != [""] || uri.query?.isEmpty == false
        else { return nil }
        self.addresses = addresses
        query = URIQuery(uri.query ?? "")
    }

    /// Standard addresses and subaddresses have 95 characters, integrated ones 106.
    private static func isAddress(_ text: String) -> Bool {
        [95, 106].contains(text.utf8.count) && Base58.isDigits(text.utf8)
            && [UInt8(ascii: "4"), UInt8(ascii: "8")].contains(text.utf8.first)
    }

    /// Several payments in one link are separated by semicolons, in each of the fields.
    private static func parts(_ text: String) -> [String] {
        text.utf8.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map { String(Substring($0)) }
    }

    var foreignCode: ForeignCode {
        let payments = addresses.indices.prefix(4).map { index in
            Wording.payment(
                of: WrittenNumber.amount(part(index, of: "tx_amount"), unit: "XMR", places: 12),
                to: CoinLink.payee(
                    named: part(index, of: "recipient_name"),
                    at: CoinLink.shown(addresses[index], isAddress: MoneroRequest.isAddress(addresses[index]))))
        }
        let more = addresses.count > payments.count ? "and \(addresses.count - payments.count) payments more" : nil
        return ForeignCode(
            .monero,
            told: payments + [
                more, Wording.words(query.field("tx_description").text).map { "for \($0)" },
                CoinLink.trouble(with: query.field("recipient_name"), "payee"),
                CoinLink.trouble(with: query.field("tx_description"), "description"),
            ])
    }

    /// What a field says of one of the payments.
    private func part(_ index: Int, of name: String) -> CodeField {
        guard addresses.count > 1, let text = query.field(name).text else { return query.field(name) }
        let parts = MoneroRequest.parts(text)
        return CodeField(parts.indices.contains(index) ? [parts[index]] : [])
    }
}
