import FexValues

/// An invoice of the Lightning network (BOLT 11), as far as it can be read without its payee's key.
struct LightningInvoice {
    /// An invoice's smallest data part: a time stamp, a payment hash, and a signature, five bits a value.
    private static let leastValues = 7 + 55 + 104

    /// What the amount is counted in, and where: `bc` for bitcoin, `tb`, `tbs`, `bcrt` and `sb` for test networks.
    private static let networks = ["bc", "tb", "tbs", "bcrt", "sb"]

    /// The amount in bitcoin, exactly, or that it can't be read; `nil` where it is left to the payer.
    let amount: String?
    /// What it is for, where the invoice says so itself.
    let purpose: String?
    /// Whether it is on a network for tests.
    let isForTests: Bool
    /// Whether the checksum fits.
    let isChecksumValid: Bool

    /// The invoice in a text; `nil` if the text hasn't the form of one, checksum aside.
    init?(_ bech32: Bech32) {
        guard bech32.values.count >= LightningInvoice.leastValues,
            let (network, amountText) = LightningInvoice.split(bech32.humanReadablePart)
        else { return nil }
        amount =
            amountText.isEmpty
            ? nil : LightningInvoice.bitcoin(amountText).map { "\($0) BTC" } ?? "an unreadable amount"
        isForTests = network != "bc"
        isChecksumValid = bech32.checksum == .bech32
        purpose = isChecksumValid ? LightningInvoice.purpose(in: bech32.values.dropLast(104).dropFirst(7)) : nil
    }

    /// Takes apart `lnbc2500u`: an amount begins with a digit, so one network at most fits.
    private static func split(_ prefix: String) -> (network: String, amount: Substring)? {
        for network in networks where prefix.hasPrefix("ln" + network) {
            let amount = prefix.dropFirst(2 + network.count)
            if amount.utf8.first.map(ASCII.isDigit) ?? true { return (network, amount) }
        }
        return nil
    }

    /// An amount with its multiplier, in bitcoin: 0.0025 for `2500u`.
    private static func bitcoin(_ text: Substring) -> String? {
        let digits = text.utf8.last.map(ASCII.isLetter) == true ? text.dropLast() : text
        guard ASCII.isDigits(digits), digits.utf8.first != UInt8(ascii: "0"), digits.utf8.count <= 20 else {
            return nil
        }
        let exponent: Int
        switch text.dropFirst(digits.count) {
        case "": exponent = 0
        case "m": exponent = -3
        case "u": exponent = -6
        case "n": exponent = -9
        // Nothing below a thousandth of a satoshi can be sent.
        case "p" where digits.utf8.last == UInt8(ascii: "0"): exponent = -12
        default: return nil
        }
        return Wording.decimal(digits: String(digits), timesTenTo: exponent)
    }

    /// The description among the tagged fields: each has a type, two values for its length, and its data.
    private static func purpose(in values: ArraySlice<UInt8>) -> String? {
        var rest = values
        while rest.count >= 3 {
            let header = Array(rest.prefix(3))
            let length = Int(header[1]) << 5 | Int(header[2])
            let data = rest.dropFirst(3).prefix(length)
            if header[0] == 13, data.count == length {
                return String(validating: Bech32.bytes(of: data), as: UTF8.self)
            }
            rest = rest.dropFirst(3 + length)
        }
        return nil
    }
}
