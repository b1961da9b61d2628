import FexValues
import Foundation

extension FuzzTarget {
    /// JSON: what is read is written as what was read, and Foundation agrees on what is JSON.
    static let json = FuzzTarget(
        name: "json", maximumLength: 4096, seeds: { try corpus("json.txt") + corpus("documents.txt") },
        run: { bytes in
            let value = try? JSON(parsing: bytes)
            if let value {
                let text = value.text
                hold((try? JSON(parsing: text)) == value, "the text is another value's")
                hold(!text.unicodeScalars.contains(where: steers), "the text can steer a terminal")
                hold(value.textSize(atMost: .max) == text.utf8.count, "the text has another size")
            }
            // Foundation also reads other encodings, and nests deeper; of halves of surrogate pairs it has a view of its own.
            guard bytes.allSatisfy({ (0x20...0x7E).contains($0) }), !bytes.contains(UInt8(ascii: "\\")),
                bytes.count <= JSON.maximumDepth
            else { return }
            let theirs = (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil
            // It has no number for 1e999.
            let hasExponent = bytes.contains { $0 | 0x20 == UInt8(ascii: "e") }
            // And it takes a comma for granted before a closing brace or bracket.
            let text = String(decoding: bytes, as: UTF8.self).replacing(" ", with: "")
            let hasSpareComma = text.contains(",}") || text.contains(",]")
            hold(
                (value != nil) == theirs || (value != nil ? hasExponent : hasSpareComma),
                "Foundation does not agree that it is JSON")
        })

    /// Whether a scalar moves a cursor, ends a line or turns the direction of what follows.
    private static func steers(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: scalar.properties.isBidiControl
        }
    }
}
