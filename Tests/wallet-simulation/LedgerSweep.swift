import ArgumentParser
import Dispatch
import Simulation
import Synchronization

/// Many ledgers, each read by its feed and by the published list while it goes on.
struct LedgerSweep {
    fileprivate struct Total {
        var worlds = 0
        var rows = 0
        var calls = 0
        var crashes = 0
        var failed: (seed: UInt64, differences: [String])?
        var problem: (any Error)?
    }

    let from: UInt64
    let seeds: UInt64

    /// Runs all of them, and prints what was seen.
    func run() throws {
        let total = Mutex(Total())
        DispatchQueue.concurrentPerform(iterations: Int(seeds)) { number in
            let seed = from + UInt64(number)
            let outcomes = Result { try LedgerWorld.run(seed: seed) }
            total.withLock { total in
                switch outcomes {
                case .failure(let error): total.problem = error
                case .success(let outcomes): total.add(outcomes, of: seed)
                }
            }
        }
        let (line, isRight) = try total.withLock { total in
            if let problem = total.problem { throw problem }
            if let (seed, differences) = total.failed {
                return ("seed \(seed): \(differences.joined(separator: "\n  "))", false)
            }
            return (
                "\(seeds) seeds, \(total.worlds) ledgers: the same rows as the platform's in each; "
                    + "\(total.rows) rows, \(total.calls) calls, \(total.crashes) crashes", true
            )
        }
        print(line)
        if !isRight { throw ExitCode(1) }
    }
}

extension LedgerSweep.Total {
    mutating func add(_ outcomes: [LedgerWorld.Outcome], of seed: UInt64) {
        for outcome in outcomes {
            worlds += 1
            rows += outcome.rows
            calls += outcome.calls
            crashes += outcome.crashes
            guard !outcome.differences.isEmpty, seed < failed?.seed ?? .max else { continue }
            failed = (seed, outcome.differences)
        }
    }
}
