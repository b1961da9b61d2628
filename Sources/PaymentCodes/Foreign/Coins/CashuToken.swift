import FexValues

/// Ecash of Cashu's (NUT-00): a token, bare or after `cashu:`; or a request for one (NUT-18).
///
/// Whoever reads a token can spend it, so nothing of it is told.
struct CashuToken: ForeignFormat {
    static let beginnings = ["cashu", "web+cashu:", "creqA"]

    private let isRequest: Bool

    /// Whatever has the scheme: were it called text instead, a token in it would be shown.
    init?(_ text: String) {
        if let uri = URIParts(text), ["cashu", "web+cashu"].contains(uri.scheme) {
            isRequest = String(uri.authority ?? uri.path).hasPrefix("creq")
            return
        }
        let word = InvisibleCharacters.removed(from: text)
        let isToken = word.hasPrefix("cashuA") || word.hasPrefix("cashuB")
        guard isToken || word.hasPrefix("creqA"), word.utf8.count >= ForeignCode.shortestBareCode,
            word.utf8.allSatisfy(CashuToken.isBase64)
        else { return nil }
        isRequest = !isToken
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        ASCII.isLetter(byte) || ASCII.isDigit(byte) || "-_+/=".utf8.contains(byte)
    }

    var foreignCode: ForeignCode {
        ForeignCode(
            .cashu,
            told: isRequest
                ? ["a request for ecash"]
                : ["ecash, which whoever reads it can spend, so it is not shown here"])
    }
}
