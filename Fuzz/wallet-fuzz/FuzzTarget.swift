import Foundation

/// Something that reads bytes from outside, with what must hold whatever they are.
struct FuzzTarget: Sendable {
    /// What it is called on the command line.
    var name: String
    /// The longest input that is worth trying, in bytes.
    var maximumLength: Int
    /// Inputs to begin with.
    var seeds: @Sendable () throws -> [[UInt8]]
    /// Reads an input; traps where something does not hold.
    var run: @Sendable ([UInt8]) -> Void

    /// What can be tried in a build that gives tests the inside of modules: debug builds, and those of `Scripts/fuzz`.
    static let all: [FuzzTarget] = {
        let outside: [FuzzTarget] = [
            .codes, .json, .money, .times, .documents, .proofs, .cursors, .nats, .pages, .databases,
        ]
        #if DEBUG || LIBFUZZER
            return outside + [.feeds, .events, .discovery, .answers, .arguments, .messages]
        #else
            return outside
        #endif
    }()

    /// A file below the project's folder.
    static func file(_ path: String) -> URL {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../\(path)").standardized
    }

    /// The lines of a file of the seed corpus.
    static func corpus(_ name: String) throws -> [[UInt8]] {
        try String(contentsOf: file("Fuzz/Corpus/\(name)"), encoding: .utf8).split(separator: "\n").map {
            Array($0.utf8)
        }
    }
}

/// Ends the process where something does not hold: that is what both runners take for a finding.
func hold(_ condition: Bool, _ what: @autoclosure () -> String) {
    precondition(condition, what())
}
