extension CodeField {
    /// A field that stands in one place; white space around its value is no part of it.
    init(_ value: String?) { self.init(CollectionOfOne(value.map(CodeField.trimmed) ?? "")) }

    /// A phrase about the value: `account "DE89…"`; `nil` where the field isn't set.
    ///
    /// - Parameters:
    ///   - word: What stands before the value.
    ///   - plural: What there are several of, if the field has several values.
    ///   - limit: The most characters to show of the value.
    func phrase(_ word: String, plural: String, limit: Int = 70) -> String? {
        switch self {
        case .absent: nil
        case .value(let value): Wording.quoted(value, limit: limit).map { "\(word) \($0)" }
        case .several: "with several \(plural)"
        case .unreadable: "\(word) an unreadable text"
        }
    }

    /// The value in quotation marks, as a payee is told.
    func quoted(plural: String, limit: Int = 70) -> String? {
        switch self {
        case .absent: nil
        case .value(let value): Wording.quoted(value, limit: limit)
        case .several: "several \(plural)"
        case .unreadable: "an unreadable name"
        }
    }

    /// A value without the white space around it.
    static func trimmed(_ value: String) -> String {
        let bytes = value.utf8
        guard let first = bytes.firstIndex(where: { $0 > 0x20 }), let last = bytes.lastIndex(where: { $0 > 0x20 })
        else { return "" }
        return first == bytes.startIndex && bytes.index(after: last) == bytes.endIndex
            ? value : String(Substring(bytes[first...last]))
    }
}
