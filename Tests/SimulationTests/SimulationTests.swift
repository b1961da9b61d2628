import Simulation
import Testing

/// A few worlds; `Scripts/simulate` runs as many as one likes.
struct SimulationTests {
    @Test func `every promise is kept in forty worlds`() throws {
        let broken = try Simulation().firstViolation(in: 1..<41)
        #expect(broken == nil)
    }

    @Test func `the same seed gives the same world to the last event, and another gives another`() throws {
        var digests: Set<UInt64> = []
        for seed in 1...5 as ClosedRange<UInt64> {
            var first: [String] = []
            var second: [String] = []
            let one = try Simulation().run(seed: seed) { first.append($0) }
            let other = try Simulation().run(seed: seed) { second.append($0) }
            #expect(first == second)
            #expect(one == other)
            #expect(one.steps > 10)
            digests.insert(one.digest)
        }
        #expect(digests.count == 5)
    }

    @Test(arguments: Mutation.allCases)
    func `a broken promise is noticed by the invariant that is about it`(_ mutation: Mutation) throws {
        let noticed = try Simulation(mutation: mutation).firstViolation(in: 1..<101)
        let invariant = try #require(noticed).violation.invariant
        #expect(mutation.noticedBy.contains(invariant))
    }

    @Test func `a failing world is cut down to what it needs`() throws {
        let simulation = try Simulation(mutation: .newKeyPerAttempt)
        let seed = try #require(try simulation.firstViolation(in: 1..<51)).seed
        let failing = try simulation.run(seed: seed)
        let needless = try simulation.shrink(failing)
        #expect(!needless.isEmpty)
        let small = try simulation.run(seed: seed, skipping: needless)
        #expect(small.violation?.invariant == failing.violation?.invariant)
    }
}
