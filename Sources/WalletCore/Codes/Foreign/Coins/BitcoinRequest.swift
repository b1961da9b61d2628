/// A payment in bitcoin: a `bitcoin:` link (BIP-21), or a bare address.
struct BitcoinRequest: ForeignFormat {
    private let writtenAddress: String
    private let address: BitcoinAddress?
    private let query: URIQuery

    /// A bare address is taken for one only if its checksum fits; after the scheme, a misread one is named as such.
    init?(_ text: String) {
        guard let uri = URIParts(text) else {
            guard let bare = BitcoinAddress(text), bare.isChecksumValid else { return nil }
            address = bare
            writtenAddress = text
            query = URIQuery("")
            return
        }
        guard uri.scheme == "bitcoin" else { return nil }
        let path = uri.authority.map { String($0) } ?? String(uri.path)
        let isWord = path.utf8.allSatisfy { ASCII.isLetter($0) || ASCII.isDigit($0) }
        // Links that offer several ways to pay may leave the address out.
        guard isWord, !path.isEmpty || uri.query?.isEmpty == false else { return nil }
        writtenAddress = path
        address = BitcoinAddress(path)
        query = URIQuery(uri.query ?? "")
    }

    var foreignCode: ForeignCode {
        let shownAddress = Wording.quoted(writtenAddress, limit: 90)
        let label = Wording.quoted(query.only("label"))
        let payee = if let label, let shownAddress { "\(label) at \(shownAddress)" } else { label ?? shownAddress }
        let hasLightning = query.count(of: "lightning") > 0
        return ForeignCode(
            .bitcoin,
            told: [
                Wording.payment(of: amount, to: payee),
                Wording.quoted(query.only("message")).map { "for \($0)" },
                address?.isForTests == true ? "on a test chain" : nil,
                hasLightning ? "payable over Lightning too" : nil,
            ],
            checksumValid: writtenAddress.isEmpty ? nil : address?.isChecksumValid ?? false)
    }

    /// Amounts are in whole bitcoin, with a point.
    private var amount: String? {
        guard let digits = query.only("amount") else { return nil }
        return Wording.decimal(digits).map { "\($0) BTC" } ?? "an unreadable amount"
    }
}
