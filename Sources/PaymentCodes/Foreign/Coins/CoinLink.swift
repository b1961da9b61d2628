import FexValues

/// A link in the manner of BIP-21, which other coins took over: `litecoin:ADDRESS?amount=0.4&label=…`.
///
/// Names of the query are read in any case, since codes in capitals are smaller (BIP-321).
struct CoinLink {
    /// The address as it was written; empty where the link has none.
    let address: String
    let query: URIQuery

    /// The link in a text that has one of some schemes. Addresses after `//` are off the specifications, and seen often.
    init?(_ text: String, schemes: String...) {
        guard let uri = URIParts(text), schemes.contains(uri.scheme) else { return nil }
        self.init(uri)
    }

    /// - Returns: `nil` where there is neither an address nor anything in the query: then the text is about the coin.
    init?(_ uri: URIParts) {
        let path = CoinLink.address(of: uri)
        let isWord = path.utf8.allSatisfy { ASCII.isLetter($0) || ASCII.isDigit($0) }
        // Links that offer several ways to pay may leave the address out.
        guard isWord, !path.isEmpty || uri.query?.isEmpty == false else { return nil }
        self.init(address: path, query: URIQuery(uri.query ?? ""))
    }

    /// What stands before the query, without the slashes that some put before it or behind it.
    static func address(of uri: URIParts) -> String {
        guard uri.authority == nil || uri.authority == "" else { return String(uri.authority ?? "") }
        let start = uri.path.utf8.drop { $0 == UInt8(ascii: "/") }
        let end = start.lastIndex { $0 != UInt8(ascii: "/") }
        return end.map { String(Substring(start[...$0])) } ?? ""
    }

    /// A bare address.
    init(bare address: String) { self.init(address: address, query: URIQuery("")) }

    private init(address: String, query: URIQuery) {
        self.address = address
        self.query = query
    }

    /// A text in the place of an address as it is shown. One that is no address may be a misread private key, and is cut
    /// short, if it is too long for an address in base 58 and mixes upper and lower case, which Bech32 does not.
    ///
    /// - Parameter isAddress: Whether it has the form of an address of its chain.
    static func shown(_ address: String, isAddress: Bool) -> String {
        let bytes = address.utf8
        guard bytes.count > 35, !isAddress,
            bytes.contains(where: { (0x41...0x5A).contains($0) }), bytes.contains(where: { (0x61...0x7A).contains($0) })
        else { return address }
        return SecretText.shown(address)
    }

    static func payee(named name: CodeField, at address: String?) -> String? {
        let shownAddress = Wording.quoted(address, limit: 110)
        let label = Wording.words(name.text)
        return if let label, let shownAddress { "\(label) at \(shownAddress)" } else { label ?? shownAddress }
    }

    /// What it is for, and what of names and purposes is there more than once or can't be read.
    var purpose: [String?] {
        [
            Wording.words(query.field("message").text).map { "for \($0)" },
            CoinLink.trouble(with: query.field("label"), "label"),
            CoinLink.trouble(with: query.field("message"), "message"),
        ]
    }

    /// What is wrong with a field of text; `nil` where it is in order or not there.
    static func trouble(with field: CodeField, _ name: String) -> String? {
        switch field {
        case .absent, .value: nil
        case .several: "with several \(name)s"
        case .unreadable: "with an unreadable \(name)"
        }
    }

    /// Parameters that whoever pays must understand, and that aren't known here: with one the link is not valid.
    var requirements: String? {
        let names = query.allNames.filter { $0.hasPrefix("req-") }
        guard !names.isEmpty else { return nil }
        let shown = names.prefix(4).compactMap { Wording.words($0, limit: 40) }.joined(separator: " and ")
        return "not valid here: it requires \(shown), which isn't known"
    }

    /// What is told of a coin that has an address, an amount and a purpose.
    func told(_ kind: ForeignCode.Kind, unit: String, on chain: CoinAddress.Chain) -> ForeignCode {
        let checked = CoinAddress(address, on: chain)
        let payee = CoinLink.payee(
            named: query.field("label"), at: CoinLink.shown(address, isAddress: checked != nil))
        let payment = Wording.payment(
            of: WrittenNumber.amount(query.field("amount"), unit: unit, places: 8), to: payee)
        return ForeignCode(
            kind, told: [requirements ?? payment] + purpose + [checked?.isForTests == true ? "on a test chain" : nil],
            checksumValid: address.isEmpty ? nil : checked?.isChecksumValid ?? false)
    }
}

/// A payment in litecoin: a `litecoin:` link, or a bare address that no other coin's could be.
struct LitecoinRequest: ForeignFormat {
    static let beginnings = ["litecoin:", "ltc1", "tltc1", "L", "M"]
    private let link: CoinLink

    init?(_ text: String) {
        if let link = CoinLink(text, schemes: "litecoin") {
            self.link = link
        } else if let bare = CoinAddress(text, on: .litecoin), bare.isChecksumValid,
            bare.version.map({ [0x30, 0x32].contains($0) }) ?? true
        {
            link = CoinLink(bare: text)
        } else {
            return nil
        }
    }

    var foreignCode: ForeignCode { link.told(.litecoin, unit: "LTC", on: .litecoin) }
}

/// A payment in dogecoin: a `dogecoin:` or `doge:` link, or a bare address.
struct DogecoinRequest: ForeignFormat {
    static let beginnings = ["dogecoin:", "doge:", "D", "A", "9"]
    private let link: CoinLink

    init?(_ text: String) {
        if let link = CoinLink(text, schemes: "dogecoin", "doge") {
            self.link = link
        } else if let bare = CoinAddress(text, on: .dogecoin), bare.isChecksumValid, !bare.isForTests {
            link = CoinLink(bare: text)
        } else {
            return nil
        }
    }

    var foreignCode: ForeignCode { link.told(.dogecoin, unit: "DOGE", on: .dogecoin) }
}
