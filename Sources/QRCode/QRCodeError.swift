/// Why a text can't be a QR code.
public enum QRCodeError: Error, Hashable, Sendable {
    /// There is no text.
    case empty
    /// The text has more bytes of UTF-8 than a code of that correction holds.
    case tooLong(bytes: Int, limit: Int)
    /// The encoder failed, which takes a lack of memory.
    case encoderFailed
}

extension QRCodeError: CustomStringConvertible {
    /// The error as a sentence; it does not repeat the text.
    public var description: String {
        switch self {
        case .empty: "there is no text to encode"
        case .tooLong(let bytes, let limit):
            "the text has \(bytes) bytes, and a QR code of this correction holds \(limit)"
        case .encoderFailed: "the QR code could not be encoded"
        }
    }
}
