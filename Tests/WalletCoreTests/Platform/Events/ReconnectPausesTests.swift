import FexValues
import Testing
import WalletCore
import WalletTesting

struct ReconnectPausesTests {
    let pauses = ReconnectPauses(first: .seconds(1), limit: .seconds(30))

    @Test(arguments: [(1, 1000), (2, 2000), (3, 4000), (5, 16_000), (6, 30_000), (1000, 30_000), (0, 1000)])
    func `pauses double up to the limit, and are half to all of that by chance`(failures: Int, most: Int) {
        var generator = SplitMix64(seed: 1)
        let drawn = (0..<500).map { _ in pauses.pause(after: failures, using: &generator) }
        #expect(drawn.allSatisfy { .milliseconds(most / 2) <= $0 && $0 <= .milliseconds(most) })
        #expect(Set(drawn).count > 100)
    }
}
