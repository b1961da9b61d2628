import FexValues
import WalletCore

/// How long something took, each time.
struct Timings {
    private(set) var nanoseconds: [Int64] = []

    mutating func add(_ nanoseconds: Int64) { self.nanoseconds.append(nanoseconds) }

    /// The time that a share of all runs did not exceed.
    func quantile(_ share: Double) -> Int64 {
        let sorted = nanoseconds.sorted()
        return sorted[min(Int(Double(sorted.count) * share), sorted.count - 1)]
    }

    var document: JSON {
        ["p50_ns": .integer(quantile(0.5)), "p99_ns": .integer(quantile(0.99))]
    }
}
