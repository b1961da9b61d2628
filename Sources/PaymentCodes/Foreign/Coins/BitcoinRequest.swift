/// A payment in bitcoin: a `bitcoin:` link (BIP-321, and BIP-21 before it), or a bare address.
struct BitcoinRequest: ForeignFormat {
    static let beginnings = ["bitcoin:", "bc1", "tb1", "bcrt1", "1", "2", "3", "m", "n"]

    private let link: CoinLink
    private let address: CoinAddress?
    private let invoice: LightningInvoice?
    private let offer: LightningOffer?

    /// A bare address is taken for one only if its checksum fits; after the scheme, a misread one is named as such.
    init?(_ text: String) {
        if let uri = URIParts(text) {
            guard uri.scheme == "bitcoin", let link = CoinLink(uri) else { return nil }
            self.link = link
        } else {
            guard let bare = CoinAddress(text, on: .bitcoin), bare.isChecksumValid else { return nil }
            link = CoinLink(bare: text)
        }
        address = CoinAddress(BitcoinRequest.writtenAddress(in: link), on: .bitcoin)
        let lightning = link.query.field("lightning").text ?? ""
        invoice = Bech32(lightning).flatMap { LightningInvoice($0) }
        offer = LightningOffer(link.query.field("lno").text ?? lightning)
    }

    /// The address before the query, else the first of those in it that stand under the name of their chain.
    private static func writtenAddress(in link: CoinLink) -> String {
        guard link.address.isEmpty else { return link.address }
        return ["bc", "tb"].lazy.compactMap { link.query.first(of: $0) }.first { !$0.isEmpty } ?? ""
    }

    var foreignCode: ForeignCode {
        let writtenAddress = BitcoinRequest.writtenAddress(in: link)
        let payee = CoinLink.payee(
            named: link.query.field("label"), at: CoinLink.shown(writtenAddress, isAddress: address != nil))
        let payment = Wording.payment(of: amount, to: payee)
        let isForTests = address?.isForTests == true || (address == nil && invoice?.isForTests == true)
        return ForeignCode(
            .bitcoin,
            told: [link.requirements ?? payment] + link.purpose + [
                isForTests ? "on a test chain" : nil, link.requirements == nil ? otherWays : nil,
            ],
            checksumValid: writtenAddress.isEmpty ? invoice?.isChecksumValid : address?.isChecksumValid ?? false)
    }

    /// The amount in whole bitcoin; that of an invoice or an offer where the link itself sets none.
    private var amount: String? {
        if let writtenAmount { return writtenAmount }
        let offered = [link.query.field("lightning"), link.query.field("lno")]
        if offered.contains(.several) { return "several amounts" }
        return offered.contains(.unreadable) ? "an unreadable amount" : invoice?.amount ?? offer?.amount
    }

    private var writtenAmount: String? {
        WrittenNumber.amount(link.query.field("amount"), unit: "BTC", places: 8)
    }

    /// What may be paid by instead, in the words of the parameter that offers it.
    private static let ways = [
        "lightning": "over Lightning", "lno": "by a Lightning offer", "sp": "to a silent payment address",
        "pay": "by a payment code", "pj": "by payjoin",
    ]

    private var otherWays: String? {
        var found: [String] = []
        for name in link.query.namesWithValue {
            guard let way = BitcoinRequest.ways[name], !found.contains(where: { $0.hasPrefix(way) }) else { continue }
            let isOther =
                name == "lightning" && writtenAmount != nil && invoice?.amount != nil
                && invoice?.amount != writtenAmount
            found.append(isOther ? "\(way), where it is \(invoice?.amount ?? "")" : way)
        }
        guard !found.isEmpty else { return nil }
        return "payable \(found.joined(separator: " and "))" + (link.address.isEmpty ? "" : " too")
    }
}
