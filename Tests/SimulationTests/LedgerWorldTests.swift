import Simulation
import Testing

/// A few ledgers; `Scripts/simulate --ledgers N` runs as many as one likes.
struct LedgerWorldTests {
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `feed and published list end in the rows of the ledger, whatever happens while they are read`(
        seed: UInt64
    ) throws {
        for outcome in try LedgerWorld.run(seed: seed) {
            #expect(outcome.differences == [])
            #expect(outcome.rows > 0 && outcome.calls > outcome.rows / 6)
        }
    }
}
