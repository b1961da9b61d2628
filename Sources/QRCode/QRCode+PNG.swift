public import Foundation

extension QRCode {
    /// The code as a PNG image, black on white, one bit a pixel.
    ///
    /// - Parameters:
    ///   - scale: The pixels that a side of a module has; at least 1.
    ///   - quietZone: The light modules around the code, which readers need; four by the standard.
    public func png(scale: Int = 8, quietZone: Int = 4) -> Data {
        let scale = max(scale, 1)
        let margin = max(quietZone, 0)
        let side = (size + 2 * margin) * scale
        var image = BilevelPNG(width: side, height: side)
        for y in -margin..<size + margin {
            // All pixel rows of one row of modules are the same.
            var row = BilevelPNG.Row(width: side)
            for x in 0..<size where self[x, y] {
                row.darken((x + margin) * scale..<(x + margin + 1) * scale)
            }
            for _ in 0..<scale { image.append(row) }
        }
        return image.encoded()
    }
}

/// A black and white PNG image, written row by row. It is not compressed: a code is small, and this needs no zlib.
struct BilevelPNG {
    /// A row of pixels, white at first.
    struct Row {
        fileprivate var bytes: [UInt8]

        init(width: Int) {
            bytes = Array(repeating: 0xFF, count: (width + 7) / 8)
        }

        /// Makes pixels black.
        mutating func darken(_ pixels: Range<Int>) {
            for pixel in pixels { bytes[pixel / 8] &= ~(0x80 >> UInt8(pixel % 8)) }
        }
    }

    private let width: Int
    private let height: Int
    private var scanlines: [UInt8] = []

    /// An image that is yet to get as many rows as it is high.
    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        scanlines.reserveCapacity(height * ((width + 7) / 8 + 1))
    }

    /// Adds a row below the others.
    mutating func append(_ row: Row) {
        scanlines.append(0)  // filter: none
        scanlines.append(contentsOf: row.bytes)
    }

    /// The file.
    func encoded() -> Data {
        var file = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        // Depth 1, colour type 0 (grey), deflate, the standard filters, not interlaced.
        Self.append("IHDR", UInt32(width).bigEndianBytes + UInt32(height).bigEndianBytes + [1, 0, 0, 0, 0], to: &file)
        Self.append("IDAT", Self.zlibStream(of: scanlines), to: &file)
        Self.append("IEND", [], to: &file)
        return file
    }

    private static func append(_ type: String, _ content: [UInt8], to file: inout Data) {
        let checked = Array(type.utf8) + content
        file.append(contentsOf: UInt32(content.count).bigEndianBytes)
        file.append(contentsOf: checked)
        file.append(contentsOf: Checksum.crc32(checked).bigEndianBytes)
    }

    /// The bytes as stored blocks of deflate (RFC 1951, 3.2.4) in a zlib stream (RFC 1950).
    private static func zlibStream(of bytes: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        for start in stride(from: 0, to: bytes.count, by: 0xFFFF) {
            let block = bytes[start..<min(start + 0xFFFF, bytes.count)]
            let length = UInt16(block.count)
            stream.append(block.endIndex == bytes.count ? 1 : 0)
            stream += [UInt8(length & 0xFF), UInt8(length >> 8), UInt8(~length & 0xFF), UInt8(~length >> 8)]
            stream += block
        }
        return stream + Checksum.adler32(bytes).bigEndianBytes
    }
}

extension UInt32 {
    fileprivate var bigEndianBytes: [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: self >> UInt32($0)) }
    }
}

/// The two checksums that a PNG file carries.
enum Checksum {
    private static let crcTable: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in
            value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1
        }
    }

    /// CRC-32 of ISO 3309, over each chunk.
    static func crc32(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(0xFFFF_FFFF) { crc, byte in
            crcTable[Int((crc ^ UInt32(byte)) & 0xFF)] ^ (crc >> 8)
        }
    }

    /// Adler-32 of RFC 1950, over the image.
    static func adler32(_ bytes: [UInt8]) -> UInt32 {
        var low: UInt32 = 1
        var high: UInt32 = 0
        for byte in bytes {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        return high << 16 | low
    }
}
