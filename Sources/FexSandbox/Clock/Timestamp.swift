import WalletCore

/// A moment, in whole milliseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Milliseconds since the epoch.
    public var milliseconds: Int64

    /// A moment from its milliseconds since the epoch.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Whole seconds since the epoch, rounded down.
    public var seconds: Int64 { milliseconds.quotientRoundedDown(by: 1000) }

    /// The moment a number of seconds later.
    public func adding(seconds: Int64) -> Timestamp {
        Timestamp(milliseconds: milliseconds + seconds * 1000)
    }

    /// Whether one moment comes before another.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }
}

// MARK: - From and to text

extension Timestamp {
    /// The moment as RFC 3339 in UTC with milliseconds: `2026-01-01T00:00:00.000Z`.
    public var rfc3339: String {
        let civil = CivilTime(self)
        return "\(pad(civil.year, 4))-\(pad(civil.month, 2))-\(pad(civil.day, 2))"
            + "T\(pad(civil.hour, 2)):\(pad(civil.minute, 2)):\(pad(civil.second, 2)).\(pad(civil.millisecond, 3))Z"
    }

    /// The moment as an HTTP date (RFC 9110, section 5.6.7): `Thu, 01 Jan 2026 00:00:00 GMT`.
    public var httpDate: String {
        let civil = CivilTime(self)
        let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return "\(weekdays[civil.weekday]), \(pad(civil.day, 2)) \(months[civil.month - 1]) \(pad(civil.year, 4)) "
            + "\(pad(civil.hour, 2)):\(pad(civil.minute, 2)):\(pad(civil.second, 2)) GMT"
    }

    /// A moment read from RFC 3339 (with any offset, and any number of decimals of a second), or `nil`.
    public init?(rfc3339 text: String) {
        // A space may part date and time by RFC 3339, but not here: it is what a spoilt "+" looks like.
        guard text.utf8.count <= 40, !text.utf8.contains(UInt8(ascii: " ")), let moment = WalletCore.Timestamp(text)
        else { return nil }
        self.init(milliseconds: moment.milliseconds)
    }

    private func pad(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

/// The parts of a moment in the proleptic Gregorian calendar, UTC.
private struct CivilTime {
    var year, month, day, hour, minute, second, millisecond, weekday: Int

    init(_ timestamp: Timestamp) {
        let days = timestamp.milliseconds.quotientRoundedDown(by: 86_400_000)
        let rest = timestamp.milliseconds - days * 86_400_000
        hour = Int(rest / 3_600_000)
        minute = Int(rest / 60_000 % 60)
        second = Int(rest / 1000 % 60)
        millisecond = Int(rest % 1000)
        weekday = Int(days + 4 - (days + 4).quotientRoundedDown(by: 7) * 7)

        // Years are counted from March, so that the leap day is the last of a year; eras of 400 years are all alike.
        let shifted = days + 719_468
        let era = shifted.quotientRoundedDown(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
        month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
    }
}

extension Int64 {
    fileprivate func quotientRoundedDown(by divisor: Int64) -> Int64 {
        self >= 0 ? self / divisor : (self - divisor + 1) / divisor
    }
}
