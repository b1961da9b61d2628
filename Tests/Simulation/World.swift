import FexHTTP
import FexValues
import Foundation
import GRDB
import WalletCore
import WalletTesting

/// One simulated world: the platform, the customer's devices and processes, and the thread of time they are on.
final class World: @unchecked Sendable {
    let mutation: Mutation?
    let plan: Plan
    let timeline: Timeline
    let devices: [SimulatedDevice]
    var processes: [SimulatedProcess] = []
    var platform: PlatformModel { didSet { isPlatformChanged = true } }
    /// Whether the platform may have changed since the invariants were last checked.
    private var isPlatformChanged = true
    var oracle = Oracle()
    /// What a customer's ways and the network's are drawn from.
    var network: SeededRandom
    /// What lies are drawn from.
    var liar: SeededRandom
    /// Whether payments are left out of the list, or else of the feed, where the ledger is searched: never of both.
    let liesInList: Bool
    /// What the platform answered last, of a decision first, by call.
    var earlier: [String: PlatformModel.Answer] = [:]
    /// What a wallet that believes stale answers has been told first.
    var firstAnswers: [String: PlatformModel.Answer] = [:]
    /// How far the platform's clock is from where it began, at first and after each correction.
    var shifts: [Int64] = [0]
    var feedAnswersOnTheWay = 0
    /// How often the requests were numbered anew.
    var renumberings = 0
    let troubles: Set<Trouble>
    var isCalm = false
    /// How many syncs that were begun since have not ended.
    private(set) var syncsToEnd = 0
    /// What the ledger hides of the payments that are made.
    var hiding: Hiding?
    var cuts = 0
    var crashes = 0
    var observers: [Wallet] = []
    private(set) var violation: Violation?
    private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    private let trace: ((String) -> Void)?
    private var starts = 0
    /// How often each kind of thing happened.
    private(set) var counts: [String: [String: Int]] = [:]

    /// The customer's wallet, and somebody else's.
    static let wallet = "wal_1"
    static let otherWallet = "wal_2"
    /// When a simulation begins, in milliseconds since 1970.
    static let beginning: Int64 = 1_800_000_000_000

    init(
        seed: UInt64, mutation: Mutation?, troubles: Set<Trouble>, skipping: Set<Int>, databases: DeviceDatabases,
        trace: ((String) -> Void)?
    ) throws {
        var random = SeededRandom(seed)
        let troubles = troubles.union(mutation?.needs ?? [])
        var plan = Plan(&random, troubles: troubles)
        self.troubles = troubles
        plan.events = plan.events.enumerated().filter { !skipping.contains($0.offset) }.map(\.element)
        self.plan = plan
        self.mutation = mutation
        self.trace = trace
        let timeline = Timeline(seed: random.next())
        self.timeline = timeline
        network = SeededRandom(random.next())
        liar = SeededRandom(random.next())
        liesInList = seed.isMultiple(of: 2)
        platform = databases.platform
        // With tokens that end, a renewal whose answer is lost for long ends a session.
        platform.rules.accessLifetime = .seconds(troubles.contains(.sessions) ? 300 : 86_400)
        platform.rules.readsByTime = mutation == .watermarkByTime
        devices = try (0..<(plan.hasSecondDevice ? 2 : 1)).map {
            SimulatedDevice(number: $0, queue: try databases.take(for: $0), timeline: timeline, skew: plan.skews[$0])
        }
        for device in devices {
            device.keep(tokens: platform.logIn(at: now), key: DeviceDatabases.key(ofDevice: device.number))
        }
    }

    // MARK: Time

    /// What time it is on the platform's clock.
    var now: Timestamp { time(in: shifts.count - 1) }

    /// What time it would be on the platform's clock had it not been corrected since.
    func time(in epoch: Int) -> Timestamp { Timestamp(milliseconds: World.beginning + timeline.now + shifts[epoch]) }

    /// The latest that it is by any clock that the platform has had.
    var latestTime: Timestamp { Timestamp(milliseconds: World.beginning + timeline.now + (shifts.max() ?? 0)) }

    // MARK: What is written down

    /// Counts something that happened.
    func count(_ what: String, _ kind: String) { counts[what, default: [:]][kind, default: 0] += 1 }

    /// Writes down what happens: each line counts for the digest.
    func note(_ text: String) {
        let line = "\(timeline.now) \(text)"
        for byte in line.utf8 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3 }
        trace?(line)
    }

    /// Whether the platform may have changed since this was last asked.
    func takePlatformChange() -> Bool {
        defer { isPlatformChanged = false }
        return isPlatformChanged
    }

    /// Remembers the first promise that was broken.
    func report(_ invariant: Invariant, _ detail: String) {
        guard violation == nil else { return }
        violation = Violation(invariant: invariant, detail: detail)
        note("VIOLATION \(invariant.rawValue): \(detail)")
    }

    /// Whether the next call meets with a fault.
    func isFaulty(_ divisor: Int = 1) -> Bool {
        !isCalm && network.int(1...100) <= plan.faults / divisor
    }

    // MARK: Processes

    /// Starts a process on a device, in a slot that stays its own over crashes.
    func start(slot: Int, on device: SimulatedDevice) {
        starts += 1
        let process = SimulatedProcess(name: "p\(slot).\(starts)", device: device)
        process.keepsEveryState = mutation == .sendBeforeStore
        process.onCrash = { [weak self, weak process] in
            guard let self, let process else { return }
            crashes += 1
            note("\(process.name) crashed")
            timeline.schedule(after: isCalm ? 0 : Int64(network.int(0...60_000)), "restart") { [self] in
                forgetLastWrite(of: device)
                start(slot: slot, on: device)
            }
        }
        if slot < processes.count { processes[slot] = process } else { processes.append(process) }
        note("\(process.name) starts on \(device.number)")
        process.wallet = open(process, isObserver: false) {
            try process.pass($0)
        }
    }

    private func forgetLastWrite(of device: SimulatedDevice) {
        guard mutation == .sendBeforeStore, let earlier = device.beforeLastSend else { return }
        try? earlier.backup(to: device.queue)
        device.beforeLastSend = nil
        device.noteReplacement()
    }

    /// A wallet that only looks, and never is in anybody's way.
    func openObserver(of device: SimulatedDevice) -> Wallet? {
        let process = SimulatedProcess(name: "observer", device: device)
        return open(process, isObserver: true) { _ in }
    }

    private func open(
        _ process: SimulatedProcess, isObserver: Bool,
        _ pass: @escaping @Sendable (InlineDatabase.Moment) throws -> Void
    ) -> Wallet? {
        let address = HTTPAddress("https://p.test")!
        var configuration = WalletConfiguration(
            endpoints: PlatformEndpoints(api: address, auth: address), database: URL(filePath: "/nowhere"),
            secrets: SimulatedSecrets(device: process.device, process: process, mutation: mutation),
            http: SimulatedTransport(world: self, process: process))
        var clock = SimulatedClock(device: process.device, process: process)
        if isObserver { clock.platformShift = { [self] in shifts[shifts.count - 1] } }
        configuration.clock = clock
        configuration.entropy = Entropy(
            uuid: { [self] in network.uuid() }, fraction: { [self] in Double(network.int(0...999)) / 1000 })
        configuration.renewalExecutor = timeline
        if !isObserver, troubles.contains(.listening) {
            configuration.events = InMemoryEventTransport(broker: process.broker)
        }
        configuration.inlineDatabase = InlineDatabase(process.device.queue, pass: pass)
        configuration.leaseHolder = LeaseHolder(name: process.name) { [self] other in
            !processes.contains { $0.name == other && !$0.isDead }
        }
        let ready = configuration
        return timeline.immediately { try await Wallet(ready) }
    }

    /// Has a process do something; how it ends is written down.
    func run(
        _ what: String, in slot: Int, _ body: @escaping @Sendable (Wallet) async throws -> String
    ) {
        guard slot < processes.count, let wallet = processes[slot].wallet, !processes[slot].isDead else { return }
        let process = processes[slot]
        // One that began earlier may still meet with a fault of its time.
        let mustSucceed = isCalm && what == "sync"
        note("\(process.name) \(what)")
        if mustSucceed { syncsToEnd += 1 }
        timeline.run { [self] in
            defer { if mustSucceed { syncsToEnd -= 1 } }
            do {
                let result = try await body(wallet)
                if !process.isDead { note("\(process.name) \(what): \(result)") }
            } catch {
                let code = (error as? any WalletError)?.code ?? "\(type(of: error))"
                if !process.isDead { note("\(process.name) \(what) failed: \(code)") }
                if mustSucceed, !process.isDead { report(.everythingSettles, "\(what) fails when all works: \(code)") }
            }
        }
    }
}
