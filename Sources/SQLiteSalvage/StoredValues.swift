import Foundation
import GRDB

extension [UInt8] {
    /// A big-endian number; `nil` where it would reach past the end.
    func number(_ offset: Int, _ length: Int) -> Int? {
        guard offset >= 0, offset + length <= count else { return nil }
        return self[offset..<offset + length].reduce(0) { $0 << 8 | Int($1) }
    }

    /// A number as SQLite packs it into one to nine bytes.
    func varint(_ offset: inout Int) -> Int64? {
        var value: UInt64 = 0
        for index in 0..<9 {
            guard offset < count else { return nil }
            let byte = UInt64(self[offset])
            offset += 1
            if index == 8 { return Int64(bitPattern: value << 8 | byte) }
            value = value << 7 | byte & 0x7F
            if byte < 0x80 { break }
        }
        return Int64(bitPattern: value)
    }

    /// The values of a record; `nil` if it is none.
    func storedValues() -> [DatabaseValue]? {
        var offset = 0
        guard let header = varint(&offset), header > 0, header <= count else { return nil }
        var body = Int(header)
        var values: [DatabaseValue] = []
        while offset < Int(header) {
            guard let type = varint(&offset), type >= 0, let value = storedValue(type, &body) else { return nil }
            values.append(value)
        }
        return offset == Int(header) && body == count ? values : nil
    }

    private func storedValue(_ type: Int64, _ offset: inout Int) -> DatabaseValue? {
        let lengths = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0]
        guard type < 10 || (type >= 12 && type < 1 << 27) else { return nil }
        let length = type < 10 ? lengths[Int(type)] : Int(type - 12) / 2
        guard offset + length <= count else { return nil }
        let bytes = self[offset..<offset + length]
        offset += length
        switch type {
        case 0: return .null
        case 8, 9: return (type - 8).databaseValue
        case 1...7:
            let negative: UInt64 = type < 7 && bytes.first! >= 0x80 ? .max : 0
            let bits = bytes.reduce(negative) { $0 << 8 | UInt64($1) }
            return type == 7 ? Double(bitPattern: bits).databaseValue : Int64(bitPattern: bits).databaseValue
        case let type where type % 2 == 0: return Data(bytes).databaseValue
        // What is no text is given as its bytes: the row has other values.
        default: return String(validating: bytes, as: UTF8.self)?.databaseValue ?? Data(bytes).databaseValue
        }
    }
}
