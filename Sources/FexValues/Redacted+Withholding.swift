extension Redacted where Value == String {
    /// Whether it would stand in many texts by chance: to withhold a word from those would tell that it is the secret.
    private var isCommon: Bool {
        let bytes = value.utf8
        return bytes.count < 6 || (bytes.count < 24 && bytes.allSatisfy(ASCII.isLetter))
    }

    /// A text of somebody who was told the secret, in which `redacted` stands in its place, also as a form or JSON has it.
    ///
    /// A secret that is a word, or shorter than six bytes, is left where it is. Whoever means ill finds another way to write
    /// one down: this is for those who repeat in an error what they were sent.
    package func withheld(from text: String) -> String {
        guard !isCommon else { return text }
        return forms.reduce(text) { $0.replacing($1, with: description) }
    }

    /// The secret as it may be repeated: as it is, as a form and as JSON have it.
    package var forms: [String] {
        guard !isCommon else { return [] }
        let quoted = String(JSON.string(value).text.dropFirst().dropLast())
        var forms: [String] = []
        for form in [value, quoted, PercentEncoding.component(value)] where !forms.contains(form) { forms.append(form) }
        return forms
    }
}
