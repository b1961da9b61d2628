package import Foundation

/// The pages of an index in a SQLite file, for tests of what happens when an entry is missing.
package struct IndexPages {
    private static let size = 4096
    private let root: Int

    /// - Parameter root: The index's root page, as `sqlite_schema` has it.
    package init(root: Int) { self.root = root }

    /// The entries in the leaves of the index: the records as SQLite writes them.
    package func entries(in file: Data) -> [Data] { leaves(of: root, in: file).flatMap { cells(of: $0, in: file) } }

    /// Takes an entry out, as if it had never been there: to SQLite the pages are as sound as before.
    ///
    /// - Returns: Whether it was found, in a leaf that does not become empty.
    package func remove(_ entry: Data, from file: inout Data) -> Bool {
        for page in leaves(of: root, in: file) {
            var cells = cells(of: page, in: file)
            guard let index = cells.firstIndex(of: entry), cells.count > 1 || page == root else { continue }
            cells.remove(at: index)
            write(cells, to: page, of: &file)
            return true
        }
        return false
    }

    private func leaves(of page: Int, in file: Data) -> [Int] {
        let start = (page - 1) * Self.size
        guard file[start] == 0x02 else { return [page] }
        let children = pointers(of: page, header: 12, in: file).map { file.bigEndian(start + $0, 4) }
        return (children + [file.bigEndian(start + 8, 4)]).flatMap { leaves(of: $0, in: file) }
    }

    private func pointers(of page: Int, header: Int, in file: Data) -> [Int] {
        let start = (page - 1) * Self.size
        return (0..<file.bigEndian(start + 3, 2)).map { file.bigEndian(start + header + 2 * $0, 2) }
    }

    /// The cells of a leaf; none is so long that it would go on elsewhere.
    private func cells(of page: Int, in file: Data) -> [Data] {
        pointers(of: page, header: 8, in: file).map { pointer in
            var offset = (page - 1) * Self.size + pointer
            let begin = offset
            var length = 0
            repeat {
                length = length << 7 | Int(file[offset] & 0x7F)
                offset += 1
            } while file[offset - 1] >= 0x80
            return Data(file[begin..<offset + length])
        }
    }

    private func write(_ cells: [Data], to page: Int, of file: inout Data) {
        let start = (page - 1) * Self.size
        var (pointers, content) = (Data(), Data())
        for cell in cells {
            content = cell + content
            pointers.append(bigEndian: Self.size - content.count)
        }
        // No free blocks, as many cells, where they begin, no fragments.
        var head = Data([0x0A, 0, 0])
        head.append(bigEndian: cells.count)
        head.append(bigEndian: Self.size - content.count)
        head.append(0)
        let gap = Data(count: Self.size - head.count - pointers.count - content.count)
        file.replaceSubrange(start..<start + Self.size, with: head + pointers + gap + content)
    }
}

extension Data {
    fileprivate func bigEndian(_ offset: Int, _ length: Int) -> Int {
        self[offset..<offset + length].reduce(0) { $0 << 8 | Int($1) }
    }

    fileprivate mutating func append(bigEndian number: Int) {
        append(contentsOf: [UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF)])
    }
}
