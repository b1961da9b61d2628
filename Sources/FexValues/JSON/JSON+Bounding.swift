extension JSON {
    /// How many bytes its compact text has; `nil` if more than a number. It looks at no more of the value than it has to.
    package func textSize(atMost bytes: Int) -> Int? {
        var left = bytes
        take(&left)
        return left < 0 ? nil : bytes - left
    }

    /// Takes what the value's text needs from what is left; goes no further once that is less than nothing.
    private func take(_ left: inout Int) {
        switch self {
        case .null, .bool(true): left -= 4
        case .bool: left -= 5
        case .number(let literal): left -= literal.utf8.count
        case .string(let text): JSON.take(text, &left)
        case .array(let elements):
            left -= 2 + max(0, elements.count - 1)
            for element in elements where left >= 0 { element.take(&left) }
        case .object(let object):
            left -= 2 + max(0, object.members.count - 1)
            for member in object.members where left >= 0 {
                JSON.take(member.name, &left)
                left -= 1
                member.value.take(&left)
            }
        }
    }

    private static func take(_ text: String, _ left: inout Int) {
        let least = text.utf8.count + 2
        guard least <= left, !text.utf8.allSatisfy(isPlain) else {
            left -= least
            return
        }
        var escaped: [UInt8] = []
        write(text, to: &escaped)
        left -= escaped.count
    }
}

extension String {
    /// The text, or as much of its beginning as a number of bytes of UTF-8 holds, and `…` for the rest.
    package func bounded(toBytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = utf8.index(startIndex, offsetBy: limit - 3)
        // Never within a character's bytes.
        while end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return self[..<end] + "…"
    }
}

/// A row of a feed as it came, of which no more is kept than 4 KB.
package struct RawRow: Hashable, Sendable {
    private static let limit = 4096

    private enum Content: Hashable {
        case whole(JSON)
        case beginning(String)
    }

    private let content: Content

    package init(_ document: JSON) {
        // A long one is let go at once: a page may hold many.
        let isShort = document.textSize(atMost: RawRow.limit) != nil
        content = isShort ? .whole(document) : .beginning(RawRow.text(of: document))
    }

    /// Its text; where that is long, the beginning.
    package var text: String {
        switch content {
        case .whole(let document): RawRow.text(of: document)
        case .beginning(let text): text
        }
    }

    private static func text(of document: JSON) -> String { document.text.bounded(toBytes: limit) }
}
