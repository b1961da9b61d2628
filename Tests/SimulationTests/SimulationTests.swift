import Simulation
import Testing

/// A few worlds; `Scripts/simulate` runs as many as one likes.
struct SimulationTests {
    /// The first of some seeds whose world breaks a promise. A world never waits, and other tests are to have their turn.
    private func firstViolation(of mutation: Mutation? = nil, in seeds: Range<UInt64>) async throws -> Outcome? {
        let simulation = try Simulation(mutation: mutation, troubles: mutation?.needs ?? Trouble.usual)
        for seed in seeds {
            let outcome = try simulation.run(seed: seed)
            if outcome.violation != nil { return outcome }
            await Task.yield()
        }
        return nil
    }

    @Test func `every promise is kept in forty worlds`() async throws {
        let broken = try await firstViolation(in: 1..<41)
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

    @Test func `worlds with every trouble follow from their seeds, and meet with every lie`() throws {
        var lies: Set<String> = []
        for seed in 1...12 as ClosedRange<UInt64> {
            let troubles = Set(Trouble.allCases)
            let one = try Simulation(troubles: troubles).run(seed: seed)
            if seed <= 4 { #expect(try Simulation(troubles: troubles).run(seed: seed) == one) }
            lies.formUnion(one.counts["lies", default: [:]].keys)
        }
        #expect(lies == Set(Lie.allCases.map(\.rawValue)))
    }

    /// Found by sweeps; the fault is told by the test that its mending has.
    @Test(
        arguments: [
            500_448, 178_698, 285_840, 581_737, 123_296, 217_358, 341_744, 849_519, 274_883, 20_784,
        ] as [UInt64])
    func `a world that once broke a promise keeps it`(seed: UInt64) throws {
        #expect(try Simulation().run(seed: seed).violation == nil)
    }

    /// Shortly before the first world that notices what only shows where seldom things meet.
    private static let beginnings: [Mutation: UInt64] = [
        .pageAsSuccess: 101, .feedNeverReread: 501, .keptRowPassedOver: 1590, .ageUnheard: 6101,
        .searchPassedOver: 6101,
    ]

    @Test(arguments: Mutation.allCases)
    func `a broken promise is noticed by the invariant that is about it`(_ mutation: Mutation) async throws {
        let first = Self.beginnings[mutation, default: 1]
        let noticed = try #require(try await firstViolation(of: mutation, in: first..<first + 100)?.violation)
        #expect(mutation.noticedBy.contains(noticed.invariant))
    }

    @Test func `a failing world is cut down to what it needs`() async throws {
        let failing = try #require(try await firstViolation(of: .newKeyPerAttempt, in: 1..<51))
        let simulation = try Simulation(mutation: .newKeyPerAttempt, troubles: Mutation.newKeyPerAttempt.needs)
        let needless = try simulation.shrink(failing)
        #expect(!needless.isEmpty)
        let small = try simulation.run(seed: failing.seed, skipping: needless)
        #expect(small.violation?.invariant == failing.violation?.invariant)
    }
}
