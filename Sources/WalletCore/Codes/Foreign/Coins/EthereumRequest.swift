/// A payment on Ethereum or a chain like it: an `ethereum:` link (ERC-681), or a bare address.
///
/// An address's checksum is in the case of its letters (ERC-55) and takes Keccak-256; it is not looked at.
struct EthereumRequest: ForeignFormat {
    /// Chains whose own coin is ether, by their ids.
    private static let etherChains = [
        "1": "Ethereum", "10": "OP Mainnet", "8453": "Base", "42161": "Arbitrum One",
        "11155111": "Sepolia, a test chain",
    ]

    private let target: String
    private let chain: String?
    private let function: String?
    private let query: URIQuery

    init?(_ text: String) {
        guard let uri = URIParts(text) else {
            guard EthereumRequest.isAddress(text) else { return nil }
            (target, chain, function, query) = (text, nil, nil, URIQuery(""))
            return
        }
        guard uri.scheme == "ethereum", uri.authority == nil else { return nil }
        let path = String(uri.path)
        let parts = (ASCII.rest(of: path, after: "pay-") ?? path[...]).utf8
            .split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
        let whole = parts[0].split(separator: UInt8(ascii: "@"), maxSplits: 1, omittingEmptySubsequences: false)
        target = String(Substring(whole[0]))
        chain = whole.count > 1 ? String(Substring(whole[1])) : nil
        function = parts.count > 1 ? String(Substring(parts[1])) : nil
        query = URIQuery(uri.query ?? "")
        guard EthereumRequest.isAddress(target) || EthereumRequest.isName(target),
            chain.map({ ASCII.isDigits($0) && $0.utf8.count <= 20 }) ?? true
        else { return nil }
    }

    private static func isAddress(_ text: String) -> Bool {
        guard let digits = ASCII.rest(of: text, after: "0x") else { return false }
        return digits.utf8.count == 40 && digits.utf8.allSatisfy(ASCII.isHexDigit)
    }

    /// A name of the Ethereum Name Service has a dot in it.
    private static func isName(_ text: String) -> Bool {
        text.utf8.contains(UInt8(ascii: ".")) && Wording.host(text) != nil
    }

    var foreignCode: ForeignCode {
        ForeignCode(.ethereum, told: [action, chainName.map { "on \($0)" }])
    }

    private var chainName: String? {
        guard let chain else { return nil }
        return EthereumRequest.etherChains[chain] ?? "chain \(chain)"
    }

    private var action: String {
        let shownTarget = Wording.quoted(target, limit: 60)
        switch function {
        case nil, "":
            return Wording.payment(of: value, to: shownTarget)
        case "transfer":
            let units = query.only("uint256").map { Wording.decimal($0) ?? "an unreadable number of" }
            let payment = Wording.payment(
                of: units.map { "\($0) of a token's smallest units" },
                to: Wording.quoted(query.only("address"), limit: 60))
            return "\(payment), the token being \(shownTarget ?? "unnamed")"
        case let name?:
            return "a call of \(Wording.quoted(name, limit: 40) ?? "") on the contract \(shownTarget ?? "unnamed")"
        }
    }

    /// The value is in wei, 18 digits below the coin, and may be written with an exponent.
    private var value: String? {
        guard let text = query.only("value") else { return nil }
        guard let number = DecimalDigits(text), !number.isNegative,
            let coins = Wording.decimal(digits: number.significantDigits, timesTenTo: number.exponent - 18)
        else { return "an unreadable amount" }
        let isEther = chain.map { EthereumRequest.etherChains[$0] != nil } ?? true
        return isEther ? "\(coins) ETH" : "\(coins) of the chain's own coin"
    }
}
