package import FexValues

/// What a program says of its own making.
package struct ProgramVersion: Sendable {
    /// The version of all programs.
    package static let number = PackageVersion.number

    private let program: String
    private let libraries: [(name: String, version: String)]

    /// The version of a program.
    ///
    /// - Parameter libraries: The libraries of the system that it runs with, which are other ones on another machine.
    package init(of program: String, libraries: [(name: String, version: String)]) {
        self.program = program
        self.libraries = libraries
    }

    /// One line for people.
    package var text: String {
        let own = ["\(Self.configuration) build", "Swift \(Self.swift)"]
        let facts = own + libraries.map { "\($0.name) \($0.version)" }
        return "\(program) \(Self.number) (\(facts.joined(separator: ", ")))"
    }

    /// The same for programs.
    package var document: JSON {
        var object = JSONObject([
            JSONObject.Member("program", .string(program)), JSONObject.Member("version", .string(Self.number)),
            JSONObject.Member("build", .string(Self.configuration)), JSONObject.Member("swift", .string(Self.swift)),
        ])
        for library in libraries { object[library.name.lowercased()] = .string(library.version) }
        return .object(object)
    }

    private static var configuration: String {
        #if DEBUG
            "debug"
        #else
            "release"
        #endif
    }

    private static var swift: String {
        #if compiler(>=6.4)
            "6.4 or later"
        #elseif compiler(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }
}
