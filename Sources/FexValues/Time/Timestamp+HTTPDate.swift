extension Timestamp {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    /// From the weekday of 1970-01-01 on.
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]

    /// The moment in the form of an HTTP `Date` (RFC 9110, section 5.6.7), cut to seconds: `Thu, 01 Jan 2026 00:00:00 GMT`.
    package var httpDate: String {
        let (days, ofDay) = milliseconds.quotientAndRemainderFloored(dividingBy: 86_400_000)
        let (year, month, day) = Timestamp.civil(fromDays: days)
        let weekday = Timestamp.weekdays[Int(days.quotientAndRemainderFloored(dividingBy: 7).1)]
        var bytes = Array("\(weekday), ".utf8)
        bytes.append(decimal: day, width: 2)
        bytes += Array(" \(Timestamp.months[Int(month) - 1]) ".utf8)
        bytes.append(decimal: year, width: 4)
        for (mark, value) in [(" ", ofDay / 3_600_000), (":", ofDay / 60_000 % 60), (":", ofDay / 1000 % 60)] {
            bytes += Array(mark.utf8)
            bytes.append(decimal: value, width: 2)
        }
        return String(decoding: bytes, as: UTF8.self) + " GMT"
    }

    /// The moment that a header such as `Date` names (RFC 9110, section 5.6.7, in each of its three forms).
    package init?(httpDate text: String) {
        let parts = text.split(separator: " ").map(String.init)
        let (day, month, year, time): (String, String, String, String)
        switch parts.count {
        case 6 where parts[5] == "GMT" && parts[1].count == 2:
            (day, month, year, time) = (parts[1], parts[2], parts[3], parts[4])
        case 4 where parts[3] == "GMT":
            // RFC 850: `Sunday, 06-Nov-94 08:49:37 GMT`.
            let date = parts[1].split(separator: "-").map(String.init)
            guard date.count == 3, date[2].count == 2 else { return nil }
            (day, month, time) = (date[0], date[1], parts[2])
            year = (date[2] < "70" ? "20" : "19") + date[2]
        case 5:
            // C's asctime: `Sun Nov  6 08:49:37 1994`.
            (day, month, year, time) = (parts[2].count == 1 ? "0" + parts[2] : parts[2], parts[1], parts[4], parts[3])
        default: return nil
        }
        // Whole seconds alone.
        guard let index = Timestamp.months.firstIndex(of: month), year.count == 4, time.utf8.count == 8 else {
            return nil
        }
        self.init("\(year)-\(index < 9 ? "0" : "")\(index + 1)-\(day)T\(time)Z")
    }
}
