public import ArgumentParser
public import FexValues

extension OpaqueID: ExpressibleByArgument {
    /// An id from the command line, or `nil` if the text can't be one.
    public init?(argument: String) {
        // What `jq` prints for what isn't there is no id.
        guard argument != "null" else { return nil }
        self.init(argument)
    }
}
