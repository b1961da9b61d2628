public import FexValues

/// A wallet's own code: the bare token that a till sends with its request (scan-payment).
public struct WalletCode: Hashable, Sendable {
    /// The token, as opaque as the platform made it.
    public let scanToken: ScanToken

    /// The code of a wallet.
    public init(scanToken: ScanToken) { self.scanToken = scanToken }

    /// What the code says: the token and nothing else, so that any till reads it.
    public var text: String { scanToken.rawValue }
}

extension WalletCode {
    /// The code in a bare token, if its shape is one that wallets' tokens have and words don't.
    ///
    /// Wallet ids are published as UUIDs in the API reference, and with a prefix in guides.
    init?(bareToken text: String) {
        guard let token = ScanToken(text) else { return nil }
        let hasPrefix = ["wal_", "wallet_"].contains { text.hasPrefix($0) && text != $0 }
        guard hasPrefix || WalletCode.isUUID(text) else { return nil }
        self.init(scanToken: token)
    }

    /// Whether a text is 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12.
    ///
    /// Wallets' tokens are published as UUIDs, and so are payment intents: such a text alone doesn't tell which of the two
    /// it is.
    static func isUUID(_ text: String) -> Bool {
        guard text.utf8.count == 36 else { return false }
        var index = 0
        for byte in text.utf8 {
            let isHyphen = index == 8 || index == 13 || index == 18 || index == 23
            guard isHyphen ? byte == UInt8(ascii: "-") : ASCII.isHexDigit(byte) else { return false }
            index += 1
        }
        return true
    }

    /// Whether the token could as well be the id of a payment intent, which is paid and not scanned by a till.
    public var mayBeIntent: Bool { WalletCode.isUUID(scanToken.rawValue) }
}
