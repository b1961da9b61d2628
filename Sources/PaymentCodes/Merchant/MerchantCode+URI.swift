import FexValues

extension MerchantCode {
    /// The scheme of Fex codes. Whatever has it is ours, and is in order or in error, but never another system's.
    static let scheme = "fex"

    /// The parameters that mean something to us; others are for later versions and are passed over.
    private static let knownParameters: [(name: String, field: CodeError.Field)] = [
        ("intent", .intent), ("amount", .amount), ("currency", .currency), ("merchant", .merchant),
    ]

    /// The parts of a text that has our scheme.
    static func uri(in text: String) -> URIParts? {
        guard let first = text.utf8.first, ASCII.lowercased(first) == UInt8(ascii: "f") else { return nil }
        guard let uri = URIParts(text), uri.scheme == scheme else { return nil }
        return uri
    }

    /// The merchant code in a URI of our scheme.
    init(uri: URIParts) throws(CodeError) {
        try MerchantCode.checkAddress(of: uri)
        let query = URIQuery(uri.query ?? "")
        guard !query.hasBrokenPart else {
            throw .unreadable(.parameters, "there is a % that two hexadecimal digits of UTF-8 text don't follow")
        }
        for (name, field) in MerchantCode.knownParameters {
            if let hidden = query.hidden(name), let oddity = InvisibleCharacters.firstOddity(in: hidden) {
                throw .unreadable(field, "its name is not understood: \(oddity)")
            }
            let count = query.values(of: name).count
            if count > 1 { throw .repeated(field, count) }
        }
        guard let intent = query.values(of: "intent").first else { throw .missing(.intent) }
        self.init(
            form: .uri,
            intent: try MerchantCode.readIntent(intent),
            amount: try MerchantCode.readAmount(
                digits: query.values(of: "amount").first, currency: query.values(of: "currency").first),
            merchant: try MerchantCode.readMerchant(query.values(of: "merchant").first),
            merchantName: nil)
    }

    /// Refuses all but `fex://pay` and `fex://pay/`: what stands elsewhere in a URI could only mislead a reader.
    private static func checkAddress(of uri: URIParts) throws(CodeError) {
        if !uri.isVisibleASCII, let oddity = InvisibleCharacters.firstOddity(in: uri.text) {
            throw .unreadable(.address, "\(oddity), not %-encoded")
        }
        guard let authority = uri.authority else { throw .unreadable(.address, "fex:// is expected, then pay") }
        guard !authority.utf8.contains(UInt8(ascii: "@")) else {
            throw .unreadable(.address, "there is a user name before an @")
        }
        guard !authority.utf8.contains(UInt8(ascii: ":")) else {
            throw .unreadable(.address, "there is a port number")
        }
        guard ASCII.lowercased(authority) == "pay" else {
            let shown = Wording.quoted(SecretText.shown(String(authority)), limit: 40)
            throw .unreadable(.address, "after fex:// pay is expected" + (shown.map { ", not \($0)" } ?? ""))
        }
        guard uri.path.isEmpty || uri.path == "/" else {
            throw .unreadable(.address, "there is a path after fex://pay")
        }
        guard uri.fragment == nil else { throw .unreadable(.address, "there is a fragment after a #") }
    }
}
