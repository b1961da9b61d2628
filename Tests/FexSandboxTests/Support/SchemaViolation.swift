/// Where a value differs from its schema.
struct SchemaViolation: Error, Hashable, CustomStringConvertible {
    /// Names and indices that lead to the place, from the value's root.
    var path: String
    /// What is wrong there.
    var problem: String

    var description: String { "\(path.isEmpty ? "the whole" : path): \(problem)" }
}
