import FexValues

/// A payment scheme that uses EMVCo's codes, by what a merchant account in the code says of it.
struct EMVCoScheme {
    /// A scheme that isn't known here has the kind of EMVCo's codes.
    let kind: ForeignCode.Kind
    /// Who is paid, by a number or an account: `the e-wallet "…"`. It stands alone where the code has no name of theirs.
    let payee: String?
    /// What else is told.
    let told: [String?]

    private init(_ kind: ForeignCode.Kind, payee: String? = nil, told: [String?] = []) {
        (self.kind, self.payee, self.told) = (kind, payee, told)
    }

    /// No scheme that is known here.
    static let unknown = EMVCoScheme(.emvco)

    /// The scheme with an identifier; `nil` if it is none that is known here.
    ///
    /// - Parameters:
    ///   - identifier: Object 00 of the merchant account.
    ///   - account: The merchant account.
    ///   - additional: The template of tag 62: references.
    init?(_ identifier: String, _ account: TLV, _ additional: TLV?) {
        if ASCII.lowercased(identifier) == "br.gov.bcb.pix" {
            self.init(pix: account, additional)
        } else if EMVCoScheme.promptPayTransfers.contains(ASCII.lowercased(identifier)) {
            self.init(.promptpay, payee: EMVCoScheme.promptPayProxy(account))
        } else if EMVCoScheme.promptPayBills.contains(ASCII.lowercased(identifier)) {
            self.init(
                .promptpay, payee: account[1].phrase("the biller", plural: "billers"),
                told: [account[2].phrase("reference", plural: "references", of: .reference)])
        } else if let name = EMVCoScheme.names[ASCII.lowercased(identifier)] {
            let holder = name == "VietQR" ? account.template(1) : nil
            self.init(
                .emvco, payee: holder?[1].phrase("the account", plural: "accounts", of: .address), told: ["by \(name)"])
        } else {
            return nil
        }
    }

    /// Pix (Banco Central do Brasil, Manual de Padrões para Iniciação do Pix): a key, or the address that the payee's bank
    /// gives the payment at.
    private init(pix account: TLV, _ additional: TLV?) {
        let reference = additional?[5] ?? .absent
        kind = .pix
        payee = nil
        told = [
            account[1].phrase("key", plural: "keys", limit: 80, of: .reference),
            account[25].phrase("to be fetched from", plural: "addresses", limit: 100, of: .reference),
            // Three asterisks are what a code has that leaves the reference to the payer's bank.
            reference == .value("***") ? nil : reference.phrase("reference", plural: "references", of: .reference),
            account[2].phrase("for", plural: "purposes"),
        ]
    }

    /// PromptPay's applications (Bank of Thailand, Thai QR Code Payment Standard): a transfer that a merchant shows, or a
    /// customer.
    private static let promptPayTransfers: Set<String> = ["a000000677010111", "a000000677010114"]

    /// A bill, a payment that banks' own apps ask for, and a bill across borders.
    private static let promptPayBills: Set<String> = ["a000000677010112", "a000000677010113", "a000000677012006"]

    private static func promptPayProxy(_ account: TLV) -> String? {
        account[1].phrase("the mobile number", plural: "mobile numbers")
            ?? account[2].phrase("the tax number", plural: "tax numbers")
            ?? account[3].phrase("the e-wallet", plural: "e-wallets")
            ?? account[4].phrase("the account", plural: "accounts", of: .address)
    }

    /// Schemes of other countries, by their identifiers in lower case.
    private static let names = [
        "sg.paynow": "PayNow", "id.co.qris.www": "QRIS", "a000000727": "VietQR", "a0000006150001": "DuitNow",
        "com.p2pqrpay": "QR Ph", "ph.ppmi.p2m": "QR Ph", "hk.com.hkicl": "FPS", "a000000524": "BharatQR",
    ]
}
