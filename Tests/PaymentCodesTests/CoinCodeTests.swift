import Testing

@testable import PaymentCodes

/// What is told of codes of coins, beyond the samples of ``ForeignCodeSample``.
@Suite struct CoinCodeTests {
    private static let bitcoin = "bc1q64wjfcjl54snjl68jay2rxp8n4qq30egj37k53"
    private static let litecoin = "ltc1qulfaytpzxqxzrjgdt0kqcn9c05rjhgyt59eak4"
    private static let dogecoin = "DPMVEn9G3P4yQ4DfZqri35aj1vRdbaar2y"
    private static let solana = "3TJ5c5gSeeb9eq85CTDwnLZ8ajqczFcFXsjfTGxTA3Ed"
    private static let monero =
        "4Ubqk8UXx5uMwDxuM8cWAFtc8bxykKkozBJfCTPV9cMuAtFWQgMumz8Mh6gdL9jojYDFt2o95gnCzjAqaKmuBkWtJ21ELj7"
    private static let ether = "0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359"
    private static let invoice = """
        lnbc42u1pj48ugqpp5skcfmsa49gp6uaml57pdf7ql7qx3vhh7ty77099a8ef4g5hegfpqdqggfex2ctymfych8gje82c2myj2jt4q2y7w2lfdkuf7r\
        ejmj87gf97svpvz8rw7505uzyyv3j26n47pyrupaxypqhkn5uppfdykg2y38y9xrdyq77adrl54h
        """
    private static let offer = "lno1pqpsyj0spgp4getpzgz9zatp0ytzzq5zlc5hyqufhve8anctaqad94thse33jptdcf5azjeskw8nfgyj45"
    private static let serviceAddress = "lnurl1dp68gurn8ghj7umgdaczuetcv9khqmr99acszzt0zd"

    private func told(_ text: String, as kind: ForeignCode.Kind) throws -> String {
        guard case .foreign(let code) = try ScannedCode(parsing: text) else {
            Issue.record("taken for ours: \(text)")
            return ""
        }
        #expect(code.kind == kind)
        return code.summary
    }

    @Test(arguments: [
        ("BITCOIN:\(bitcoin.uppercased())?AMOUNT=1.5&LABEL=Quay", #"1.5 BTC to "Quay" at "\#(bitcoin.uppercased())""#),
        ("bitcoin://\(bitcoin)?amount=.5", #"0.5 BTC to "\#(bitcoin)""#),
        ("bitcoin:\(bitcoin)?amount=007.", #"7 BTC to "\#(bitcoin)""#),
        ("bitcoin:\(bitcoin)?amount=&amount=2", #"2 BTC to "\#(bitcoin)""#),
        ("bitcoin:\(bitcoin)?amount=", #"to "\#(bitcoin)", with no amount set"#),
        ("bitcoin:\(bitcoin)?amount=1&AMOUNT=1", #"several amounts to "\#(bitcoin)""#),
        ("bitcoin:\(bitcoin)?amount=%zz", #"an unreadable amount to "\#(bitcoin)""#),
        ("bitcoin:\(bitcoin)?amount=1e3", #"an unreadable amount to "\#(bitcoin)""#),
        ("bitcoin:\(bitcoin)?amount=-0.1", #"an amount that is not allowed (below zero) to "\#(bitcoin)""#),
        (
            "bitcoin:\(bitcoin)?amount=0.000000001",
            #"an amount that is not allowed (0.000000001 BTC has too many decimals) to "\#(bitcoin)""#
        ),
        ("bitcoin:\(bitcoin)?label=a&amp;amount=2&amp;label=b", #"2 BTC to "\#(bitcoin)", with several labels"#),
        ("bitcoin:\(bitcoin)?amount=1&req-x=1", #"not valid here: it requires "req-x", which isn't known"#),
        ("bitcoin:?lightning=\(invoice)", "0.000042 BTC, payable over Lightning"),
        (
            "bitcoin:\(bitcoin)?amount=1&lightning=\(invoice)",
            #"1 BTC to "\#(bitcoin)", payable over Lightning, where it is 0.000042 BTC too"#
        ),
        ("bitcoin:?LNO=\(offer.uppercased())", "0.0000015 BTC, payable by a Lightning offer"),
        ("bitcoin:?bc=\(bitcoin)&pj=x", #"to "\#(bitcoin)", with no amount set, payable by payjoin"#),
    ])
    func `a link in bitcoin tells what it offers`(text: String, summary: String) throws {
        #expect(try told(text, as: .bitcoin) == summary)
    }

    @Test(arguments: [
        ("1e18", "1 ETH"), ("+25e17", "2.5 ETH"), (".5e18", "0.5 ETH"), ("2.014E+18", "2.014 ETH"),
        ("25e20e", "an unreadable amount"),
        ("1e-1", "an amount that is not allowed (0.0000000000000000001 ETH has too many decimals)"),
        ("-1", "an amount that is not allowed (below zero)"), ("many", "an unreadable amount"),
        ("0x10", "an unreadable amount"),
        ("1.", "an unreadable amount"), ("007", "0.000000000000000007 ETH"), ("1e9999", "an unreadable amount"),
    ])
    func `each number of ERC-681 is read by one grammar`(number: String, amount: String) throws {
        #expect(try told("ethereum:\(Self.ether)?value=\(number)", as: .ethereum) == "\(amount) to \"\(Self.ether)\"")
    }

    @Test(arguments: [
        ("25e5", "2500000 of a token's smallest units"), ("+1.5e1", "15 of a token's smallest units"),
        ("many", "an unreadable amount"), ("", nil), ("1&uint256=2", "several amounts"),
    ])
    func `so are units of a token`(number: String, amount: String?) throws {
        let summary = try told("ethereum:\(Self.ether)/transfer?address=a.eth&uint256=\(number)", as: .ethereum)
        #expect(summary.hasPrefix(amount.map { "\($0) to \"a.eth\"" } ?? #"to "a.eth", with no amount set"#))
    }

    @Test(arguments: [
        ("ethereum://\(ether)@8453?value=1e18", #"1 ETH to "\#(ether)", on Base"#),
        ("ETHEREUM:\(ether)?VALUE=1E18&GASLIMIT=21e3", #"1 ETH to "\#(ether)", 21000 of gas at most"#),
        ("ethereum:\(ether)?amount=0.25", #"0.25 ETH to "\#(ether)""#),
    ])
    func `a link in ether is named off the specification too`(text: String, summary: String) throws {
        #expect(try told(text, as: .ethereum) == summary)
    }

    @Test(arguments: [
        (offer, #"an offer, 0.0000015 BTC, by "Quay", for "Tea""#),
        (
            "\(offer.prefix(30))+\r\n \(offer.dropFirst(30).prefix(20))+\(offer.dropFirst(50))",
            #"an offer, 0.0000015 BTC, by "Quay", for "Tea""#
        ),
        ("lnurlp://pay.example/a?b=hidden", #"a payment to the service at "pay.example""#),
        ("LNURLW:cash.example/hidden", #"money to receive from the service at "cash.example""#),
        ("lnurlc://node.example", #"a channel to open with the service at "node.example""#),
        ("keyauth://id.example?k1=hidden", #"a login at the service at "id.example""#),
        ("lnurl:\(serviceAddress)", #"a service, at "shop.example""#),
        ("LIGHTNING://\(invoice.uppercased())", #"an invoice, 0.000042 BTC, for "Bread""#),
    ])
    func `a Lightning wallet's code is named without a scheme or with one of its own`(text: String, summary: String)
        throws
    {
        #expect(try told(text, as: .lightning) == summary)
    }

    @Test func `an invoice of an impossible amount is not told as one of none`() throws {
        let text = """
            lnbc25p1pj48ugqpp5zzg8fpml45t6e85kpen9twvmhzx5c6edj240pwcxv7fdrmsmrlgq4m9hsfs8wfc0d3kqs65urj4k2456vu5rhdez4w80cgl27u\
            7rl7emvg0qzvrf3fmrkma9lkrfgg36t7y8cw58700dveny80eyr96fpsxuyyr37r
            """
        #expect(try told(text, as: .lightning) == "an invoice, an unreadable amount")
    }

    @Test(arguments: [
        "lno1", "lno1qqqq", "lno1pg+", "+lno1pgx5sctj", "lno1pg++x5sctjvfhh2u3", "lno1 pgx5sctjvfhh2u3qgfhk76",
    ])
    func `what is no offer is text`(text: String) throws {
        #expect(!(try told(text, as: .text)).contains("offer"))
    }

    @Test func `a page that offers wallets a payment says so`() throws {
        let page = "https://shop.example/pay?id=9&LIGHTNING=\(Self.serviceAddress.uppercased())"
        #expect(try told(page, as: .url) == #"a page at "shop.example", for a Lightning payment through a service"#)
        #expect(try told("https://shop.example/?lightning=bolt", as: .url) == #"a page at "shop.example""#)
    }

    @Test(arguments: [
        ("solana:\(solana)?amount=0.75&label=Quay", #"0.75 SOL to "Quay" at "\#(solana)""#),
        (
            "solana:\(solana)?amount=2&spl-token=EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v&message=Tea",
            #"2 USDC to "\#(solana)", for "Tea", the token being "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v""#
        ),
        (
            "solana:\(solana)?amount=2&spl-token=\(solana)",
            #"2 of a token to "\#(solana)", the token being "\#(solana)""#
        ),
        ("solana:tooShort?amount=1", #"1 SOL to "tooShort", to what is no address"#),
        ("solana:https%3A%2F%2Fshop.example%2Fhidden%3Fa", #"a payment set out by the service at "shop.example""#),
        ("solana:https://shop.example/hidden", #"a payment set out by the service at "shop.example""#),
    ])
    func `a link on Solana tells amount and payee`(text: String, summary: String) throws {
        #expect(try told(text, as: .solana) == summary)
    }

    @Test func `coins that followed Bitcoin have their own symbols and addresses`() throws {
        #expect(try told("litecoin:\(Self.litecoin)?amount=0.4", as: .litecoin) == "0.4 LTC to \"\(Self.litecoin)\"")
        #expect(try told(Self.litecoin, as: .litecoin).hasSuffix("with no amount set"))
        #expect(try told("Lh5im2gEM5ski9vfFbruGAVuovZrQ8SCeX", as: .litecoin).hasSuffix("with no amount set"))
        #expect(try told("DOGE:\(Self.dogecoin)?AMOUNT=30", as: .dogecoin) == "30 DOGE to \"\(Self.dogecoin)\"")
        #expect(try told(Self.dogecoin, as: .dogecoin).hasSuffix("with no amount set"))
        // An address of another chain.
        #expect(try told("litecoin:\(Self.dogecoin)?amount=1", as: .litecoin).hasSuffix("damaged or was misread"))
    }

    @Test(arguments: [
        ("monero:\(monero)?tx_amount=0.61&recipient_name=Quay", #"0.61 XMR to "Quay" at "\#(monero)""#),
        ("monero:\(monero)?TX_AMOUNT=1&tx_description=Tea", #"1 XMR to "\#(monero)", for "Tea""#),
        (
            "monero:\(monero);\(monero)?tx_amount=1;2&recipient_name=A;B",
            #"1 XMR to "A" at "\#(monero)", 2 XMR to "B" at "\#(monero)""#
        ),
        (monero, #"to "\#(monero)", with no amount set"#),
    ])
    func `a link in monero has its own names`(text: String, summary: String) throws {
        #expect(try told(text, as: .monero) == summary)
    }

    @Test(arguments: [
        "cashuAeyJoaWRkZW4iOiJoaWRkZW4ifQ", "cashuBo2FteBZoaWRkZW5oaWRkZW4", "cashu:hidden", "CASHU://cashuBhidden",
        "web+cashu:cashuAhidden", "\u{200B}cashuAhiddenhiddenhidden\u{A0}", "cashuAhiddenhiddenhidden\nhiddenhidden",
    ])
    func `a token of ecash is named and not shown`(text: String) throws {
        let summary = try told(text, as: .cashu)
        #expect(summary == "ecash, which whoever reads it can spend, so it is not shown here")
    }

    @Test func `a request for ecash is none to spend`() throws {
        #expect(try told("creqApWF0gaNhdGVub3N0cmFheKlucHJv", as: .cashu) == "a request for ecash")
    }
}
