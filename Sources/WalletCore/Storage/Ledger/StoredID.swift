import FexValues
import Foundation
import GRDB

/// An id as a column of the ledger holds it: a UUID in lower case as its 16 bytes, anything else as its text.
///
/// There are several to each row and its indexes: the text of a UUID would be more than half of the file.
struct StoredID: Hashable, Sendable {
    let text: String
    /// Whether it was read as the bytes of a UUID, whose text is an id.
    private let isUUID: Bool

    init<Of>(_ id: OpaqueID<Of>) { self.init(text: id.rawValue) }

    static func == (left: StoredID, right: StoredID) -> Bool { left.text == right.text }

    func hash(into hasher: inout Hasher) { hasher.combine(text) }

    /// The id it is.
    func id<Of>() throws -> OpaqueID<Of> {
        if isUUID { return OpaqueID(written: text) }
        guard let id = OpaqueID<Of>(text) else { throw StorageError.damage("ledger_transaction.id") }
        return id
    }
}

extension StoredID: DatabaseValueConvertible {
    var databaseValue: DatabaseValue { StoredID.bytes(of: text)?.databaseValue ?? text.databaseValue }

    static func fromDatabaseValue(_ value: DatabaseValue) -> StoredID? {
        switch value.storage {
        case .string(let text): StoredID(text: text)
        case .blob(let bytes): bytes.count == 16 ? StoredID(text: text(ofUUID: Array(bytes)), isUUID: true) : nil
        default: nil
        }
    }

    /// The 16 bytes of a UUID.
    init(uuid bytes: UnsafeRawBufferPointer) {
        text = unsafe StoredID.text(ofUUID: bytes)
        isUUID = true
    }

    init(text: String) {
        self.text = text
        isUUID = false
    }

    private init(text: String, isUUID: Bool) {
        self.text = text
        self.isUUID = isUUID
    }

    private static func isDashBefore(_ byte: Int) -> Bool { byte == 4 || byte == 6 || byte == 8 || byte == 10 }

    private static func text(ofUUID bytes: some RandomAccessCollection<UInt8>) -> String {
        func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
        return unsafe String(unsafeUninitializedCapacity: 36) { text in
            var end = 0
            for (number, byte) in bytes.enumerated() {
                if isDashBefore(number) {
                    unsafe text[end] = UInt8(ascii: "-")
                    end += 1
                }
                unsafe text[end] = digit(byte >> 4)
                unsafe text[end + 1] = digit(byte & 15)
                end += 2
            }
            return end
        }
    }

    /// The two halves of the number that a UUID in lower case is; `nil` for any other id.
    var halves: (high: UInt64, low: UInt64)? {
        guard text.utf8.count == 36 else { return nil }
        var (high, low): (UInt64, UInt64) = (0, 0)
        for (offset, character) in text.utf8.enumerated() {
            if offset == 8 || offset == 13 || offset == 18 || offset == 23 {
                guard character == UInt8(ascii: "-") else { return nil }
                continue
            }
            let digit: UInt8
            switch character {
            case 0x30...0x39: digit = character - 0x30
            case 0x61...0x66: digit = character - 0x57
            default: return nil
            }
            high = high << 4 | low >> 60
            low = low << 4 | UInt64(digit)
        }
        return (high, low)
    }

    private static func bytes(of text: String) -> Data? {
        StoredID(text: text).halves.map { halves in
            unsafe withUnsafeBytes(of: (halves.high.bigEndian, halves.low.bigEndian)) { unsafe Data($0) }
        }
    }
}
