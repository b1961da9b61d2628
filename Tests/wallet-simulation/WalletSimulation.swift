import ArgumentParser
import Foundation
import Simulation

/// Runs simulated worlds by their seeds.
@main
struct WalletSimulation: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wallet-simulation", abstract: "Run simulated worlds and check the wallet's promises in them.")

    @Option(help: "How many seeds to run.") var seeds: UInt64 = 20_000
    @Option(help: "The first seed.") var from: UInt64 = 1
    @Option(help: "Replay one seed, and print all that happens.") var seed: UInt64?
    @Option(help: "A promise to break: \(Mutation.allCases.map(\.rawValue).joined(separator: ", ")).")
    var mutation: String?

    func run() throws {
        let broken = try mutation.map { name in
            guard let mutation = Mutation(rawValue: name) else { throw ValidationError("no mutation is called \(name)") }
            return mutation
        }
        let simulation = try Simulation(mutation: broken)
        if let seed { try replay(seed, simulation) } else { try sweep(simulation) }
    }

    private func replay(_ seed: UInt64, _ simulation: Simulation) throws {
        let outcome = try simulation.run(seed: seed) { print($0) }
        print("seed \(seed): digest \(outcome.hexDigest), \(outcome.steps) steps")
        guard let violation = outcome.violation else { return }
        print("violated: \(violation)")
        throw ExitCode(1)
    }

    private func sweep(_ simulation: Simulation) throws {
        let begin = ContinuousClock.now
        var total = Total()
        for seed in from..<(from + seeds) {
            let outcome = try simulation.run(seed: seed)
            total.add(outcome)
            guard let violation = outcome.violation else { continue }
            print("seed \(seed) violates \(violation)")
            print("  \(seed - from + 1) seeds until then; digest \(outcome.hexDigest)")
            let needless = try simulation.shrink(outcome)
            print("  \(outcome.planned - needless.count) of \(outcome.planned) planned things are enough:")
            _ = try simulation.run(seed: seed, skipping: needless) { print("    \($0)") }
            print("  replay all of it: Scripts/simulate --seed \(seed)" + (mutation.map { " --mutation \($0)" } ?? ""))
            throw ExitCode(1)
        }
        print("\(seeds) seeds from \(from): 0 violations of \(Invariant.allCases.count) invariants")
        print("  \(total.line), in \(begin.duration(to: .now).formatted(.units(allowed: [.seconds], fractionalPart: .show(length: 1))))")
    }
}

/// What all seeds together went through: invariants that are never put to the test prove nothing.
private struct Total {
    var steps = 0
    var crashes = 0
    var faults = 0
    var sent = 0
    var effects = 0
    var states: [String: Int] = [:]

    mutating func add(_ outcome: Outcome) {
        steps += outcome.steps
        crashes += outcome.crashes
        faults += outcome.faults
        sent += outcome.sent
        effects += outcome.effects
        states.merge(outcome.states) { $0 + $1 }
    }

    var line: String {
        let ends = states.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        return "\(steps) steps, \(crashes) crashes, \(faults) faults, \(sent) decisions sent, \(effects) took effect; \(ends)"
    }
}

extension Outcome {
    /// The digest as it is printed.
    fileprivate var hexDigest: String { String(digest, radix: 16) }
}
