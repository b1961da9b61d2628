import FexValues
import Foundation

/// The OpenAPI documents, which every answer of a sandbox is checked against.
struct Contract: Sendable {
    /// One of the documents.
    struct Document: Sendable {
        let validator: SchemaValidator
        /// Paths with their items, parts separated.
        let paths: [(parts: [Substring], item: JSON)]
    }

    /// Both documents.
    static let documents: Result<[Document], any Error> = Result {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Documentation")
        return try ["merchant", "wallet"].map { name in
            let file = root.standardizedFileURL.appending(path: "\(name)-api.openapi.json")
            let json = try JSON(parsing: Data(contentsOf: file))
            let paths = json["paths"]?.objectValue?.members.map { ($0.name.split(separator: "/"), $0.value) }
            return Document(validator: SchemaValidator(document: json), paths: paths ?? [])
        }
    }

    /// Checks an answer against every document that has its path.
    ///
    /// - Parameters:
    ///   - path: The path, without a query.
    ///   - headers: The answer's headers, their names in lower case.
    /// - Throws: ``SchemaViolation`` for what is not documented or differs from what is.
    static func check(
        _ method: String, _ path: String, status: Int, headers: [String: String], body: Data
    ) throws {
        let parts = path.split(separator: "/")
        var isDocumented = false
        for document in try documents.get() {
            // A path without a template goes first: `/counters/x` is none of `/counters/{id}/…`.
            let item = document.paths.filter { Contract.matches($0.parts, parts) }
                .min { $0.parts.count { $0.first == "{" } < $1.parts.count { $0.first == "{" } }?.item
            guard let operation = item?[method.lowercased()] else { continue }
            isDocumented = true
            do {
                try check(operation, in: document, status: status, headers: headers, body: body)
            } catch let violation as SchemaViolation {
                throw SchemaViolation(
                    path: "\(method) \(path) answered \(status), \(violation.path)", problem: violation.problem)
            }
        }
        guard !isDocumented else { return }
        let error = try JSON(parsing: body)
        guard [404, 405].contains(status), error["success"] == false, error["error"]?.stringValue != nil,
            status == 404 || headers["allow"] != nil
        else { throw SchemaViolation(path: "\(method) \(path)", problem: "answers \(status) and is not documented") }
    }

    private static func check(
        _ operation: JSON, in document: Document, status: Int, headers: [String: String], body: Data
    ) throws {
        let responses = operation["responses"]
        guard var response = responses?["\(status)"] ?? responses?["\(status / 100)XX"] else {
            throw SchemaViolation(path: "its status", problem: "is not documented")
        }
        if let reference = response["$ref"]?.stringValue { response = try document.validator.resolve(reference) }
        for member in response["headers"]?.objectValue?.members ?? [] {
            if let value = headers[member.name.lowercased()] {
                try document.validator.validate(
                    .string(value), against: member.value["schema"] ?? [:], at: member.name)
            } else if member.value["required"] == true {
                throw SchemaViolation(path: member.name, problem: "is missing")
            }
        }
        guard let content = response["content"] else {
            guard body.isEmpty else { throw SchemaViolation(path: "its body", problem: "should be empty") }
            return
        }
        let type = headers["content-type"]?.prefix { $0 != ";" } ?? ""
        guard let schema = content[String(type)]?["schema"] else {
            throw SchemaViolation(path: "Content-Type", problem: "\(type) is not documented")
        }
        guard type == "application/json" else { return }
        try document.validator.validate(try JSON(parsing: body), against: schema)
    }

    private static func matches(_ pattern: [Substring], _ path: [Substring]) -> Bool {
        pattern.count == path.count && zip(pattern, path).allSatisfy { $0 == $1 || $0.first == "{" }
    }
}
