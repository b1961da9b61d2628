import FexValues

/// A code that isn't Fex's: it can't be paid here, but it has a name, and something can be said of it.
public struct ForeignCode: Hashable, Sendable {
    /// A system that codes are told apart by. Further ones are added as codes of theirs are read.
    public struct Kind: Hashable, Sendable, CaseIterable {
        /// The word that scripts read, in snake case: `swiss_qr_bill`.
        public let rawValue: String
        /// The name for people, in English: `Swiss QR-bill`.
        public let name: String

        private init(_ rawValue: String, _ name: String) {
            self.rawValue = rawValue
            self.name = name
        }

        /// A merchant-presented code of EMVCo's, of no scheme that has a kind of its own.
        public static let emvco = Kind("emvco", "EMVCo merchant code")
        /// Brazil's Pix.
        public static let pix = Kind("pix", "Pix")
        /// Thailand's PromptPay.
        public static let promptpay = Kind("promptpay", "PromptPay")
        /// A Swiss QR-bill.
        public static let swissQRBill = Kind("swiss_qr_bill", "Swiss QR-bill")
        /// A SEPA credit transfer by the European Payments Council's guideline EPC069-12 (Girocode).
        public static let epc = Kind("epc", "SEPA transfer (EPC QR code)")
        /// India's UPI.
        public static let upi = Kind("upi", "UPI")
        /// A Czech payment code (Short Payment Descriptor).
        public static let spayd = Kind("spayd", "Czech payment code (SPAYD)")
        /// Slovakia's PAY by square.
        public static let payBySquare = Kind("pay_by_square", "PAY by square")
        /// A Slovenian payment order (UPN QR).
        public static let upnQR = Kind("upn_qr", "UPN QR")
        /// A Croatian payment slip (HUB-3).
        public static let hub3 = Kind("hub3", "HUB-3 payment slip")
        /// Serbia's IPS QR code.
        public static let ipsRS = Kind("ips_rs", "IPS QR code")
        /// A Russian payment code (GOST R 56042-2014).
        public static let st00012 = Kind("st00012", "Russian payment code (GOST R 56042)")
        /// A payment in bitcoin, on its chain.
        public static let bitcoin = Kind("bitcoin", "Bitcoin")
        /// A payment over Lightning.
        public static let lightning = Kind("lightning", "Lightning")
        /// A payment on Ethereum or a chain like it.
        public static let ethereum = Kind("ethereum", "Ethereum")
        /// A payment on Solana (Solana Pay).
        public static let solana = Kind("solana", "Solana")
        /// A payment in litecoin.
        public static let litecoin = Kind("litecoin", "Litecoin")
        /// A payment in dogecoin.
        public static let dogecoin = Kind("dogecoin", "Dogecoin")
        /// A payment in monero.
        public static let monero = Kind("monero", "Monero")
        /// A Cashu token: ecash, which whoever reads it can spend.
        public static let cashu = Kind("cashu", "Cashu token")
        /// GNU Taler.
        public static let taler = Kind("taler", "GNU Taler")
        /// Access to a Wi-Fi network.
        public static let wifi = Kind("wifi", "Wi-Fi network")
        /// A contact card.
        public static let vcard = Kind("vcard", "Contact card")
        /// The key of a second factor, for an app that makes one-time passwords.
        public static let otpauth = Kind("otpauth", "Second factor's key")
        /// An e-mail to write: its address, and perhaps its text.
        public static let email = Kind("email", "E-mail")
        /// A telephone number to call.
        public static let tel = Kind("tel", "Telephone number")
        /// A short message to write.
        public static let sms = Kind("sms", "Short message")
        /// A place on a map.
        public static let geo = Kind("geo", "Place")
        /// An entry for a calendar.
        public static let event = Kind("event", "Calendar entry")
        /// What nobody else may see: a private key, or the words that a wallet is restored from.
        public static let secret = Kind("secret", "Secret")
        /// A web address.
        public static let url = Kind("url", "Web address")
        /// Anything else.
        public static let text = Kind("text", "Text")

        /// All that are told apart by this version; what is none of them is ``text``.
        public static let allCases: [Kind] = [
            .emvco, .pix, .promptpay, .swissQRBill, .epc, .upi, .spayd, .payBySquare, .upnQR, .hub3, .ipsRS,
            .st00012, .bitcoin, .lightning, .ethereum, .solana, .litecoin, .dogecoin, .monero, .cashu, .taler, .wifi,
            .vcard, .otpauth, .email, .tel, .sms, .geo, .event, .secret, .url, .text,
        ]
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

    /// The name of the kind, for people: `Swiss QR-bill`.
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
