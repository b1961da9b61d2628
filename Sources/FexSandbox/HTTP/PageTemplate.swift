/// A page's template, in a part of Mustache's language: `{{name}}` is replaced by a text, always escaped, and what lies
/// between `{{#name}}` and `{{/name}}` is repeated for each element of a list.
///
/// Templates are part of the program, so a mistake in one is a programming error: it stops the program.
struct PageTemplate: Sendable {
    /// What a name in a template is replaced by.
    enum Value: Sendable {
        case text(String)
        /// The values of each element; names they don't have are looked up outside the list.
        case list([[String: Value]])
    }

    private indirect enum Part: Sendable {
        case markup(Substring)
        case text(String)
        case section(String, [Part])
    }

    private let parts: [Part]

    /// A template.
    ///
    /// - Parameter source: Its text in UTF-8, as `PackageResources` has it.
    init(_ source: [UInt8]) {
        var rest = Substring(decoding: source, as: UTF8.self)
        parts = PageTemplate.parse(&rest)
    }

    /// The page with the values in their places.
    func filled(with values: [String: Value]) -> String { PageTemplate.fill(parts, values) }

    /// Reads up to the end of a section, or of the whole.
    private static func parse(_ rest: inout Substring, section: String? = nil) -> [Part] {
        var parts: [Part] = []
        while let opening = rest.firstRange(of: "{{"),
            let closing = rest[opening.upperBound...].firstRange(of: "}}")
        {
            parts.append(.markup(rest[..<opening.lowerBound]))
            let tag = rest[opening.upperBound..<closing.lowerBound]
            rest = rest[closing.upperBound...]
            guard tag.hasPrefix("#") || tag.hasPrefix("/") else {
                parts.append(.text(String(tag)))
                continue
            }
            // A section's tags stand on lines of their own, which the page doesn't have.
            if rest.first == "\n" { rest.removeFirst() }
            let name = String(tag.dropFirst())
            guard tag.hasPrefix("#") else {
                precondition(name == section, "the template closes \(name), which is not open")
                return parts
            }
            parts.append(.section(name, parse(&rest, section: name)))
        }
        precondition(section == nil, "the template doesn't close \(section ?? "")")
        parts.append(.markup(rest))
        return parts
    }

    private static func fill(_ parts: [Part], _ values: [String: Value]) -> String {
        var page = ""
        for part in parts {
            switch part {
            case .markup(let markup): page += markup
            case .text(let name):
                guard case .text(let text)? = values[name] else { preconditionFailure("the page has no text \(name)") }
                page += escaped(text)
            case .section(let name, let inner):
                guard case .list(let list)? = values[name] else { preconditionFailure("the page has no list \(name)") }
                for element in list { page += fill(inner, values.merging(element) { $1 }) }
            }
        }
        return page
    }

    /// Replaces what HTML, or an attribute in quotes, would take for markup. It goes by scalars, as a browser does: a
    /// quote with a combining mark behind it is one `Character`, and still ends an attribute.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
