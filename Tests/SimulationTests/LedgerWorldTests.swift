import Simulation
import Testing

/// A few ledgers; `Scripts/simulate --ledgers N` runs as many as one likes.
struct LedgerWorldTests {
    /// The last seed crashes between the end of the first walk and what is remembered of it.
    @Test(arguments: Array(1...20) + [558] as [UInt64])
    func `feed and published list end in the rows of the ledger, whatever happens while they are read`(
        seed: UInt64
    ) throws {
        for outcome in try LedgerWorld.run(seed: seed) {
            #expect(outcome.differences == [])
            #expect(outcome.rows > 0 && outcome.calls > outcome.rows / 6)
        }
    }
}
