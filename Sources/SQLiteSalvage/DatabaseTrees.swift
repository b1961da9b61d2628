import Foundation
package import GRDB

/// The rows in a database's pages, as far as they can be read.
package struct DatabaseTrees {
    /// A row with its values, in the order of the columns.
    package struct Row {
        package var rowid: Int64
        package var values: [DatabaseValue]
    }

    private let pages: DatabasePages
    /// Pages that some tree has, or that are free.
    private var known: Set<Int> = []

    package init(_ pages: DatabasePages) {
        self.pages = pages
        noteFreePages()
    }

    /// The rows of a table.
    ///
    /// - Returns: What was read, and whether that is all of it.
    package mutating func read(root: Int) -> (rows: [Row], isWhole: Bool) {
        var rows: [Row] = []
        var isWhole = true
        var waiting = [root]
        while let number = waiting.popLast() {
            guard known.insert(number).inserted, let page = TreePage(number, pages.page(number)) else {
                isWhole = false
                continue
            }
            switch page.content {
            case .branches(let children): waiting += children.reversed()
            case .rows(let cells): isWhole = read(cells, of: page, into: &rows) && isWhole
            }
            isWhole = isWhole && page.isWhole
        }
        return (rows, isWhole)
    }

    /// Takes note of the pages of a table that nobody wants to read.
    package mutating func pass(root: Int) {
        var waiting = [root]
        while let number = waiting.popLast() {
            guard known.insert(number).inserted, let page = TreePage(number, pages.page(number)) else { continue }
            if case .branches(let children) = page.content { waiting += children }
        }
    }

    /// The rows in pages that no tree that was read has: the way to them may be what is damaged.
    package mutating func readStrays(_ take: (Row) -> Void) {
        var rows: [Row] = []
        for number in stride(from: 2, through: pages.count, by: 1) where !known.contains(number) {
            guard let page = TreePage(number, pages.page(number)), case .rows(let cells) = page.content else {
                continue
            }
            rows.removeAll(keepingCapacity: true)
            _ = read(cells, of: page, into: &rows)
            rows.forEach(take)
        }
    }

    private mutating func read(_ cells: [Int], of page: TreePage, into rows: inout [Row]) -> Bool {
        var isWhole = true
        for offset in cells {
            if let row = readRow(page.bytes, offset) { rows.append(row) } else { isWhole = false }
        }
        return isWhole
    }

    private mutating func readRow(_ bytes: [UInt8], _ start: Int) -> Row? {
        var offset = start
        guard let size = bytes.varint(&offset), let rowid = bytes.varint(&offset), size > 0, size < 1 << 26 else {
            return nil
        }
        let (usable, most) = (DatabasePages.size, DatabasePages.size - 35)
        let least = (usable - 12) * 32 / 255 - 23
        let part = least + (Int(size) - least) % (usable - 4)
        let local = Int(size) <= most ? Int(size) : part <= most ? part : least
        guard offset + local <= bytes.count else { return nil }
        var payload = Array(bytes[offset..<offset + local])
        var next = local < Int(size) ? bytes.number(offset + local, 4) : 0
        var seen: Set<Int> = []
        while payload.count < Int(size) {
            guard let number = next, number > 1, seen.insert(number).inserted, let page = pages.page(number) else {
                return nil
            }
            payload += page[4..<min(usable, 4 + Int(size) - payload.count)]
            next = page.number(0, 4)
        }
        guard let values = payload.storedValues() else { return nil }
        known.formUnion(seen)
        return Row(rowid: rowid, values: values)
    }

    /// What is in free pages was deleted, or is elsewhere by now.
    private mutating func noteFreePages() {
        guard let header = pages.page(1), header.starts(with: Array("SQLite format 3".utf8)) else { return }
        var trunk = header.number(32, 4) ?? 0
        while trunk > 1, known.insert(trunk).inserted, let page = pages.page(trunk) {
            let count = min(page.number(4, 4) ?? 0, (DatabasePages.size - 8) / 4)
            for index in 0..<count { known.insert(page.number(8 + 4 * index, 4) ?? 0) }
            trunk = page.number(0, 4) ?? 0
        }
    }
}

/// A page of a table: rows, or the way to them.
private struct TreePage {
    enum Content {
        case branches([Int])
        case rows([Int])
    }

    let bytes: [UInt8]
    let content: Content
    /// Whether everything in it could be where it says.
    let isWhole: Bool

    init?(_ number: Int, _ bytes: [UInt8]?) {
        guard let bytes else { return nil }
        let header = number == 1 ? 100 : 0
        let isLeaf = bytes[header] == 0x0D
        guard isLeaf || bytes[header] == 0x05, let count = bytes.number(header + 3, 2) else { return nil }
        let table = header + (isLeaf ? 8 : 12)
        guard table + 2 * count <= bytes.count else { return nil }
        let all = (0..<count).compactMap { bytes.number(table + 2 * $0, 2) }
        let cells = all.filter { $0 >= table + 2 * count && $0 < bytes.count - 3 }
        self.bytes = bytes
        isWhole = cells.count == all.count
        content =
            isLeaf
            ? .rows(cells) : .branches((cells + [header + 8]).compactMap { bytes.number($0, 4) })
    }
}
