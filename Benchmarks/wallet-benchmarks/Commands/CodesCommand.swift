import ArgumentParser
import CBareSQLite
import FexValues
import Foundation
import PaymentCodes
import WalletCore

/// `codes`: how long it takes to tell what a scanned text is, for each kind of code.
struct CodesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "codes", abstract: "Measure the parsing of codes; prints JSON.")

    /// So many parsings are timed as one: one alone is shorter than the clock's own call is certain.
    private static let batch = 100

    @Option(help: "How often each code is parsed.") var iterations = 2_000
    @Argument(help: "Files of cases, a JSON object with a code's text on each line.") var files: [String]

    func run() throws {
        var kinds: [String: Kind] = [:]
        for text in try texts() {
            // What can't be used is measured by nobody's patience.
            guard let scanned = try? ScannedCode(parsing: text) else { continue }
            let timings = measure(text)
            kinds[CodesCommand.name(of: scanned), default: Kind()].add(timings)
        }
        let documents = kinds.sorted { $0.key < $1.key }.map { $0.value.document(named: $0.key) }
        print((["iterations": .integer(iterations), "kinds": .array(documents)] as JSON).text)
    }

    private func texts() throws -> [String] {
        try files.flatMap { file in
            try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").compactMap { line in
                try JSON(parsing: String(line))["input"]?.stringValue
            }
        }
    }

    private func measure(_ text: String) -> Timings {
        var timings = Timings()
        for _ in 0..<max(3, iterations / CodesCommand.batch) {
            let start = bare_now()
            for _ in 0..<CodesCommand.batch { CodesCommand.use(try? ScannedCode(parsing: text)) }
            timings.add((bare_now() - start) / Int64(CodesCommand.batch))
        }
        return timings
    }

    /// Keeps the compiler from finding that nobody needs the result.
    @inline(never)
    private static func use(_: ScannedCode?) {}

    private static func name(of code: ScannedCode) -> String {
        switch code {
        case .merchant(let code): "merchant, \(code.form.rawValue)"
        case .wallet: "wallet"
        case .foreign(let code): code.kind.rawValue
        }
    }
}

/// All codes of one kind, measured.
private struct Kind {
    private var medians: [Int64] = []

    mutating func add(_ timings: Timings) { medians.append(timings.quantile(0.5)) }

    func document(named name: String) -> JSON {
        let sorted = medians.sorted()
        return [
            "name": .string(name), "codes": .integer(sorted.count), "median_ns": .integer(sorted[sorted.count / 2]),
            "slowest_ns": .integer(sorted[sorted.count - 1]),
        ]
    }
}
