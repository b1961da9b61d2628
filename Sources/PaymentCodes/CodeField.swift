/// What a code says in one of its fields. The four are told apart, since each calls for something else.
enum CodeField: Hashable {
    /// The field isn't there, or has no value.
    case absent
    /// The field is there more than once: there is no telling which value is meant.
    case several
    /// The field can't be decoded.
    case unreadable
    /// The field's value, which isn't empty.
    case value(String)

    /// The field of all values that stand under its name; `nil` among them is a value that can't be decoded.
    ///
    /// What nobody sees around a value is no part of it, and a value of nothing else is none.
    init(_ values: some Sequence<String?>) {
        self = .absent
        for value in values.lazy.map({ $0.map(CodeField.trimmed) }) where value?.isEmpty != true {
            guard self == .absent else {
                self = .several
                return
            }
            self = value.map { .value($0) } ?? .unreadable
        }
    }

    /// The value, where there is one, and one only.
    var text: String? {
        guard case .value(let text) = self else { return nil }
        return text
    }
}
