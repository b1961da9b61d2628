import FexValues
import Foundation

/// Validates JSON against the part of JSON Schema 2020-12 that the documents use.
///
/// Stricter in one point: an object whose schema names properties and says nothing of others may have no others, so that
/// what a server adds has to be documented.
struct SchemaValidator: Sendable {
    /// The document that `$ref` looks into.
    let document: JSON

    /// Keywords that say something about values, or nothing that could be checked.
    private static let known: Set<String> = [
        "$ref", "type", "const", "enum", "anyOf", "oneOf", "required", "properties", "additionalProperties", "items",
        "minItems", "minimum", "maximum", "minLength", "maxLength", "pattern", "format", "description", "examples",
        "default",
    ]

    /// Checks a value.
    ///
    /// - Throws: ``SchemaViolation``, also for a keyword that this validator doesn't know.
    func validate(_ value: JSON, against schema: JSON, at path: String = "") throws(SchemaViolation) {
        func require(_ holds: Bool, _ problem: @autoclosure () -> String) throws(SchemaViolation) {
            guard holds else { throw SchemaViolation(path: path, problem: problem()) }
        }
        for member in schema.objectValue?.members ?? [] {
            let (keyword, rule) = (member.name, member.value)
            try require(SchemaValidator.known.contains(keyword), "its schema has an unknown keyword \(keyword)")
            switch keyword {
            case "$ref":
                try validate(value, against: resolve(rule.stringValue ?? ""), at: path)
            case "type":
                let types = (rule.arrayValue ?? [rule]).compactMap(\.stringValue)
                try require(types.contains { value.isOf(type: $0) }, "is not of type \(types), but \(value.text)")
            case "const":
                try require(value == rule, "is not \(rule.text), but \(value.text)")
            case "enum":
                try require(rule.arrayValue?.contains(value) == true, "is none of \(rule.text), but \(value.text)")
            case "anyOf", "oneOf":
                try validate(value, choices: rule.arrayValue ?? [], exactlyOne: keyword == "oneOf", at: path)
            default:
                break
            }
        }
        try validate(text: value.stringValue, against: schema, at: path)
        try validate(number: value, against: schema, at: path)
        if case .object(let object) = value { try validate(object, against: schema, at: path) }
        if let elements = value.arrayValue {
            try require(elements.count >= schema["minItems"]?.integerValue ?? 0, "has too few elements")
            for (index, element) in elements.enumerated() {
                if let items = schema["items"] { try validate(element, against: items, at: "\(path)[\(index)]") }
            }
        }
    }

    private func validate(
        _ value: JSON, choices: [JSON], exactlyOne: Bool, at path: String
    ) throws(SchemaViolation) {
        var problems: [String] = []
        for choice in choices {
            do throws(SchemaViolation) {
                try validate(value, against: choice, at: path)
            } catch {
                problems.append("\(error)")
            }
        }
        let fitting = choices.count - problems.count
        guard exactlyOne ? fitting == 1 : fitting >= 1 else {
            throw SchemaViolation(path: path, problem: "fits \(fitting) of the choices: \(problems)")
        }
    }

    private func validate(_ object: JSONObject, against schema: JSON, at path: String) throws(SchemaViolation) {
        for name in schema["required"]?.arrayValue?.compactMap(\.stringValue) ?? [] where object[name] == nil {
            throw SchemaViolation(path: path, problem: "\(name) is missing")
        }
        guard let properties = schema["properties"]?.objectValue else { return }
        for member in object.members {
            let place = path.isEmpty ? member.name : "\(path).\(member.name)"
            if object.count(of: member.name) > 1 { throw SchemaViolation(path: place, problem: "is there twice") }
            if let rule = properties[member.name] {
                try validate(member.value, against: rule, at: place)
            } else if schema["additionalProperties"] != true {
                throw SchemaViolation(path: place, problem: "is not documented")
            }
        }
    }

    private func validate(text: String?, against schema: JSON, at path: String) throws(SchemaViolation) {
        guard let text else { return }
        let length = text.unicodeScalars.count
        guard ((schema["minLength"]?.integerValue ?? 0)...(schema["maxLength"]?.integerValue ?? .max)).contains(length)
        else { throw SchemaViolation(path: path, problem: "has \(length) characters") }
        guard let pattern = schema["pattern"]?.stringValue else { return }
        guard let expression = try? Regex(pattern) else {
            throw SchemaViolation(path: path, problem: "its schema has an unusable pattern \(pattern)")
        }
        guard (try? expression.firstMatch(in: text)) != nil else {
            throw SchemaViolation(path: path, problem: "doesn't match \(pattern): \(text.prefix(200))")
        }
    }

    private func validate(number value: JSON, against schema: JSON, at path: String) throws(SchemaViolation) {
        guard case .number(let literal) = value, let number = Decimal(string: literal) else { return }
        for (keyword, isBelow) in [("minimum", true), ("maximum", false)] {
            guard case .number(let bound)? = schema[keyword], let bound = Decimal(string: bound) else { continue }
            guard isBelow ? number >= bound : number <= bound else {
                throw SchemaViolation(path: path, problem: "\(literal) is beyond the \(keyword) \(bound)")
            }
        }
    }

    /// What a reference within the document points to.
    func resolve(_ reference: String) throws(SchemaViolation) -> JSON {
        guard let found = document.value(at: reference) else {
            throw SchemaViolation(path: reference, problem: "refers to nothing")
        }
        return found
    }
}

extension JSON {
    /// Whether it is of a type of JSON Schema.
    fileprivate func isOf(type: String) -> Bool {
        switch self {
        case .null: type == "null"
        case .bool: type == "boolean"
        case .number(let literal): type == "number" || (type == "integer" && Int64(literal) != nil)
        case .string: type == "string"
        case .array: type == "array"
        case .object: type == "object"
        }
    }

    /// What a reference like `#/components/schemas/Error` points to in this document.
    func value(at reference: String) -> JSON? {
        reference.split(separator: "/").dropFirst().reduce(Optional(self)) { value, part in
            value?[String(part).replacing("~1", with: "/").replacing("~0", with: "~")]
        }
    }
}
