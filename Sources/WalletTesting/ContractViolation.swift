/// What an implementation of a boundary did that its contract does not allow.
public struct ContractViolation: Error, CustomStringConvertible {
    /// What was found, and what should have been.
    public var description: String

    /// - Parameter description: What was expected and what was found.
    public init(_ description: String) {
        self.description = description
    }
}

/// Fails the rule unless a condition holds.
package func require(_ condition: Bool, _ otherwise: @autoclosure () -> String) throws {
    guard condition else { throw ContractViolation(otherwise()) }
}

/// Fails the rule unless two values are equal.
package func require<Value: Equatable>(_ found: Value, is wanted: Value, _ what: String) throws {
    try require(found == wanted, "\(what): \(found) instead of \(wanted)")
}
