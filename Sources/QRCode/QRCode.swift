import CQREncode

/// A QR code: a square of dark and light modules.
public struct QRCode: Hashable, Sendable {
    /// How much of a code may be spoilt and still be read.
    public enum Correction: Hashable, Sendable, CaseIterable {
        /// About 7 %; holds up to 2953 bytes.
        case low
        /// About 15 %; holds up to 2331 bytes.
        case medium
        /// About 25 %; holds up to 1663 bytes.
        case quartile
        /// About 30 %; holds up to 1273 bytes.
        case high
    }

    /// How many modules a side has, without the quiet zone: 21 to 177.
    public let size: Int
    private let modules: [Bool]

    /// The smallest code that holds a text, as UTF-8.
    ///
    /// - Throws: ``QRCodeError/empty``, ``QRCodeError/tooLong(bytes:limit:)``.
    public init(text: String, correction: Correction = .medium) throws(QRCodeError) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { throw .empty }
        guard bytes.count <= correction.byteLimit else {
            throw .tooLong(bytes: bytes.count, limit: correction.byteLimit)
        }
        let encoded = unsafe QRcode_encodeData(Int32(bytes.count), bytes, 0, correction.level)
        guard let encoded = unsafe encoded else { throw .encoderFailed }
        defer { unsafe QRcode_free(encoded) }
        let width = unsafe Int(encoded.pointee.width)
        // The lowest bit of each byte is the module; the others say what it is for.
        modules = (0..<width * width).map { unsafe encoded.pointee.data[$0] & 1 == 1 }
        size = width
    }

    /// Whether the module in column `x` of row `y` is dark; all outside, the quiet zone, is light.
    public subscript(x: Int, y: Int) -> Bool {
        guard (0..<size).contains(x), (0..<size).contains(y) else { return false }
        return modules[y * size + x]
    }
}

extension QRCode.Correction {
    /// The most bytes that a code of version 40 holds.
    fileprivate var byteLimit: Int {
        switch self {
        case .low: 2953
        case .medium: 2331
        case .quartile: 1663
        case .high: 1273
        }
    }

    fileprivate var level: QRecLevel {
        switch self {
        case .low: QR_ECLEVEL_L
        case .medium: QR_ECLEVEL_M
        case .quartile: QR_ECLEVEL_Q
        case .high: QR_ECLEVEL_H
        }
    }
}

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
