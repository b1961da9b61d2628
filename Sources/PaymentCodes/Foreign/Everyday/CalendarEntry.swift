import FexValues

/// An entry for a calendar: a `VEVENT` (RFC 5545), in a `VCALENDAR` or by itself, as codes often have it.
struct CalendarEntry: ForeignFormat {
    static let beginnings = ["BEGIN:VEVENT", "BEGIN:VCALENDAR"]

    private let summary: CodeField
    private let place: CodeField
    private let start: String?
    private let count: Int

    init?(_ text: String) {
        guard
            ASCII.rest(of: text, after: "BEGIN:VEVENT") != nil || ASCII.rest(of: text, after: "BEGIN:VCALENDAR") != nil
        else { return nil }
        let (lines, count) = CalendarEntry.firstEntry(in: ContentLine.all(in: text))
        self.count = count
        summary = ContentLine.field("summary", in: lines, read: CalendarEntry.visible)
        place = ContentLine.field("location", in: lines, read: CalendarEntry.visible)
        start = lines.first { $0.name == "dtstart" }.map(CalendarEntry.moment)
    }

    /// The properties of the first entry, and how many entries there are.
    ///
    /// An alarm within an entry has a summary of its own, so what stands deeper is left out.
    private static func firstEntry(in lines: [ContentLine]) -> (lines: [ContentLine], count: Int) {
        var open: [String] = []
        var first: [ContentLine] = []
        var count = 0
        for line in lines {
            let component = ASCII.lowercased(CodeField.trimmed(line.value))
            switch line.name {
            case "begin":
                if isEntry(component) { count += 1 }
                open.append(component)
            case "end": _ = open.popLast()
            default: if count == 1, open.last.map(isEntry) ?? false { first.append(line) }
            }
        }
        return (first, count)
    }

    private static func isEntry(_ component: String) -> Bool {
        component == "vevent" || component == "vtodo" || component == "vjournal"
    }

    private static func visible(_ value: String) -> String? {
        let text = ContentLine.unescaped(value)
        return PlainText.isVisible(text) ? text : nil
    }

    var foreignCode: ForeignCode {
        ForeignCode(
            .event,
            told: [
                title, start, place.phrase("at", plural: "places", limit: 140),
                count > 1 ? "the first of \(count) entries" : nil,
            ])
    }

    private var title: String {
        if summary == .unreadable { return "an entry with an unreadable title" }
        return summary.quoted(plural: "titles", limit: 140)
            ?? (count == 0 ? "without an entry" : "an entry without a title")
    }

    /// A day, `20261205`, or a time, `20261205T090000Z`, for people.
    private static func moment(_ line: ContentLine) -> String {
        let parts = line.value.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ":") }
            .split(separator: UInt8(ascii: "T"), maxSplits: 1).map { String(decoding: $0, as: UTF8.self) }
        guard let date = parts.first, ASCII.isDigits(date), date.utf8.count == 8 else {
            return "at a time that can't be read"
        }
        let day = "\(date.prefix(4))-\(date.dropFirst(4).prefix(2))-\(date.suffix(2))"
        guard parts.count > 1 else { return "on \(day)" }
        let digits = parts[1].prefix { $0.isASCII && $0.isNumber }
        guard digits.utf8.count == 4 || digits.utf8.count == 6 else { return "on \(day)" }
        let zone =
            parts[1].utf8.last == UInt8(ascii: "Z")
            ? " UTC" : line.parameters["tzid"].text.flatMap { Wording.words($0, limit: 40) }.map { " in \($0)" } ?? ""
        return "on \(day) at \(digits.prefix(2)):\(digits.dropFirst(2).prefix(2))\(zone)"
    }
}
