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
        let code = visible(bytes[...])
        if starts(code, with: "begin:v") { return ContentLine.text(of: code) }
        return charset(of: code).decoded(code)
    }

    /// The bytes without those at their ends that nobody sees as text: of UTF-8, as marks of byte order are, and of the
    /// character sets with one byte a character, which all have a no-break space and a soft hyphen in two places.
    private static func visible(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var rest = bytes
        while let first = rest.first {
            let length = (2...4).first { isInvisible(rest.prefix($0)) }
            guard first <= 0x20 || first == 0xA0 || first == 0xAD || length != nil else { break }
            rest = rest.dropFirst(length ?? 1)
        }
        var end = rest
        while let last = end.last {
            let length = (2...4).first { isInvisible(end.suffix($0)) }
            guard last <= 0x20 || length != nil else { break }
            end = end.dropLast(length ?? 1)
            // White space at the end is the text's own.
            if length != nil { rest = end }
        }
        return rest
    }

    /// Whether some bytes are one character of UTF-8 that nobody sees.
    private static func isInvisible(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.allSatisfy({ $0 >= 0x80 }), let text = String(validating: bytes, as: UTF8.self) else {
            return false
        }
        return text.unicodeScalars.count == 1 && text.unicodeScalars.allSatisfy(InvisibleCharacters.contains)
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
