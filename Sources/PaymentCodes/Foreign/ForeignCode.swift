import FexValues

/// A code that isn't Fex's: it can't be paid here, but it has a name, and something can be said of it.
public struct ForeignCode: Hashable, Sendable {
    /// The systems that are told apart; the raw values are what scripts read.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// A merchant-presented code of EMVCo's, of no scheme that has a kind of its own.
        case emvco
        /// Brazil's Pix.
        case pix
        /// Thailand's PromptPay.
        case promptpay
        /// A Swiss QR-bill.
        case swissQRBill = "swiss_qr_bill"
        /// A SEPA credit transfer by the European Payments Council's guideline EPC069-12 (Girocode).
        case epc
        /// India's UPI.
        case upi
        /// A Czech payment code (Short Payment Descriptor).
        case spayd
        /// Slovakia's PAY by square.
        case payBySquare = "pay_by_square"
        /// A Slovenian payment order (UPN QR).
        case upnQR = "upn_qr"
        /// A Croatian payment slip (HUB-3).
        case hub3
        /// Serbia's IPS QR code.
        case ipsRS = "ips_rs"
        /// A Russian payment code (GOST R 56042-2014).
        case st00012
        /// A payment in bitcoin, on its chain.
        case bitcoin
        /// A payment over Lightning.
        case lightning
        /// A payment on Ethereum or a chain like it.
        case ethereum
        /// A payment on Solana (Solana Pay).
        case solana
        /// A payment in litecoin.
        case litecoin
        /// A payment in dogecoin.
        case dogecoin
        /// A payment in monero.
        case monero
        /// A Cashu token: ecash, which whoever reads it can spend.
        case cashu
        /// GNU Taler.
        case taler
        /// Access to a Wi-Fi network.
        case wifi
        /// A contact card.
        case vcard
        /// The key of a second factor, for an app that makes one-time passwords.
        case otpauth
        /// A letter to write.
        case email
        /// A telephone number to call.
        case tel
        /// A short message to write.
        case sms
        /// A place on a map.
        case geo
        /// An entry for a calendar.
        case event
        /// What nobody else may see: a private key, or the words that a wallet is restored from.
        case secret
        /// A web address.
        case url
        /// Anything else.
        case text
    }

    /// The system it belongs to.
    public let kind: Kind

    /// What can be told of it, on one line that is fit to be shown: payee, amount, network.
    ///
    /// Texts that the code's maker chose stand in quotation marks. Secrets in a code, such as a network's password, are
    /// left out.
    public let summary: String

    /// Whether the checksum in the code fits; `nil` where the format has none, or none that is looked at.
    ///
    /// A checksum tells a misread or damaged code. It is no sign that a code is honest.
    public let checksumValid: Bool?

    /// The name of the kind, for people.
    public var name: String { kind.name }

    /// A code of a kind.
    ///
    /// - Parameters:
    ///   - kind: The system it belongs to.
    ///   - told: What is said of it, in order; joined by commas and cleaned.
    ///   - checksumValid: Whether its checksum fits; where it doesn't, the summary says so.
    init(_ kind: Kind, told: [String?], checksumValid: Bool? = nil) {
        self.kind = kind
        self.checksumValid = checksumValid
        var parts = told.compactMap(\.self)
        if checksumValid == false { parts.append("its checksum does not fit, so it is damaged or was misread") }
        self.summary = PlainText.clean(parts.joined(separator: ", "))
    }
}

extension ForeignCode.Kind {
    /// The name for people: `"Swiss QR-bill"`.
    public var name: String {
        switch self {
        case .emvco: "EMVCo merchant code"
        case .pix: "Pix"
        case .promptpay: "PromptPay"
        case .swissQRBill: "Swiss QR-bill"
        case .epc: "SEPA transfer (EPC QR code)"
        case .upi: "UPI"
        case .spayd: "Czech payment code (SPAYD)"
        case .payBySquare: "PAY by square"
        case .upnQR: "UPN QR"
        case .hub3: "HUB-3 payment slip"
        case .ipsRS: "IPS QR code"
        case .st00012: "Russian payment code (GOST R 56042)"
        case .bitcoin: "Bitcoin"
        case .lightning: "Lightning"
        case .ethereum: "Ethereum"
        case .solana: "Solana"
        case .litecoin: "Litecoin"
        case .dogecoin: "Dogecoin"
        case .monero: "Monero"
        case .cashu: "Cashu token"
        case .taler: "GNU Taler"
        case .wifi: "Wi-Fi network"
        case .vcard: "Contact card"
        case .otpauth: "Second factor's key"
        case .email: "E-mail"
        case .tel: "Telephone number"
        case .sms: "Short message"
        case .geo: "Place"
        case .event: "Calendar entry"
        case .secret: "Secret"
        case .url: "Web address"
        case .text: "Text"
        }
    }
}
