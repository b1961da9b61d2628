public import FexValues

/// What a scanned or pasted text is.
///
/// ```swift
/// switch try ScannedCode(parsing: text) {
/// case .merchant(let code): code.intent   // fetch it: the code's own amount is only compared
/// case .wallet(let code): code.scanToken  // somebody's wallet, for a till to scan
/// case .foreign(let code): code.summary   // another system's code, by its name
/// }
/// ```
///
/// A code is told by its whole shape, never by a part of its text: a web address that has `fex://pay` in its path is a
/// web address.
public enum ScannedCode: Hashable, Sendable {
    /// A merchant's code: it asks for a payment.
    case merchant(MerchantCode)
    /// A wallet's code: a till scans it.
    case wallet(WalletCode)
    /// A code of another system, or plain text.
    case foreign(ForeignCode)
}

extension ScannedCode {
    /// The most characters that are looked at: what the largest QR code holds in its alphanumeric mode.
    ///
    /// Characters are counted as Unicode scalars, before anything is trimmed.
    public static let maximumLength = 4_296

    /// What a text is, white space and whatever else nobody sees around it aside.
    ///
    /// - Parameter text: Whatever a camera, a clipboard or a person gave.
    /// - Throws: ``CodeError`` where there is no text, there is too much of it, or it is a Fex code that can't be used.
    public init(parsing text: String) throws(CodeError) {
        try self.init(parsing: text, ownScanToken: nil)
    }

    /// What a text is, where the wallet's own token is known.
    ///
    /// A token is an opaque string, so only its owner can tell it from a word. Without `ownScanToken` a bare token is
    /// recognised where it is a UUID, or begins with `wal_` or `wallet_`. Intents may be named by UUIDs too: whoever takes
    /// a bare intent id looks for that before asking here.
    ///
    /// - Parameters:
    ///   - text: Whatever a camera, a clipboard or a person gave.
    ///   - ownScanToken: The token of this wallet; a text that is equal to it is a wallet code, whatever it looks like.
    /// - Throws: ``CodeError`` where there is no text, there is too much of it, or it is a Fex code that can't be used.
    public init(parsing text: String, ownScanToken: ScanToken?) throws(CodeError) {
        // UTF-8 is counted in no time, so that a text of gigabytes is refused before it is walked through.
        guard
            text.utf8.count <= ScannedCode.maximumLength
                || text.utf8.count <= 4 * ScannedCode.maximumLength
                    && text.unicodeScalars.count <= ScannedCode.maximumLength
        else { throw CodeError(.tooLong) }
        let text = InvisibleCharacters.trimmed(text)
        guard !text.isEmpty else { throw CodeError(.empty) }

        if let ownScanToken, ScanToken(text) == ownScanToken {
            self = .wallet(WalletCode(scanToken: ownScanToken))
        } else if let uri = MerchantCode.uri(in: text) {
            self = .merchant(try MerchantCode(uri: uri))
        } else if let object = MerchantCode.object(in: text) {
            self = .merchant(try MerchantCode(object: object))
        } else if let code = WalletCode(bareToken: text) {
            self = .wallet(code)
        } else {
            try ScannedCode.refuseHidden(text)
            try MerchantCode.refuseDamaged(text)
            self = .foreign(ForeignCode(naming: text))
        }
    }

    /// Refuses what would be a Fex code but for characters in it that nobody sees: told as text, it would look right.
    private static func refuseHidden(_ text: String) throws(CodeError) {
        guard let hidden = text.unicodeScalars.first(where: InvisibleCharacters.isHidden) else { return }
        var visible = String.UnicodeScalarView()
        visible.append(contentsOf: text.unicodeScalars.lazy.filter { !InvisibleCharacters.isHidden($0) })
        let rest = String(visible)
        guard MerchantCode.uri(in: rest) != nil || MerchantCode.object(in: rest) != nil else { return }
        throw .unreadable(.parameters, "there is \(InvisibleCharacters.name(of: hidden)) in it")
    }
}
