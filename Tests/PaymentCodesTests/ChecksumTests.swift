import FexValues
import Testing

@testable import PaymentCodes

@Suite struct ChecksumTests {
    @Test func `CRC-16 gives its catalogued check value`() {
        #expect(CRC16.checksum(of: "123456789".utf8) == 0x29B1)
        #expect(CRC16.checksum(of: []) == 0xFFFF)
    }

    @Test(arguments: [
        // The valid vectors of BIP-173 and BIP-350.
        ("A12UEL5L", Bech32.Checksum.bech32), ("a12uel5l", .bech32),
        ("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", .bech32),
        ("split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w", .bech32), ("?1ezyfcl", .bech32),
        ("A1LQFN3A", .bech32m), ("a1lqfn3a", .bech32m), ("abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx", .bech32m),
        ("split1checkupstagehandshakeupstreamerranterredcaperredlc445v", .bech32m), ("?1v759aa", .bech32m),
    ])
    func `both checksums of Bech32 are told apart`(text: String, checksum: Bech32.Checksum) throws {
        let parsed = try #require(Bech32(text))
        #expect(parsed.checksum == checksum)
    }

    @Test(arguments: [
        "A12UEL5M", "a12uel5q", "a1lqfn3q", "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3q",
    ])
    func `one wrong letter of Bech32 is seen`(text: String) throws {
        let parsed = try #require(Bech32(text))
        #expect(parsed.checksum == nil)
    }

    @Test(arguments: [
        "", "1", "pzry9x0s0muk", "1pzry9x0s0muk", "x1b4n0q5v", "li1dgmt3", "A1G7SGD8é", "a12UEL5L", "a b12uel5l",
    ])
    func `what isn't Bech32 is not read as such`(text: String) {
        #expect(Bech32(text) == nil)
    }

    @Test(arguments: [
        "GB82 WEST 1234 5698 7654 32", "CH4431999123000889012", "DE89370400440532013000", "ch9300762011623852957",
        "MT84MALT011000012345MTLCAST001S", "NO9386011117947",
    ])
    func `an account's check digits are checked`(account: String) {
        #expect(CheckDigits.isValidIBAN(account))
        let last = account.last!
        #expect(!CheckDigits.isValidIBAN(account.dropLast() + (last == "1" ? "2" : "1")))
    }

    @Test(arguments: ["", "CH", "CH44", "44CH31999123000889012", "CH44-31999123000889012", "CHé431999123000889012"])
    func `what has no form of an account fails`(account: String) {
        #expect(!CheckDigits.isValidIBAN(account))
    }

    @Test func `references' check digits are checked`() {
        #expect(CheckDigits.isValidQRReference("21 00000 00003 13947 14300 09017"))
        #expect(!CheckDigits.isValidQRReference("210000000003139471430009018"))
        #expect(!CheckDigits.isValidQRReference("21000000000313947143000901"))
        #expect(CheckDigits.isValidCreditorReference("RF18 5390 0754 7034"))
        #expect(!CheckDigits.isValidCreditorReference("RF18539007547035"))
        #expect(!CheckDigits.isValidCreditorReference("GB82WEST12345698765432"))
    }

    @Test(arguments: [
        ("175tWpb8K1S7NmH4Zx6rewF9WQrcZv245W", false, false), ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", true, false),
        ("3EktnHQD7RiAE6uzMj2ZifT9YgRrkSgzQX", true, false), ("mk2QpYatsKicvFVuTAQLBryyccRXMUaGHP", true, true),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", false, false),
        ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", true, false),
        ("tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7", true, true),
        ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", true, false),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", false, false),
        // BIP-350: witness version 1 with the older checksum.
        ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd", false, false),
    ])
    func `an address on Bitcoin's chain is checked`(text: String, isValid: Bool, isForTests: Bool) throws {
        let address = try #require(CoinAddress(text, on: .bitcoin))
        #expect(address.isChecksumValid == isValid)
        #expect(address.isForTests == isForTests)
    }

    @Test func `objects are read to the first that doesn't fit`() {
        let whole = TLV("0002AB0100990301")
        #expect(!whole.isWhole && whole.objects.map(\.tag) == [0, 1])
        let cut = TLV("0002AB0105abc")
        #expect(!cut.isWhole && cut.objects.map(\.value) == ["AB"])
        let twice = TLV("0001a0001b")
        #expect(twice.isWhole && twice.only(0) == nil && twice.only(7) == nil)
        for text in ["0", "00", "000", "0x01a", "+101a", "00-1", "٠٠٠١a"] {
            #expect(!TLV(text).isWhole && TLV(text).objects.isEmpty)
        }
        #expect(TLV("").isWhole)
    }

    @Test func `lengths count characters, or bytes where that alone comes out even`() {
        #expect(TLV("0005Zürich0104Bern").objects.isEmpty == false)
        #expect(TLV("0006Zürich0104Bern").only(0) == "Zürich")
        #expect(TLV("0007Zürich0104Bern").only(0) == "Zürich")
        #expect(!TLV("0005Zürich0104Bern").isWhole)
    }

    @Test(arguments: [
        ("2500", -6, "0.0025"), ("20", -3, "0.02"), ("1", 0, "1"), ("9678785340", -12, "0.00967878534"), ("0", -5, "0"),
        ("2014", 15, "2014000000000000000"), ("2014", -3, "2.014"), ("100", -2, "1"), ("1", -11, "0.00000000001"),
        ("007", -1, "0.7"),
    ])
    func `digits are shifted exactly`(digits: String, exponent: Int, text: String) {
        #expect(Wording.decimal(digits: digits, timesTenTo: exponent) == text)
    }

    @Test func `an absurd number is not written out`() {
        #expect(Wording.decimal(digits: "1", timesTenTo: 9_999) == nil)
        #expect(Wording.decimal(digits: "1", timesTenTo: -9_999) == nil)
    }
}
