public import ArgumentParser
public import FexValues

/// An option that may hold a password, as an address with one in it does: what dumps a command shows `redacted`.
extension Redacted: ExpressibleByArgument where Value == String {
    /// Takes the argument as it is.
    public init?(argument: String) { self.init(argument) }

    /// `redacted`.
    public var defaultValueDescription: String { description }
}
