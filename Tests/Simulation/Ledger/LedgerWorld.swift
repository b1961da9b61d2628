import FexHTTP
import FexValues
import Foundation
import GRDB
import HTTPTypes
import Synchronization
import WalletCore
import WalletTesting

/// One wallet that reads a ledger which goes on meanwhile, through failing calls and crashes; at the end it has to hold the
/// same rows.
public struct LedgerWorld {
    /// What came of a seed.
    public struct Outcome: Sendable {
        /// How many transactions there were at the end.
        public var rows: Int
        /// How many calls were made.
        public var calls: Int
        /// How often the process crashed.
        public var crashes: Int
        /// What the wallet holds differently from the ledger; empty if nothing.
        public var differences: [String]
    }

    /// Runs the worlds of one seed: one reads the feed, one the published list.
    ///
    /// - Throws: What SQLite throws where it can't have a database in memory.
    public static func run(seed: UInt64) throws -> [Outcome] {
        let databases = try DeviceDatabases()
        return try LedgerModel.Reading.allCases.map { reading in
            try LedgerWorld(seed: seed, reading: reading, database: databases.take(for: 0)).run()
        }
    }

    private let model: LedgerModel
    private let timeline: Timeline
    private let device: SimulatedDevice
    private let calls = Counter()

    private init(seed: UInt64, reading: LedgerModel.Reading, database: DatabaseQueue) {
        model = LedgerModel(seed: seed, reading: reading)
        timeline = Timeline(seed: seed)
        device = SimulatedDevice(number: 0, queue: database, timeline: timeline, skew: 0)
        device.keep(tokens: model.logIn(), key: DeviceDatabases.key(ofDevice: 0))
    }

    private func run() -> Outcome {
        var crashes = 0
        for life in 1...8 {
            // In its last life the wallet is let alone, and nothing happens any more.
            if life == 8 { model.isBusy = false }
            let process = SimulatedProcess(name: "\(life)", device: device)
            process.momentsToLive = model.momentsToLive()
            guard let wallet = open(process) else {
                crashes += 1
                continue
            }
            for _ in 0..<2 { _ = timeline.immediately { try await wallet.sync.once() } }
            if process.isDead { crashes += 1 }
        }
        return Outcome(rows: model.lines.count, calls: calls.value, crashes: crashes, differences: differences())
    }

    private func open(_ process: SimulatedProcess) -> Wallet? {
        let address = HTTPAddress("https://p.test")!
        var configuration = WalletConfiguration(
            endpoints: PlatformEndpoints(api: address, auth: address), database: URL(filePath: "/nowhere"),
            secrets: SimulatedSecrets(device: device, process: process, mutation: nil),
            http: LedgerTransport(model: model, calls: calls))
        configuration.clock = SimulatedClock(device: device, process: process)
        configuration.inlineDatabase = InlineDatabase(device.queue) { try process.pass($0) }
        configuration.leaseHolder = LeaseHolder(name: process.name) { _ in true }
        let ready = configuration
        return timeline.immediately { try await Wallet(ready) }
    }

    private func differences() -> [String] {
        let observer = SimulatedProcess(name: "observer", device: device)
        guard let wallet = open(observer) else { return ["the database can't be opened"] }
        let held = timeline.immediately { try await wallet.ledger.loadAll() }?.map {
            "\($0.id) \($0.intent?.rawValue ?? "-") \($0.type) \($0.status) \($0.amount.minorUnits) "
                + "\($0.summary ?? "-") \($0.createdAt.milliseconds)"
        }
        guard let held else { return ["the history can't be read"] }
        let expected = model.lines
        let extra = held.sorted().filter { !expected.contains($0) }.map { "held: \($0)" }
        return expected.filter { !held.contains($0) }.map { "missing: \($0)" } + extra
            + (held.count == expected.count ? [] : ["\(held.count) rows for \(expected.count)"])
    }
}

extension Ledger {
    /// The whole history, by pages.
    fileprivate func loadAll() async throws -> [LedgerTransaction] {
        var all: [LedgerTransaction] = []
        var query = HistoryQuery(limit: 7)
        repeat {
            let page = try await loadHistory(query)
            all += page.entries
            query.after = page.next
        } while query.after != nil
        return all
    }
}

/// A number that grows.
final class Counter: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    func add() { count.withLock { $0 += 1 } }
}

/// The way to a ledger: calls fail, and between them the ledger goes on.
private struct LedgerTransport: HTTPTransport {
    let model: LedgerModel
    let calls: Counter

    func send(_ call: HTTPCall) async throws(HTTPTransportError) -> HTTPAnswer {
        calls.add()
        model.goOn()
        guard !model.fails() else {
            throw HTTPTransportError(.connectionLost, mayHaveBeenSent: true, detail: "cut")
        }
        let answer = model.serve(PlatformModel.Request(call))
        var response = HTTPResponse(status: .init(code: answer.status))
        response.headerFields[.eTag] = answer.etag
        return HTTPAnswer(response, body: Data(answer.document.utf8))
    }
}
