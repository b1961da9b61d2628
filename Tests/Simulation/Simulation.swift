import WalletCore
import WalletTesting

/// Worlds that follow from their seeds alone.
///
/// The same seed gives the same world to the last event, in this process or another.
public struct Simulation: @unchecked Sendable {
    private let databases: DeviceDatabases
    private let mutation: Mutation?
    private let troubles: Set<Trouble>

    /// A simulation.
    ///
    /// - Parameters:
    ///   - mutation: A promise to break.
    ///   - troubles: What worlds may hold.
    /// - Throws: What SQLite throws where it can't have a database in memory.
    public init(mutation: Mutation? = nil, troubles: Set<Trouble> = Trouble.usual) throws {
        databases = try DeviceDatabases()
        self.mutation = mutation
        self.troubles = troubles
    }

    /// Runs the world of one seed to its end, or to the first violation.
    ///
    /// - Parameters:
    ///   - skipping: Places in the seed's plan that do not happen.
    ///   - trace: Told every line of what happens.
    public func run(
        seed: UInt64, skipping: Set<Int> = [], trace: ((String) -> Void)? = nil
    ) throws -> Outcome {
        let world = try World(
            seed: seed, mutation: mutation, troubles: troubles, skipping: skipping, databases: databases, trace: trace)
        defer { for device in world.devices { databases.giveBack(device.queue) } }
        world.begin()
        world.step(until: Plan.end)
        world.finish()
        return Outcome(world, seed: seed)
    }

    /// The first of some seeds whose world breaks a promise, and how.
    public func firstViolation(in seeds: Range<UInt64>) throws -> (seed: UInt64, violation: Violation)? {
        for seed in seeds {
            if let violation = try run(seed: seed).violation { return (seed, violation) }
        }
        return nil
    }

    /// Finds what of a seed's plan the violation needs.
    ///
    /// - Returns: Places in the plan without which the same invariant is still violated.
    public func shrink(_ outcome: Outcome) throws -> Set<Int> {
        var skipped: Set<Int> = []
        for place in (0..<outcome.planned).reversed() {
            let found = try run(seed: outcome.seed, skipping: skipped.union([place])).violation
            if found != nil, found?.invariant == outcome.violation?.invariant { skipped.insert(place) }
        }
        return skipped
    }
}

/// What came of one seed.
public struct Outcome: Hashable, Sendable {
    /// The seed.
    public var seed: UInt64
    /// The first promise broken, if one was.
    public var violation: Violation?
    /// Stands for everything that happened, in its order.
    public var digest: UInt64
    /// How many steps it took.
    public var steps: Int
    /// How many things the seed had planned.
    public var planned: Int
    /// How often a process crashed.
    public var crashes: Int
    /// How many calls met with a fault.
    public var faults: Int
    /// How many decisions left a device.
    public var sent: Int
    /// How many decisions took effect.
    public var effects: Int
    /// How many decisions ended in each state.
    public var states: [String: Int]
    /// How often each kind of step, fault, lie and trouble came up.
    public var counts: [String: [String: Int]]

    init(_ world: World, seed: UInt64) {
        self.seed = seed
        violation = world.violation
        digest = world.digest
        steps = world.timeline.steps
        planned = world.plan.events.count
        crashes = world.crashes
        faults = world.cuts
        sent = world.oracle.keys.count
        effects = world.platform.effects.count
        counts = world.counts
        states = world.oracle.rows.reduce(into: [:]) { states, rows in
            for row in rows.values { states[row.state, default: 0] += 1 }
        }
    }
}
