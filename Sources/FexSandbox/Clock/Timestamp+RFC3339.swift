package import FexValues

extension Timestamp {
    /// Whole seconds since the epoch, rounded down.
    package var seconds: Int64 { milliseconds.quotientAndRemainderFloored(dividingBy: 1000).0 }

    /// The moment a number of seconds later.
    package func adding(seconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds + seconds * 1000) }

    /// RFC 3339 in UTC, always with three decimals of a second: `2026-01-01T00:00:00.000Z`.
    package var rfc3339: String {
        let text = description
        return milliseconds % 1000 == 0 ? text.dropLast() + ".000Z" : text
    }

    /// A moment of RFC 3339 with any offset and up to 18 decimals of a second, or `nil`.
    package init?(rfc3339 text: String) {
        // A space may part date and time by RFC 3339, but not here: it is what a spoilt "+" looks like.
        guard text.utf8.count <= 40, !text.utf8.contains(UInt8(ascii: " ")) else { return nil }
        self.init(text)
    }
}
