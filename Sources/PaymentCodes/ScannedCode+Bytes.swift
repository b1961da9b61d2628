import FexValues

extension ScannedCode {
    /// The text in the bytes of a code, as far as the code itself says how its text is written.
    ///
    /// Text that is UTF-8 is taken as that, whatever the code says: makers go on writing the old header over new text. Other
    /// text is of the character set that its format names or has by its standard, and else of ISO 8859-1, which a QR code's
    /// bytes are unless it says otherwise.
    ///
    /// - Parameter bytes: What a camera or a pipe gave.
    /// - Returns: `nil` where the bytes are no text: control characters stand among them.
    public static func text(of bytes: [UInt8]) -> String? {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        guard bytes.allSatisfy({ $0 >= 0x20 || (0x09...0x0D).contains($0) || (0x1C...0x1F).contains($0) })
        else { return nil }
        let code = bytes.drop { $0 <= 0x20 }
        if starts(code, with: "begin:v") { return ContentLine.text(of: code) }
        return charset(of: code).decoded(code)
    }

    /// The character set of a code that is not UTF-8.
    private static func charset(of code: ArraySlice<UInt8>) -> SingleByteCharset {
        switch code.first.map(ASCII.lowercased) {
        case UInt8(ascii: "b"):
            starts(code, with: "bcd") ? EPCTransfer.charset(of: code) ?? .latin1 : .latin1
        case UInt8(ascii: "u"):
            starts(code, with: "upnqr") ? .latin2 : .latin1
        case UInt8(ascii: "h"):
            starts(code, with: "hrvhub30") ? .latin2 : .latin1
        case UInt8(ascii: "k"):
            starts(code, with: "k:p") || starts(code, with: "k:ek") ? .windows1250 : .latin1
        case UInt8(ascii: "s"):
            starts(code, with: "st00013") ? .koi8r : starts(code, with: "st0001") ? .windows1251 : .latin1
        default: .latin1
        }
    }

    /// - Parameter prefix: In lower case.
    private static func starts(_ code: ArraySlice<UInt8>, with prefix: StaticString) -> Bool {
        code.count >= prefix.utf8CodeUnitCount && zip(code, "\(prefix)".utf8).allSatisfy { ASCII.lowercased($0) == $1 }
    }
}
