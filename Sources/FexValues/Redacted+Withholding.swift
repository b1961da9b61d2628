extension Redacted where Value == String {
    /// Shorter than this it stands in many texts by chance.
    private static var shortest: Int { 4 }

    /// A text of somebody who was told the secret, in which `redacted` stands in its place, also as a form or JSON has it.
    ///
    /// Whoever means ill finds another way to write it down. This is for those who repeat what they were sent in an error.
    package func withheld(from text: String) -> String {
        guard value.utf8.count >= Self.shortest else { return text }
        return forms.reduce(text) { $0.replacing($1, with: description) }
    }

    /// The secret as it may be repeated: as it is, as a form and as JSON have it.
    package var forms: [String] {
        guard value.utf8.count >= Self.shortest else { return [] }
        let quoted = String(JSON.string(value).text.dropFirst().dropLast())
        var forms: [String] = []
        for form in [value, quoted, PercentEncoding.component(value)] where !forms.contains(form) { forms.append(form) }
        return forms
    }
}
