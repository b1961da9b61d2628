/// What an implementation of a boundary did that its contract does not allow.
public struct ContractViolation: Error, CustomStringConvertible {
    /// What was found, and what should have been.
    public var description: String

    /// A violation.
    public init(_ description: String) {
        self.description = description
    }

    /// Throws a violation unless a condition holds.
    static func check(_ condition: Bool, _ description: @autoclosure () -> String) throws(ContractViolation) {
        guard condition else { throw ContractViolation(description()) }
    }
}
