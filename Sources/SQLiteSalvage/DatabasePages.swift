package import Foundation

/// The pages of a database file and of its write-ahead log, read without SQLite's help.
///
/// SQLite gives up on a file whose first page is gone, and on a table at the first page that it can't read; and of a log it
/// reads nothing behind the first frame that isn't sound. Here each page stands for itself. The formats are those of
/// https://www.sqlite.org/fileformat2.html.
package struct DatabasePages {
    /// What a page has in all databases of this wallet.
    package static let size = 4096
    private static let frame = size + 24

    /// Reads bytes of the file.
    private let read: (Range<Int>) -> [UInt8]?
    private let fileSize: Int
    private let log: Data
    /// Where in the log the last committed form of a page is.
    private var offsets: [Int: Int] = [:]
    /// How many pages there are.
    private(set) var count: Int

    package init(main: Data, log: Data) {
        self.init(fileSize: main.count, log: log) { [UInt8](main[$0]) }
    }

    /// - Parameter read: Gives bytes of the file, or `nil` where they can't be read.
    package init(fileSize: Int, log: Data, read: @escaping (Range<Int>) -> [UInt8]?) {
        self.fileSize = fileSize
        self.log = log
        self.read = read
        count = (fileSize + Self.size - 1) / Self.size
        readLog()
    }

    /// The database as one file, without a log of its own.
    package var image: [UInt8] {
        var image: [UInt8] = []
        image.reserveCapacity(count * Self.size)
        for number in stride(from: 1, through: count, by: 1) {
            image += page(number) ?? [UInt8](repeating: 0, count: Self.size)
        }
        // The versions of the format for writing and for reading: 2 would have SQLite look for a log.
        if image.count > 20 { image.replaceSubrange(18..<20, with: [1, 1]) }
        return image
    }

    /// The bytes of a page; `nil` where there is none.
    func page(_ number: Int) -> [UInt8]? {
        guard number >= 1, number <= count else { return nil }
        if let offset = offsets[number] { return [UInt8](log[offset..<offset + Self.size]) }
        let start = (number - 1) * Self.size
        guard start < fileSize, let bytes = read(start..<min(start + Self.size, fileSize)) else { return nil }
        return bytes + [UInt8](repeating: 0, count: Self.size - bytes.count)
    }

    private mutating func readLog() {
        guard log.count >= 32 + Self.frame else { return }
        let header = [UInt8](log[0..<32])
        var salts = sum(header[0..<24], after: (0, 0)) == (word(header, 24), word(header, 28)) ? header[16..<24] : nil
        var before = header[24..<32]
        var found: [(page: Int, offset: Int)] = []
        var committed = 0
        for start in stride(from: 32, through: log.count - Self.frame, by: Self.frame) {
            let head = [UInt8](log[start..<start + 24])
            defer { before = head[16..<24] }
            guard salts == nil || salts == head[8..<16] else { continue }
            // A sum goes on from that of the frame before, so each can be told to be sound by itself.
            let content = [UInt8](log[start + 24..<start + Self.frame])
            let seed = (word(Array(before), 0), word(Array(before), 4))
            let total = sum(content[...], after: sum(head[0..<8], after: seed))
            guard total == (word(head, 16), word(head, 20)) else { continue }
            salts = salts ?? head[8..<16]
            found.append((Int(word(head, 0)), start + 24))
            let size = Int(word(head, 4))
            if size > 0 {
                committed = found.count
                count = size
            }
        }
        // No more pages than there can be, whatever a damaged log says.
        count = min(count, max((fileSize + Self.size - 1) / Self.size, found.prefix(committed).map(\.page).max() ?? 0))
        for (page, offset) in found.prefix(committed) { offsets[page] = offset }
    }

    private func word(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
        bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The log's checksum, of words as a device of today writes them.
    private func sum(_ bytes: ArraySlice<UInt8>, after seed: (UInt32, UInt32)) -> (UInt32, UInt32) {
        unsafe bytes.withUnsafeBytes { bytes in
            var (first, second) = seed
            for offset in stride(from: 0, to: bytes.count, by: 8) {
                let left = unsafe UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
                let right = unsafe UInt32(
                    littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
                first &+= left &+ second
                second &+= right &+ first
            }
            return (first, second)
        }
    }
}
