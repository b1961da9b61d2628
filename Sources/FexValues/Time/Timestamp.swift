/// A moment of UTC, in whole milliseconds since 1970.
///
/// Read and written as RFC 3339 text (`2026-01-02T03:04:05Z`), strictly: what names no moment of the calendar is no
/// timestamp. Digits beyond milliseconds are cut off.
public struct Timestamp: Hashable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public let milliseconds: Int64

    /// The moment so many milliseconds after the start of 1970.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// The moment a duration later (or earlier, if it is negative).
    public func advanced(by duration: Duration) -> Timestamp {
        Timestamp(milliseconds: milliseconds + duration.truncatedMilliseconds)
    }

    /// The time that lies between an earlier moment and this one.
    public func duration(since earlier: Timestamp) -> Duration {
        .milliseconds(milliseconds - earlier.milliseconds)
    }
}

extension Duration {
    /// The duration in milliseconds, what is below one cut off.
    package var truncatedMilliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}

extension Timestamp: Comparable {
    /// Whether a moment comes before another.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }
}

// MARK: - RFC 3339

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC; milliseconds only where there are some.
    public var description: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes the text of ``description``, for many at a time.
    package func append(to bytes: inout [UInt8]) {
        let (days, ofDay) = milliseconds.quotientAndRemainderFloored(dividingBy: 86_400_000)
        let (year, month, day) = Timestamp.civil(fromDays: days)
        let seconds = ofDay / 1000
        func append(_ mark: Unicode.Scalar, _ value: Int64) {
            bytes.append(UInt8(ascii: mark))
            bytes.append(decimal: value, width: 2)
        }
        bytes.append(decimal: year, width: 4)
        append("-", month)
        append("-", day)
        append("T", seconds / 3600)
        append(":", seconds / 60 % 60)
        append(":", seconds % 60)
        if ofDay % 1000 != 0 {
            bytes.append(UInt8(ascii: "."))
            bytes.append(decimal: ofDay % 1000, width: 3)
        }
        bytes.append(UInt8(ascii: "Z"))
    }

    /// The moment an RFC 3339 text names; `nil` if it names none, or one outside of the years 0000 to 9999 in UTC.
    public init?(_ text: String) {
        var scanner = FixedDigits(text)
        guard let year = scanner.number(4), scanner.take("-"), let month = scanner.number(2), scanner.take("-"),
            let day = scanner.number(2), scanner.take("T") || scanner.take("t") || scanner.take(" "),
            let hour = scanner.number(2), scanner.take(":"), let minute = scanner.number(2), scanner.take(":"),
            let second = scanner.number(2)
        else { return nil }
        var fraction: Int64 = 0
        if scanner.take(".") {
            guard let milliseconds = scanner.fraction() else { return nil }
            fraction = milliseconds
        }
        guard let offset = scanner.offset(), scanner.isAtEnd else { return nil }
        // A leap second (60) is counted as the first of the next minute.
        guard (1...12).contains(month), hour < 24, minute < 60, second <= 60 else { return nil }
        let days = Timestamp.days(fromCivil: year, month, day)
        guard day >= 1, Timestamp.civil(fromDays: days) == (year, month, day) else { return nil }
        let seconds = days * 86400 + hour * 3600 + minute * 60 + second - offset
        // An offset or a leap second may lead out of the years that have four digits.
        guard Timestamp.writableSeconds.contains(seconds) else { return nil }
        milliseconds = seconds * 1000 + fraction
    }
}

// MARK: - The calendar

extension Timestamp {
    /// Days since 1970 of a date of the proleptic Gregorian calendar, whose years are counted from March.
    package static func days(fromCivil year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let (era, ofEra) = shifted.quotientAndRemainderFloored(dividingBy: 400)
        let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    }

    /// The seconds of the years 0000 to 9999, which RFC 3339 can write.
    private static let writableSeconds = days(fromCivil: 0, 1, 1) * 86_400..<days(fromCivil: 10_000, 1, 1) * 86_400

    static func civil(fromDays days: Int64) -> (Int64, Int64, Int64) {
        let (era, ofEra) = (days + 719_468).quotientAndRemainderFloored(dividingBy: 146_097)
        let year = (ofEra - ofEra / 1460 + ofEra / 36524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * year + year / 4 - year / 100)
        let month = (5 * ofYear + 2) / 153
        let day = ofYear - (153 * month + 2) / 5 + 1
        let civilMonth = month < 10 ? month + 3 : month - 9
        return (year + era * 400 + (civilMonth <= 2 ? 1 : 0), civilMonth, day)
    }
}

extension Int64 {
    package func quotientAndRemainderFloored(dividingBy divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

/// Reads the fixed columns of a date.
private struct FixedDigits {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = text[...].utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ character: Character) -> Bool {
        guard rest.first == character.asciiValue else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func digit() -> Int64? {
        guard let byte = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        rest.removeFirst()
        return Int64(byte - UInt8(ascii: "0"))
    }

    mutating func number(_ width: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<width {
            guard let next = digit() else { return nil }
            value = value * 10 + next
        }
        return value
    }

    /// The milliseconds of a fraction of a second, of which at least one and at most 18 digits stand.
    mutating func fraction() -> Int64? {
        var milliseconds: Int64 = 0
        var count = 0
        while let next = digit() {
            if count < 3 { milliseconds = milliseconds * 10 + next }
            count += 1
        }
        guard (1...18).contains(count) else { return nil }
        for _ in 0..<max(0, 3 - count) { milliseconds *= 10 }
        return milliseconds
    }

    /// Seconds that local time is ahead of UTC.
    mutating func offset() -> Int64? {
        if take("Z") || take("z") { return 0 }
        let sign: Int64 = rest.first == UInt8(ascii: "-") ? -1 : 1
        guard take("+") || take("-"), let hours = number(2), take(":"), let minutes = number(2), hours < 24,
            minutes < 60
        else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }
}
