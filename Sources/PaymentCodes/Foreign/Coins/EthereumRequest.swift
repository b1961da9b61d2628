import FexValues

/// A payment on Ethereum or a chain like it: an `ethereum:` link (ERC-681), or a bare address.
///
/// Each number of a link is of the one grammar that ERC-681 has for them.
///
/// An address's checksum is in the case of its letters (ERC-55) and takes Keccak-256; it is not looked at.
struct EthereumRequest: ForeignFormat {
    /// Chains whose own coin is ether, by their ids.
    private static let etherChains = [
        "1": "Ethereum", "10": "OP Mainnet", "8453": "Base", "42161": "Arbitrum One",
        "11155111": "Sepolia, a test chain",
    ]

    static let beginnings = ["ethereum:", "0x"]

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
        guard uri.scheme == "ethereum" else { return nil }
        // The address after slashes is off the specification, and seen often.
        let path = (uri.authority.map { String($0) } ?? "") + String(uri.path)
        let parts = (ASCII.rest(of: path, after: "pay-") ?? path[...]).utf8
            .split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
        let whole = parts[0].split(separator: UInt8(ascii: "@"), maxSplits: 1, omittingEmptySubsequences: false)
        target = String(Substring(whole[0]))
        chain = whole.count > 1 ? EthereumRequest.decimal(String(Substring(whole[1]))) : nil
        function = parts.count > 1 ? String(Substring(parts[1])) : nil
        query = URIQuery(uri.query ?? "")
        guard EthereumRequest.isAddress(target) || EthereumRequest.isName(target),
            chain.map({ ASCII.isDigits($0) && $0.utf8.count <= 20 }) ?? true
        else { return nil }
    }

    /// The id of a chain in decimal digits; some write it in hexadecimal ones.
    private static func decimal(_ chain: String) -> String {
        ASCII.rest(of: chain, after: "0x").flatMap { UInt64($0, radix: 16) }.map { String($0) } ?? chain
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
        ForeignCode(.ethereum, told: [action, chainName.map { "on \($0)" }] + gas)
    }

    private var chainName: String? {
        guard let chain else { return nil }
        return EthereumRequest.etherChains[chain] ?? "chain \(chain)"
    }

    private var action: String {
        let shownTarget = Wording.quoted(target, limit: 60)
        switch function.map({ ASCII.lowercased($0) }) {
        case nil, "":
            return Wording.payment(of: value, to: shownTarget)
        case "transfer":
            let units = WrittenNumber.amount(
                inSmallestUnits: query.field("uint256"), places: 0, unit: "of a token's smallest units")
            let payment = Wording.payment(
                of: units, to: query.field("address").quoted(plural: "payees", limit: 60, of: .reference))
            return "\(payment), the token being \(shownTarget ?? "unnamed")"
        case _?:
            let name = Wording.quoted(function, limit: 40) ?? ""
            return "a call of \(name) on the contract \(shownTarget ?? "unnamed")"
                + (value.map { ", with \($0)" } ?? "")
        }
    }

    /// The value is in wei, 18 digits below the coin. Older wallets write an amount of whole coins instead.
    private var value: String? {
        let isEther = chain.map { EthereumRequest.etherChains[$0] != nil } ?? true
        let unit = isEther ? "ETH" : "of the chain's own coin"
        return WrittenNumber.amount(inSmallestUnits: query.field("value"), places: 18, unit: unit)
            ?? WrittenNumber.amount(query.field("amount"), unit: unit, places: 18)
    }

    /// What a payment may cost beside the amount, where the link says so.
    private var gas: [String?] {
        let limit = query.field("gaslimit") == .absent ? query.field("gas") : query.field("gaslimit")
        return [
            EthereumRequest.gas(limit, "gas limit", places: 0, unit: "of gas at most"),
            EthereumRequest.gas(query.field("gasprice"), "gas price", places: 9, unit: "gwei for each gas"),
        ]
    }

    /// A number with what it is of, or what is wrong with it.
    private static func gas(_ field: CodeField, _ name: String, places: Int, unit: String) -> String? {
        guard field != .several else { return "with several \(name)s" }
        guard let told = WrittenNumber.amount(inSmallestUnits: field, places: places, unit: unit) else { return nil }
        return told.hasSuffix(unit) ? told : "with a \(name) of \(told)"
    }
}
