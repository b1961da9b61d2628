package import FexValues

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Days and times where the person is: by `TZ`, as `date` has them.
package enum LocalTime {
    /// When a day begins there, `2026-01-31`, and when the next one does; `nil` if the text names no day.
    ///
    /// Not every day begins at midnight, nor has 24 hours.
    package static func day(_ text: String) -> Range<Timestamp>? {
        guard text.utf8.count == 10, let wall = Timestamp(text + "T00:00:00Z") else { return nil }
        tzset()
        return day(atWall: wall)
    }

    /// The day there in which a moment lies.
    package static func day(of moment: Timestamp) -> Range<Timestamp> {
        tzset()
        let seconds = moment.milliseconds.quotientAndRemainderFloored(dividingBy: 1000).0
        let ahead = Int64(offset(at: Int(seconds)))
        let (days, _) = (seconds + ahead).quotientAndRemainderFloored(dividingBy: 86_400)
        return day(atWall: Timestamp(milliseconds: days * 86_400_000))
    }

    /// - Parameter wall: Midnight of the day, written as one of UTC.
    private static func day(atWall wall: Timestamp) -> Range<Timestamp> {
        let next = wall.advanced(by: .seconds(86_400))
        let (start, end) = (self.moment(atWall: wall), self.moment(atWall: next))
        return start..<max(start, end)
    }

    /// The moment of a time there, `2026-01-31T12:00`, with or without seconds; `nil` if the text names none, or has an
    /// offset of its own.
    package static func moment(_ text: String) -> Timestamp? {
        tzset()
        return (Timestamp(text + "Z") ?? Timestamp(text + ":00Z")).map { moment(atWall: $0) }
    }

    /// The first moment at which clocks there show a time or a later one, the time being written as one of UTC.
    private static func moment(atWall wall: Timestamp) -> Timestamp {
        let seconds = Int(wall.milliseconds / 1000)
        // No clock is further from UTC than that.
        var (before, after) = (seconds - 26 * 3600, seconds + 26 * 3600)
        // On most days no clock is changed.
        let ahead = offset(at: before)
        if ahead == offset(at: after), ahead == offset(at: seconds - ahead) {
            return wall.advanced(by: .seconds(-ahead))
        }
        while before + 1 < after {
            let middle = before + (after - before) / 2
            if middle + offset(at: middle) >= seconds { after = middle } else { before = middle }
        }
        return Timestamp(milliseconds: Int64(after) * 1000 + wall.milliseconds % 1000)
    }

    /// How far clocks there are ahead of UTC, in seconds; there is where `tzset` found `TZ` to say, which looks at a file.
    private static func offset(at seconds: Int) -> Int {
        var time = time_t(seconds)
        var parts = unsafe tm()
        guard unsafe localtime_r(&time, &parts) != nil else { return 0 }
        return unsafe parts.tm_gmtoff
    }
}
