import Foundation
import Simulation
import Synchronization

/// Many seeds, side by side on all processors: a world is one thread's, and worlds know nothing of each other.
final class Sweep: Sendable {
    private struct State {
        var total = Total()
        var failed: Outcome?
        var problem: (any Error)?
    }

    /// So many worlds follow each other on one simulation, which takes a while to make.
    private static let block: UInt64 = 1000

    private let seeds: Range<UInt64>
    private let mutation: Mutation?
    private let troubles: Set<Trouble>
    private let state = Mutex(State())
    private let begin = ContinuousClock.now

    init(from: UInt64, seeds: UInt64, mutation: Mutation?, troubles: Set<Trouble>) {
        self.troubles = troubles
        self.seeds = from..<(from + seeds)
        self.mutation = mutation
    }

    /// Runs all seeds, or up to the first that fails.
    ///
    /// - Returns: The first that fails.
    func run() throws -> Outcome? {
        let blocks = (seeds.count + Int(Self.block) - 1) / Int(Self.block)
        DispatchQueue.concurrentPerform(iterations: blocks) { number in
            let first = seeds.lowerBound + UInt64(number) * Self.block
            do {
                try run(first..<min(first + Self.block, seeds.upperBound))
            } catch {
                state.withLock { $0.problem = error }
            }
        }
        return try state.withLock { state in
            if let problem = state.problem { throw problem }
            return state.failed
        }
    }

    private func run(_ block: Range<UInt64>) throws {
        guard state.withLock({ $0.problem == nil && ($0.failed?.seed ?? .max) > block.lowerBound }) else { return }
        let simulation = try Simulation(mutation: mutation, troubles: troubles)
        var total = Total()
        for seed in block {
            let outcome = try simulation.run(seed: seed)
            total.add(outcome)
            guard outcome.violation != nil else { continue }
            state.withLock { if ($0.failed?.seed ?? .max) > seed { $0.failed = outcome } }
            break
        }
        let done = state.withLock { state in
            state.total.add(total)
            return state.total.worlds
        }
        guard isatty(STDERR_FILENO) != 0 else { return }
        FileHandle.standardError.write(Data("\r\(done) of \(seeds.count) seeds".utf8))
        if done == seeds.count { FileHandle.standardError.write(Data("\n".utf8)) }
    }

    /// What was run and seen, where nothing failed.
    var report: String {
        let seconds = begin.duration(to: .now).formatted(
            .units(allowed: [.seconds], fractionalPart: .show(length: 1)))
        let total = state.withLock(\.total)
        return
            "\(total.worlds) seeds from \(seeds.lowerBound): 0 violations of \(Invariant.allCases.count) invariants\n"
            + "  \(total.line), in \(seconds)\n\(total.kinds)"
    }
}

/// What all seeds together went through: invariants that are never put to the test prove nothing.
private struct Total {
    var worlds = 0
    private var steps = 0
    private var crashes = 0
    private var faults = 0
    private var sent = 0
    private var effects = 0
    private var states: [String: Int] = [:]
    private var counts: [String: [String: Int]] = [:]

    mutating func add(_ outcome: Outcome) {
        worlds += 1
        steps += outcome.steps
        crashes += outcome.crashes
        faults += outcome.faults
        sent += outcome.sent
        effects += outcome.effects
        states.merge(outcome.states) { $0 + $1 }
        add(outcome.counts)
    }

    mutating func add(_ other: Total) {
        worlds += other.worlds
        steps += other.steps
        crashes += other.crashes
        faults += other.faults
        sent += other.sent
        effects += other.effects
        states.merge(other.states) { $0 + $1 }
        add(other.counts)
    }

    private mutating func add(_ counts: [String: [String: Int]]) {
        self.counts.merge(counts) { $0.merging($1) { $0 + $1 } }
    }

    /// A line for each sort of thing that was counted, with its kinds.
    var kinds: String {
        counts.sorted { $0.key < $1.key }.map { what, kinds in
            let list = kinds.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            return "  \(what) by kind: \(list.joined(separator: ", "))"
        }.joined(separator: "\n")
    }

    var line: String {
        let ends = states.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        return "\(steps) steps, \(crashes) crashes, \(faults) faults, \(sent) decisions sent, "
            + "\(effects) took effect; \(ends)"
    }
}
