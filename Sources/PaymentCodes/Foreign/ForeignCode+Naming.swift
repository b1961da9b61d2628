import FexValues

/// A format of another system: reads a text, and tells what it says.
protocol ForeignFormat: SendableMetatype {
    /// What every text of the format begins with, upper and lower case being one; none where it may begin with anything.
    ///
    /// The format is tried only for texts whose first byte is that of one of them.
    static var beginnings: [String] { get }

    /// The code in a text, or `nil` if the text as a whole isn't of this format.
    ///
    /// A text that plainly is of the format but damaged is read, and told as damaged.
    init?(_ text: String)

    /// What is told of the code.
    var foreignCode: ForeignCode { get }
}

extension ForeignFormat {
    static var beginnings: [String] { [] }
}

extension ForeignCode {
    /// In the order in which they are tried. No text is of two of these formats: each begins in its own way.
    private static let formats: [any ForeignFormat.Type] = [
        // Before all others, so that nothing tells what is in one.
        SecretText.self,
        EMVCoCode.self, SwissQRBill.self, EPCTransfer.self, UPILink.self, ShortPaymentDescriptor.self,
        PayBySquare.self, SlovenianPaymentOrder.self, CroatianPaymentSlip.self, SerbianIPSCode.self,
        RussianPaymentCode.self,
        BitcoinRequest.self, LightningRequest.self, EthereumRequest.self, SolanaRequest.self, LitecoinRequest.self,
        DogecoinRequest.self, MoneroRequest.self, CashuToken.self, TalerLink.self,
        WiFiNetwork.self, ContactCard.self, OneTimePasswordKey.self, EmailMessage.self, PhoneNumber.self,
        ShortMessage.self, Place.self, CalendarEntry.self, WebAddress.self,
    ]

    /// The formats that a text may be of, by its first byte, letters in lower case.
    private static let formatsByFirstByte: [[any ForeignFormat.Type]] = (0...UInt8.max).map { byte in
        formats.filter { format in
            let firstBytes = format.beginnings.map { ASCII.lowercased($0.utf8.first ?? 0) }
            return firstBytes.isEmpty || firstBytes.contains(byte)
        }
    }

    /// The fewest characters of a code that stands bare, without a scheme.
    static let shortestBareCode = 20

    /// The code that a text is; text, if it is none.
    ///
    /// What hides a prefix must not uncover what stands behind it: a text with characters that nobody sees is also read
    /// without them.
    ///
    /// - Parameter text: At most ``ScannedCode/maximumLength`` characters, without white space at its ends.
    init(naming text: String) {
        let code = ForeignCode(asWritten: text)
        let unbroken = InvisibleCharacters.unbroken(text)
        guard unbroken.utf8.count != text.utf8.count else {
            self = code
            return
        }
        let other = ForeignCode(asWritten: unbroken)
        self = ForeignCode.withholding.contains(other.kind) ? other : code
    }

    /// The kinds whose codes have parts that are not shown.
    private static let withholding: Set<Kind> = [.secret, .cashu, .wifi, .otpauth, .taler, .lightning]

    private init(asWritten text: String) {
        let first = text.utf8.first.map(ASCII.lowercased) ?? 0
        for format in ForeignCode.formatsByFirstByte[Int(first)] {
            if let code = format.init(text) {
                self = code.foreignCode
                return
            }
        }
        self = ForeignCode(text: text)
    }

    private init(text: String) {
        if let held = SecretText(heldBy: text) {
            self = held.foreignCode
            return
        }
        // Links carry secrets, and so do links of kinds that aren't known here.
        let unbroken = InvisibleCharacters.unbroken(text)
        let hasSpace = unbroken.unicodeScalars.contains { $0.properties.isWhitespace }
        if let uri = URIParts(unbroken), uri.authority != nil || !hasSpace {
            let kind = Wording.quoted(SecretText.shown(uri.scheme), limit: 30) ?? ""
            self.init(.text, told: ["a link of the kind \(kind)"])
        } else {
            let shown = Wording.quoted(SecretText.shown(text), limit: 120)
            self.init(.text, told: [shown ?? "nothing that could be shown"])
        }
    }
}
