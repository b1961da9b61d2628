/// A format of another system: reads a text, and tells what it says.
protocol ForeignFormat {
    /// The code in a text, or `nil` if the text as a whole isn't of this format.
    ///
    /// A text that plainly is of the format but damaged is read, and told as damaged.
    init?(_ text: String)

    /// What is told of the code.
    var foreignCode: ForeignCode { get }
}

extension ForeignCode {
    /// No text is of two of these formats: each begins in its own way.
    private static var formats: [any ForeignFormat.Type] {
        [
            EMVCoCode.self, SwissQRBill.self, EPCTransfer.self, UPILink.self, ShortPaymentDescriptor.self,
            PayBySquare.self, SlovenianPaymentOrder.self, CroatianPaymentSlip.self, SerbianIPSCode.self,
            RussianPaymentCode.self, BitcoinRequest.self, LightningRequest.self, EthereumRequest.self, TalerLink.self,
            WiFiNetwork.self, ContactCard.self, OneTimePasswordKey.self, EmailMessage.self, PhoneNumber.self,
            ShortMessage.self, Place.self, CalendarEntry.self, WebAddress.self,
        ]
    }

    /// The code that a text is; text, if it is none.
    ///
    /// - Parameter text: At most ``ScannedCode/maximumLength`` characters, without white space at its ends.
    init(naming text: String) {
        for format in ForeignCode.formats {
            if let code = format.init(text) {
                self = code.foreignCode
                return
            }
        }
        self = ForeignCode(text: text)
    }

    private init(text: String) {
        // Links carry secrets: otpauth: has the key of somebody's second factor in it.
        let hasSpace = text.unicodeScalars.contains { $0.properties.isWhitespace }
        if let uri = URIParts(text), uri.authority != nil || !hasSpace {
            self.init(.text, told: ["a link of the kind \(Wording.quoted(uri.scheme, limit: 30) ?? "")"])
        } else {
            self.init(.text, told: [Wording.quoted(text, limit: 120) ?? "nothing that could be shown"])
        }
    }
}
