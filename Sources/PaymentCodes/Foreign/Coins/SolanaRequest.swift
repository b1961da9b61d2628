import FexValues

/// A payment on Solana (Solana Pay 1.1): a transfer, `solana:RECIPIENT?amount=…`, or the address of a service that makes the
/// transaction, `solana:https://…`.
struct SolanaRequest: ForeignFormat {
    static let beginnings = ["solana:"]

    private enum Content {
        case transfer(recipient: String)
        case service(host: String)
    }

    /// Tokens that people know by name, by the accounts that mint them.
    private static let tokens = [
        "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v": "USDC", "Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB": "USDT",
    ]

    private let content: Content
    private let query: URIQuery

    init?(_ text: String) {
        guard let rest = ASCII.rest(of: text, after: "solana:"), let uri = URIParts(text) else { return nil }
        if let host = SolanaRequest.host(of: rest) {
            content = .service(host: host)
            query = URIQuery("")
            return
        }
        let recipient = CoinLink.address(of: uri)
        guard recipient.utf8.allSatisfy({ ASCII.isLetter($0) || ASCII.isDigit($0) }),
            !recipient.isEmpty || uri.query?.isEmpty == false
        else { return nil }
        content = .transfer(recipient: recipient)
        query = URIQuery(uri.query ?? "")
    }

    /// The host of a service's address, which is percent-encoded where it has a query of its own.
    private static func host(of rest: Substring) -> String? {
        if let page = WebAddress(String(rest)) { return page.host }
        let encoded = rest.prefix { $0 != "?" && $0 != "&" && $0 != "#" }
        guard encoded.utf8.contains(UInt8(ascii: "%")) else { return nil }
        return URIQuery("a=\(encoded)").first(of: "a").flatMap { WebAddress($0)?.host }
    }

    var foreignCode: ForeignCode {
        switch content {
        case .service(let host):
            return ForeignCode(
                .solana, told: ["a payment set out by the service at \(Wording.quoted(host, limit: 100) ?? "")"])
        case .transfer(let recipient):
            let isAddress = Base58.decoded(recipient.utf8)?.count == 32
            let payee = CoinLink.payee(
                named: query.field("label"), at: CoinLink.shown(recipient, isAddress: isAddress))
            return ForeignCode(
                .solana,
                told: [
                    Wording.payment(of: amount, to: payee), isAddress ? nil : "to what is no address",
                    Wording.words(query.field("message").text).map { "for \($0)" },
                    CoinLink.trouble(with: query.field("label"), "label"),
                    CoinLink.trouble(with: query.field("message"), "message"),
                    token == nil ? nil : Wording.quoted(query.field("spl-token").text).map { "the token being \($0)" },
                ])
        }
    }

    /// What the amount is counted in, where it isn't the chain's own coin.
    private var token: String? {
        switch query.field("spl-token") {
        case .absent: nil
        case .value(let account): SolanaRequest.tokens[account] ?? "of a token"
        case .several, .unreadable: "of an unknown token"
        }
    }

    private var amount: String? {
        WrittenNumber.amount(query.field("amount"), unit: token ?? "SOL", places: token == nil ? 9 : 40)
    }
}
