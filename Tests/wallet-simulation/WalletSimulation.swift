public import ArgumentParser
import CSQLiteSetup
import Foundation
public import Simulation
import Synchronization

/// Runs simulated worlds by their seeds.
@main
struct WalletSimulation: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Run simulated worlds and check the wallet's promises in them.")

    private static let troubleNames = Trouble.allCases.map(\.rawValue).joined(separator: ", ")
    private static let usualNames = Trouble.usual.map(\.rawValue).sorted().joined(separator: ", ")
    private static let mutations = Mutation.allCases.map(\.rawValue).joined(separator: ", ")

    @Option(help: "How many seeds to run.") var seeds: UInt64 = 20_000
    @Option(help: "The first seed.") var from: UInt64 = 1
    @Option(help: "Replay one seed, and print all that happens.") var seed: UInt64?
    @Option(help: "A promise to break: \(mutations).") var mutation: Mutation?
    @Flag(help: "Break each promise in turn: a table says after how many seeds it is noticed.") var mutations = false

    @Option(
        help: """
            A trouble that worlds may hold, or several: \(troubleNames); "all"; by default \(usualNames).
            """)
    var trouble: [String] = []

    @Option(help: "How many ledgers to read while they go on, by feed and by pages.") var ledgers: UInt64?

    private var troubles: Set<Trouble> {
        if trouble.isEmpty { return Trouble.usual }
        return trouble.contains("all") ? Set(Trouble.allCases) : Set(trouble.compactMap(Trouble.init(rawValue:)))
    }

    func validate() throws {
        if let unknown = trouble.first(where: { $0 != "all" && Trouble(rawValue: $0) == nil }) {
            throw ValidationError("there is no trouble called \(unknown)")
        }
    }

    func run() throws {
        csqlite_count_no_memory()
        if let ledgers { return try LedgerSweep(from: from, seeds: ledgers).run() }
        if let seed { return try replay(seed) }
        if mutations { return try tabulate() }
        let sweep = Sweep(from: from, seeds: seeds, mutation: mutation, troubles: troubles)
        guard let failed = try sweep.run() else { return print(sweep.report) }
        print("seed \(failed.seed) violates \(failed.violation.map { "\($0)" } ?? "nothing")")
        print("  \(failed.seed - from + 1) seeds until then; digest \(failed.hexDigest)")
        let simulation = try Simulation(mutation: mutation, troubles: troubles)
        let needless = try simulation.shrink(failed)
        print("  \(failed.planned - needless.count) of \(failed.planned) planned things are enough:")
        _ = try simulation.run(seed: failed.seed, skipping: needless) { print("    \($0)") }
        let option = (mutation.map { " --mutation \($0.rawValue)" } ?? "") + trouble.map { " --trouble \($0)" }.joined()
        print("  replay all of it: Scripts/simulate --seed \(failed.seed)\(option)")
        throw ExitCode(1)
    }

    private func replay(_ seed: UInt64) throws {
        let outcome = try Simulation(mutation: mutation, troubles: troubles).run(seed: seed) { print($0) }
        print("seed \(seed): digest \(outcome.hexDigest), \(outcome.steps) steps")
        guard let violation = outcome.violation else { return }
        print("violated: \(violation)")
        throw ExitCode(1)
    }

    /// Prints after how many seeds each broken promise is noticed, and by which invariant.
    private func tabulate() throws {
        var isAllNoticed = true
        for mutation in Mutation.allCases {
            // The fewer troubles there are, the more of a world is about what was broken.
            let troubles = trouble.isEmpty ? mutation.needs : troubles
            let noticed = try Simulation(mutation: mutation, troubles: troubles).firstViolation(
                in: from..<(from + seeds))
            isAllNoticed = isAllNoticed && noticed.map { mutation.noticedBy.contains($0.violation.invariant) } ?? false
            let name = mutation.rawValue.padding(toLength: 30, withPad: " ", startingAt: 0)
            let when = noticed.map { "after \($0.seed - from + 1) seeds, by \($0.violation)" }
            print("\(name)  \(when ?? "not in \(seeds) seeds")")
        }
        guard isAllNoticed else { throw ExitCode(1) }
    }
}

extension Mutation: ExpressibleByArgument {}

extension Outcome {
    /// The digest as it is printed.
    fileprivate var hexDigest: String { String(digest, radix: 16) }
}
