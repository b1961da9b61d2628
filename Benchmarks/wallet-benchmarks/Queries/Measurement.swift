import CBareSQLite
import FexValues
import WalletCore

/// An operation, measured: the wallet and the C program in turn, each first every other time.
struct Measurement {
    /// Runs that are not counted, in which caches fill and statements are prepared.
    private static let warmUp = 20

    let operation: Operation
    private(set) var rows = 0
    private(set) var ours = Timings()
    private(set) var bare = Timings()

    init(_ operation: Operation, wallet: Wallet, database: BareDatabase, iterations: Int) async throws {
        self.operation = operation
        let query = try database.prepare(operation.question)
        for variant in operation.variants { try await check(variant, wallet, query) }
        for number in -Measurement.warmUp..<iterations {
            let variant = operation.variants[abs(number) % operation.variants.count]
            try query.bind(variant.values)
            var times = (ours: Int64(0), bare: Int64(0))
            for turn in 0..<2 {
                let start = bare_now()
                if (turn + number) & 1 == 0 {
                    _ = try await variant.ask(wallet)
                    times.ours = bare_now() - start
                } else {
                    try query.run()
                    times.bare = bare_now() - start
                }
            }
            guard number >= 0 else { continue }
            ours.add(times.ours)
            bare.add(times.bare)
        }
    }

    /// Both must answer the same before it counts who is quicker.
    private mutating func check(_ variant: Operation.Variant, _ wallet: Wallet, _ query: BareQuery) async throws {
        let answer = try await variant.ask(wallet)
        try query.bind(variant.values)
        let found = query.rows(min(try query.run(), HistoryQuery().limit))
        guard answer.map({ $0.id.rawValue.filter { $0 != "-" } }) == found.map({ $0.id.hexadecimal }) else {
            throw BareFailure("\(operation.name): the wallet and the C program answer differently")
        }
        guard answer.count > 0 else { throw BareFailure("\(operation.name): nothing is found") }
        rows = max(rows, answer.count)
    }

    var document: JSON {
        [
            "name": .string(operation.name), "kind": .string(operation.kind.rawValue), "rows": .integer(rows),
            "ours": ours.document, "bare": bare.document,
        ]
    }
}

extension [UInt8] {
    fileprivate var hexadecimal: String {
        map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
