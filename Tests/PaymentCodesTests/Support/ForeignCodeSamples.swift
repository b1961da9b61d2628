import Testing

@testable import PaymentCodes

/// One code of another system, and what should be said of it.
struct ForeignCodeSample: Sendable, CustomTestStringConvertible {
    let kind: ForeignCode.Kind
    let text: String
    let summary: String
    var checksumValid: Bool?

    var testDescription: String { "\(kind.rawValue): \(text.prefix(40))" }

    /// Whether it is a word that nothing but its checksum tells from other words.
    var isKnownByItsChecksum: Bool { text.hasPrefix("tb1") || text.hasPrefix("LNURL1") }

    init(_ kind: ForeignCode.Kind, _ text: String, _ summary: String, checksumValid: Bool? = nil) {
        self.kind = kind
        self.text = text
        self.summary = summary
        self.checksumValid = checksumValid
    }
}

extension ForeignCodeSample {
    /// Realistic codes, valid ones, with checksums that fit.
    static let all: [ForeignCodeSample] = emvco + bills + coins + laterCoins + others + banks + everyday

    static let emvco: [ForeignCodeSample] = [
        // The example in EMVCo's specification QRCPS-MPM 1.1, annex A; a length in it counts Chinese characters.
        ForeignCodeSample(
            .emvco,
            """
            00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT\
            6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME91320016\
            A0112233449988770708123456786304A13A
            """,
            #"23.72 CNY to "BEST TRANSPORT" in "BEIJING", also named "最佳运输" in "北京", asks for a tip"#,
            checksumValid: true),
        // The static example of the Brazilian central bank's Manual de Padrões para Iniciação do Pix.
        ForeignCodeSample(
            .pix,
            """
            00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Fulano de Tal\
            6008BRASILIA62070503***63041D3D
            """,
            """
            to "Fulano de Tal" in "BRASILIA", with no amount set, key "123e4567-e12b-12d1-a456-426655440000"
            """, checksumValid: true),
        // A dynamic one: the amount is behind the address of the payee's bank.
        ForeignCodeSample(
            .pix,
            """
            00020101021226770014BR.GOV.BCB.PIX2555pix.example.com/qr/93598be0-1bd0-4997-8318-81776a1d8a995204000053039865802BR\
            5907EMPRESA6009SAO PAULO62070503***6304EEAB
            """,
            """
            to "EMPRESA" in "SAO PAULO", with no amount set, to be fetched from \
            "pix.example.com/qr/93598be0-1bd0-4997-8318-81776a1d8a99"
            """, checksumValid: true),
        // A telephone number's, of the shape that Thai banks' apps make.
        ForeignCodeSample(
            .promptpay,
            "00020101021229370016A0000006770101110113006680111111153037645802TH540520.15630442BE",
            #"20.15 THB to the mobile number "0066801111111""#, checksumValid: true),
    ]

    static let bills: [ForeignCodeSample] = [
        // The parties, account and reference of the samples in SIX's Implementation Guidelines.
        ForeignCodeSample(
            .swissQRBill,
            """
            SPC\n0200\n1\nCH4431999123000889012\nS\nRobert Schneider AG\nRue du Lac\n1268\n2501\nBiel\nCH\n\n\n\n\n\n\n\n\
            1949.75\nCHF\nS\nPia-Maria Rutschmann-Schnyder\nGrosse Marktgasse\n28\n9400\nRorschach\nCH\nQRR\n\
            210000000003139471430009017\nOrder of 15 June 2020\nEPD\n//S1/10/10201409/11/170309\n
            """,
            """
            1949.75 CHF to "Robert Schneider AG", account "CH4431999123000889012", reference \
            "210000000003139471430009017", for "Order of 15 June 2020", billed to "Pia-Maria Rutschmann-Schnyder"
            """, checksumValid: true),
        // Lines may end in CR LF; without an amount; with a creditor reference of ISO 11649.
        ForeignCodeSample(
            .swissQRBill,
            """
            SPC\r\n0200\r\n1\r\nCH5800791123000889012\r\nK\r\nMüller's Käserei\r\nDorf 1\r\n3000 Bern\r\n\r\n\r\nCH\r\n\
            \r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\nEUR\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\nSCOR\r\nRF18539007547034\r\n\r\nEPD
            """,
            """
            to "Müller's Käserei", with no amount set, account "CH5800791123000889012", reference "RF18539007547034"
            """, checksumValid: true),
        // The example of the guideline EPC069-12.
        ForeignCodeSample(
            .epc,
            "BCD\n001\n1\nSCT\nBPOTBEB1\nRed Cross of Belgium\nBE72000000001616\nEUR1\nCHAR\n\nUrgency fund\nSample EPC QR code",
            #"1.00 EUR to "Red Cross of Belgium", account "BE72000000001616", for "Urgency fund""#, checksumValid: true),
        ForeignCodeSample(
            .epc, "BCD\r\n002\r\n1\r\nSCT\r\n\r\nLaw Store\r\nDE89370400440532013000",
            #"to "Law Store", with no amount set, account "DE89370400440532013000""#, checksumValid: true),
    ]

    static let coins: [ForeignCodeSample] = [
        // An example of BIP-21, whose address has no valid checksum; then that and another of them with one that has.
        ForeignCodeSample(
            .bitcoin, "bitcoin:175tWpb8K1S7NmH4Zx6rewF9WQrcZv245W?amount=20.3&label=Luke-Jr",
            """
            20.3 BTC to "Luke-Jr" at "175tWpb8K1S7NmH4Zx6rewF9WQrcZv245W", its checksum does not fit, so it is damaged or \
            was misread
            """, checksumValid: false),
        ForeignCodeSample(
            .bitcoin, "bitcoin:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa?amount=20.3&label=Luke-Jr",
            #"20.3 BTC to "Luke-Jr" at "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa""#, checksumValid: true),
        ForeignCodeSample(
            .bitcoin,
            "bitcoin:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa?amount=50&label=Luke-Jr&message=Donation%20for%20project%20xyz",
            #"50 BTC to "Luke-Jr" at "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", for "Donation for project xyz""#,
            checksumValid: true),
        // The addresses of BIP-173, as upper case makes smaller codes.
        ForeignCodeSample(
            .bitcoin, "BITCOIN:BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4?lightning=LNBC1",
            #"to "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", with no amount set, payable over Lightning too"#,
            checksumValid: true),
        ForeignCodeSample(
            .bitcoin, "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",
            #"to "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7", with no amount set, on a test chain"#,
            checksumValid: true),
        // The examples of BOLT 11.
        ForeignCodeSample(
            .lightning, coffeeInvoice, #"an invoice, 0.0025 BTC, for "1 cup coffee""#, checksumValid: true),
        ForeignCodeSample(
            .lightning, "LIGHTNING:" + coffeeInvoice.uppercased(), #"an invoice, 0.0025 BTC, for "1 cup coffee""#,
            checksumValid: true),
        ForeignCodeSample(
            .lightning,
            """
            lntb20m1pvjluezhp58yjmdan79s6qqdhdzgynm4zwqd5d7xmw5fk98klysy043l2ahrqspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyq\
            cyq5rqwzqfqypqfpp3x9et2e20v6pu37c5d9vax37wxq72un98kmzzhznpurw9sgl2v0nklu2g4d0keph5t7tj9tcqd8rexnd07ux4uv2cjvcqw\
            axgj7v4uwn5wmypjd5n69z2xm3xgksg28nwht7f6zspwp3f9t
            """,
            "an invoice, 0.02 BTC, on a test network", checksumValid: true),
        ForeignCodeSample(
            .lightning,
            """
            lnbc9678785340p1pwmna7lpp5gc3xfm08u9qy06djf8dfflhugl6p7lgza6dsjxq454gxhj9t7a0sd8dgfkx7cmtwd68yetpd5s9xar0wfjn5g\
            pc8qhrsdfq24f5ggrxdaezqsnvda3kkum5wfjkzmfqf3jkgem9wgsyuctwdus9xgrcyqcjcgpzgfskx6eqf9hzqnteypzxz7fzypfhg6trddjhy\
            grcyqezcgpzfysywmm5ypxxjemgw3hxjmn8yptk7untd9hxwg3q2d6xjcmtv4ezq7pqxgsxzmnyyqcjqmt0wfjjq6t5v4khxxqyjw5qcqp2rzjq\
            0gxwkzc8w6323m55m4jyxcjwmy7stt9hwkwe2qxmy8zpsgg7jcuwz87fcqqeuqqqyqqqqlgqqqqn3qq9qn07ytgrxxzad9hc4xt3mawjjt8znfv\
            8xzscs7007v9gh9j569lencxa8xeujzkxs0uamak9aln6ez02uunw6rd2ht2sqe4hz8thcdagpleym0j
            """,
            """
            an invoice, 0.00967878534 BTC, for "Blockstream Store: 88.85 USD for Blockstream Ledger Nano S x 1, 'Back In My \
            Day' Sticker x 2, 'I Got Lightning Working' Sticker x 2 and 1 mo…"
            """, checksumValid: true),
        // The example of LUD-01.
        ForeignCodeSample(
            .lightning,
            """
            LNURL1DP68GURN8GHJ7UM9WFMXJCM99E3K7MF0V9CXJ0M385EKVCENXC6R2C35XVUKXEFCV5MKVV34X5EKZD3EV56NYD3HXQURZEPEXEJXXEPNX\
            SCRVWFNV9NXZCN9XQ6XYEFHVGCXXCMYXYMNSERXFQ5FNS
            """, #"a service, at "service.com""#, checksumValid: true),
        ForeignCodeSample(.lightning, "lightning:ann@example.com", #"to "ann@example.com", with no amount set"#),
        ForeignCodeSample(
            .lightning, "lightning:lno1pg257enxv4ezqcneype82um50ynhxgrwdajx283qfwdpl28qqmc78ymlvhmxcsywdk5",
            #"an offer, for "Offer by rusty's node", damaged or misread"#),
        // The examples of ERC-681.
        ForeignCodeSample(
            .ethereum, "ethereum:0xfb6916095ca1df60bb79Ce92ce3ea74c37c5d359?value=2.014e18",
            #"2.014 ETH to "0xfb6916095ca1df60bb79Ce92ce3ea74c37c5d359""#),
        ForeignCodeSample(
            .ethereum,
            """
            ethereum:0x89205a3a3b2a69de6dbf7f01ed13b2108b2c43e7/transfer?\
            address=0x8e23ee67d1332ad560396262c48ffbb01f93d052&uint256=1
            """,
            """
            1 of a token's smallest units to "0x8e23ee67d1332ad560396262c48ffbb01f93d052", the token being \
            "0x89205a3a3b2a69de6dbf7f01ed13b2108b2c43e7"
            """),
        ForeignCodeSample(
            .ethereum, "ethereum:pay-shop.eth@137?value=1",
            #"0.000000000000000001 of the chain's own coin to "shop.eth", on chain 137"#),
        ForeignCodeSample(
            .ethereum, "ethereum:0xfb6916095ca1df60bb79Ce92ce3ea74c37c5d359@8453/mint?uint256=1",
            #"a call of "mint" on the contract "0xfb6916095ca1df60bb79Ce92ce3ea74c37c5d359", on Base"#),
        ForeignCodeSample(
            .ethereum, "0xfb6916095ca1df60bb79Ce92ce3ea74c37c5d359",
            #"to "0xfb6916095ca1df60bb79Ce92ce3ea74c37c5d359", with no amount set"#),
    ]

    static let others: [ForeignCodeSample] = [
        // The parameters of NPCI's UPI Linking Specifications.
        ForeignCodeSample(
            .upi, "upi://pay?pa=shop@okbank&pn=Corner%20Shop&mc=5411&am=499.00&cu=INR&tn=Two%20bags",
            #"499.00 INR to "Corner Shop" at "shop@okbank", for "Two bags""#),
        ForeignCodeSample(.upi, "UPI://PAY?pa=shop@okbank", #"to "shop@okbank", with no amount set"#),
        ForeignCodeSample(
            .upi, "upi://mandate?pa=shop@okbank&am=10", #"not a plain payment, 10.00 INR to "shop@okbank""#),
        // The shapes of draft-grothoff-taler-01.
        ForeignCodeSample(.taler, "taler://pay/shop.example/2024-01/?c=TOKEN", #"a payment to "shop.example""#),
        ForeignCodeSample(
            .taler, "taler+http://pay/localhost:8080/instances/a/1/", #"a payment to "localhost", without encryption"#),
        ForeignCodeSample(.taler, "TALER:refund/Shop.Example/1/", #"a refund by "shop.example""#),
        ForeignCodeSample(
            .taler, "taler://withdraw/bank.example/api/1", #"a withdrawal through "bank.example""#),
        ForeignCodeSample(.taler, "taler://restore/PRIVATEKEY/sync.example", "a wallet to restore from a backup"),
        ForeignCodeSample(.taler, "taler://frobnicate/secret", "an action that isn't known here"),
        // The shape that ZXing's wiki describes, which camera apps read.
        ForeignCodeSample(
            .wifi, #"WIFI:T:WPA;S:Corner\;Café;P:top\:secret;H:true;;"#,
            #""Corner;Café", protected by WPA, hidden, with its password, which is not shown here"#),
        ForeignCodeSample(.wifi, "WIFI:S:Guests;;", #""Guests", open to all"#),
        ForeignCodeSample(.wifi, "wifi:T:nopass;S:Guests;;", #""Guests", open to all"#),
        ForeignCodeSample(
            .vcard,
            "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Owen;Sean;;;\r\nFN:Sean\r\n  Owen\r\nORG:Corner\\, Ltd\r\nTEL:+441234\r\nEND:VCARD",
            #""Sean Owen", "Corner, Ltd""#),
        ForeignCodeSample(
            .vcard, "begin:vcard\nVERSION:2.1\nitem1.N;CHARSET=UTF-8:Østergård;Åse\nEND:VCARD", #""Åse Østergård""#),
        ForeignCodeSample(.vcard, "MECARD:N:Owen,Sean;TEL:+441234;ORG:Corner;;", #""Sean Owen", "Corner""#),
        ForeignCodeSample(.url, "https://Example.com/reset?token=secret#x", #"a page at "example.com""#),
        ForeignCodeSample(.url, "http://example.com:8080", #"a page at "example.com:8080", without encryption"#),
        ForeignCodeSample(.url, "https://[2001:db8::1]:443/", #"a page at "[2001:db8::1]:443""#),
        ForeignCodeSample(
            .url, "https://bank.example:pass@evil.example/",
            #"a page at "evil.example", with a user name before the host"#),
        ForeignCodeSample(.url, "https://bücher.example/", #"a page at "bücher.example""#),
        ForeignCodeSample(.url, "HTTPS://EVIL.EXAMPLE/fex://pay?intent=1", #"a page at "evil.example""#),
        ForeignCodeSample(.text, "hello, world", #""hello, world""#),
        ForeignCodeSample(.text, "ftp://example.com/a", #"a link of the kind "ftp""#),
    ]

    /// Coins whose links have the manner of Bitcoin's, others', and what is not shown.
    static let laterCoins: [ForeignCodeSample] = [
        ForeignCodeSample(
            .litecoin, "litecoin:ltc1qulfaytpzxqxzrjgdt0kqcn9c05rjhgyt59eak4?amount=0.4",
            #"0.4 LTC to "ltc1qulfaytpzxqxzrjgdt0kqcn9c05rjhgyt59eak4""#, checksumValid: true),
        ForeignCodeSample(
            .dogecoin, "dogecoin:DPMVEn9G3P4yQ4DfZqri35aj1vRdbaar2y?amount=30&label=Kennel",
            #"30 DOGE to "Kennel" at "DPMVEn9G3P4yQ4DfZqri35aj1vRdbaar2y""#, checksumValid: true),
        ForeignCodeSample(
            .solana, "solana:3TJ5c5gSeeb9eq85CTDwnLZ8ajqczFcFXsjfTGxTA3Ed?amount=0.75",
            #"0.75 SOL to "3TJ5c5gSeeb9eq85CTDwnLZ8ajqczFcFXsjfTGxTA3Ed""#),
        ForeignCodeSample(
            .monero,
            """
            monero:4Ubqk8UXx5uMwDxuM8cWAFtc8bxykKkozBJfCTPV9cMuAtFWQgMumz8Mh6gdL9jojYDFt2o95gnCzjAqaKmuBkWtJ21ELj7?\
            tx_amount=0.61
            """,
            """
            0.61 XMR to "4Ubqk8UXx5uMwDxuM8cWAFtc8bxykKkozBJfCTPV9cMuAtFWQgMumz8Mh6gdL9jojYDFt2o95gnCzjAqaKmuBkWtJ21ELj7"
            """),
        ForeignCodeSample(
            .cashu, "cashuAeyJ0b2tlbiI6W10sInVuaXQiOiJzYXQifQ",
            "ecash, which whoever reads it can spend, so it is not shown here"),
        ForeignCodeSample(
            .secret, "blouse elbow latin floor crouch merge unfold enable human wedding motor glare",
            "12 words that a wallet is restored from, which nobody else may see, so it is not shown here",
            checksumValid: true),
    ]

    private static let coffeeInvoice = """
        lnbc2500u1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpuaztrnwngzn3kdzw5h\
        ydlzf03qdgm2hdq27cqv3agm2awhz5se903vruatfhq77w3ls4evs3ch9zw97j25emudupq63nyw24cg27h2rspfj9srp
        """
}
