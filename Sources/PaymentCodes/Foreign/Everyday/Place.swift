import FexValues

/// A place: `geo:` (RFC 5870), with the label in a query that maps read.
struct Place: ForeignFormat {
    static let beginnings = ["geo:"]

    private let coordinates: [Substring]
    private let query: NamedFields

    init?(_ text: String) {
        guard let rest = ASCII.rest(of: text, after: "geo:") else { return nil }
        let question = rest.utf8.firstIndex(of: UInt8(ascii: "?"))
        query = NamedFields(query: question.map { rest[rest.utf8.index(after: $0)...] })
        let path = rest[..<(question ?? rest.endIndex)].drop { $0 == "/" }
        coordinates = path.utf8.prefix { $0 != UInt8(ascii: ";") }
            .split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { Substring($0) }
    }

    var foreignCode: ForeignCode {
        let name = query["q"].phrase("named", plural: "names", limit: 140)
        return ForeignCode(.geo, told: [position(isNamed: name != nil), name])
    }

    private func position(isNamed: Bool) -> String? {
        guard coordinates != [""] else { return isNamed ? "a place" : "a place without coordinates" }
        guard (2...3).contains(coordinates.count),
            let latitude = Place.degrees(coordinates[0], most: 90),
            let longitude = Place.degrees(coordinates[1], most: 180)
        else { return "a place with unreadable coordinates" }
        // Maps take a place at 0, 0 that has a name to be wherever the name is.
        if isNamed, Place.isZero(latitude), Place.isZero(longitude) { return "a place" }
        return "the place at \(latitude), \(longitude)"
    }

    private static func isZero(_ degrees: String) -> Bool {
        degrees.utf8.allSatisfy { !(UInt8(ascii: "1")...UInt8(ascii: "9")).contains($0) }
    }

    /// Degrees as they were written: a sign, digits, a point and digits.
    private static func degrees(_ text: Substring, most: Int) -> String? {
        let trimmed = text.utf8.drop { $0 == 0x20 }
        let digits =
            trimmed.first == UInt8(ascii: "-") || trimmed.first == UInt8(ascii: "+")
            ? trimmed.dropFirst() : trimmed
        guard PlainDecimal(String(Substring(digits)), point: UInt8(ascii: ".")) != nil,
            let whole = Int(String(Substring(digits.prefix { $0 != UInt8(ascii: ".") }))), whole <= most
        else { return nil }
        let fraction = digits.drop { $0 != UInt8(ascii: ".") }.dropFirst()
        guard whole < most || fraction.allSatisfy({ $0 == UInt8(ascii: "0") }) else { return nil }
        return String(Substring(trimmed))
    }
}
