extension MerchantCode {
    /// The scheme of Fex codes. Whatever has it is ours, and is in order or in error, but never another system's.
    static let scheme = "fex"

    /// The parameters that mean something to us; others are for later versions and are passed over.
    private static let knownParameters: [(name: String, field: CodeError.Field)] = [
        ("intent", .intent), ("amount", .amount), ("currency", .currency), ("merchant", .merchant),
    ]

    /// The merchant code in a URI of our scheme.
    init(uri: URIParts) throws(CodeError) {
        try MerchantCode.checkAddress(of: uri)
        let query = URIQuery(uri.query ?? "")
        guard !query.hasBrokenPart else {
            throw .unreadable(.parameters, "there is a % that two hexadecimal digits of UTF-8 text don't follow")
        }
        for (name, field) in MerchantCode.knownParameters where query.count(of: name) > 1 {
            throw .unreadable(field, "it is there \(query.count(of: name)) times")
        }
        guard let intent = query.first(of: "intent") else { throw .unreadable(.intent, "it is missing") }
        self.init(
            form: .uri,
            intent: try MerchantCode.readIntent(intent),
            amount: try MerchantCode.readAmount(
                digits: query.first(of: "amount"), currency: query.first(of: "currency")),
            merchant: try MerchantCode.readMerchant(ifPresent: query.first(of: "merchant")),
            merchantName: nil)
    }

    private static func readMerchant(ifPresent text: String?) throws(CodeError) -> MerchantID? {
        guard let text else { return nil }
        return try readMerchant(text)
    }

    /// Refuses all but `fex://pay` and `fex://pay/`: what stands elsewhere in a URI could only mislead a reader.
    private static func checkAddress(of uri: URIParts) throws(CodeError) {
        guard uri.isVisibleASCII else {
            throw .unreadable(.address, "there are spaces, or characters beyond ASCII, that are not %-encoded")
        }
        guard let authority = uri.authority else { throw .unreadable(.address, "fex:// is expected, then pay") }
        guard !authority.utf8.contains(UInt8(ascii: "@")) else {
            throw .unreadable(.address, "there is a user name before an @")
        }
        guard !authority.utf8.contains(UInt8(ascii: ":")) else {
            throw .unreadable(.address, "there is a port number")
        }
        guard ASCII.lowercased(authority) == "pay" else {
            let shown = PlainText.clean(String(authority), limit: 40)
            throw .unreadable(.address, "after fex:// pay is expected, not \"\(shown)\"")
        }
        guard uri.path.isEmpty || uri.path == "/" else {
            throw .unreadable(.address, "there is a path after fex://pay")
        }
        guard uri.fragment == nil else { throw .unreadable(.address, "there is a fragment after a #") }
    }
}
