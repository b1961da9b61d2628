import Simulation
import Testing

struct SimulationTests {
    @Test func `every promise is kept in three hundred worlds`() throws {
        let simulation = try Simulation()
        for seed in 1...300 as ClosedRange<UInt64> {
            let outcome = try simulation.run(seed: seed)
            #expect(outcome.violation == nil, "seed \(seed)")
        }
    }

    @Test func `the same seed gives the same world to the last event`() throws {
        for seed in 1...20 as ClosedRange<UInt64> {
            var first: [String] = []
            var second: [String] = []
            let one = try Simulation().run(seed: seed) { first.append($0) }
            let other = try Simulation().run(seed: seed) { second.append($0) }
            #expect(first == second)
            #expect(one == other)
            #expect(one.steps > 10)
        }
    }

    @Test func `different seeds give different worlds`() throws {
        let simulation = try Simulation()
        let digests = try Set((1...20).map { try simulation.run(seed: $0).digest })
        #expect(digests.count == 20)
    }

    @Test(arguments: Mutation.allCases)
    func `a broken promise is noticed`(_ mutation: Mutation) throws {
        let simulation = try Simulation(mutation: mutation)
        let caught = (1...300 as ClosedRange<UInt64>).lazy
            .compactMap { try? simulation.run(seed: $0) }.first { $0.violation != nil }
        #expect(caught != nil)
    }

    @Test func `a failing world is cut down to what it needs`() throws {
        let simulation = try Simulation(mutation: .newKeyPerAttempt)
        let failing = try #require(
            (1...50 as ClosedRange<UInt64>).lazy.compactMap { try? simulation.run(seed: $0) }
                .first { $0.violation != nil })
        let needless = try simulation.shrink(failing)
        #expect(!needless.isEmpty)
        #expect(try simulation.run(seed: failing.seed, skipping: needless).violation?.invariant == failing.violation?.invariant)
    }
}
