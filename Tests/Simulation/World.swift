import Foundation
import GRDB
import WalletCore

/// One simulated world: the platform, the customer's devices and processes, and the thread of time they are on.
final class World: @unchecked Sendable {
    let mutation: Mutation?
    let plan: Plan
    let timeline: Timeline
    let devices: [SimulatedDevice]
    var processes: [SimulatedProcess] = []
    var platform: SimulatedPlatform
    var oracle = Oracle()
    /// What a customer's ways and the network's are drawn from.
    var network: SeededRandom
    var isCalm = false
    var cuts = 0
    var crashes = 0
    var observers: [Wallet] = []
    private(set) var violation: Violation?
    private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    private let trace: ((String) -> Void)?
    private var starts = 0

    init(
        seed: UInt64, mutation: Mutation?, skipping: Set<Int>, databases: DeviceDatabases, trace: ((String) -> Void)?
    ) throws {
        var random = SeededRandom(seed)
        var plan = Plan(&random)
        plan.happenings = plan.happenings.enumerated().filter { !skipping.contains($0.offset) }.map(\.element)
        self.plan = plan
        self.mutation = mutation
        self.trace = trace
        let timeline = Timeline(seed: random.next())
        self.timeline = timeline
        network = SeededRandom(random.next())
        platform = SimulatedPlatform(isReadByTime: mutation == .watermarkByTime)
        devices = try (0..<(plan.hasSecondDevice ? 2 : 1)).map {
            SimulatedDevice(number: $0, queue: try databases.take(), timeline: timeline, skew: plan.skews[$0])
        }
    }

    /// Writes down what happens: each line counts for the digest.
    func note(_ text: String) {
        let line = "\(timeline.now) \(text)"
        for byte in line.utf8 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3 }
        trace?(line)
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
        device.isChanged = true
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
        let address = URL(string: "https://p.test")!
        var configuration = WalletConfiguration(
            endpoints: PlatformEndpoints(api: address, auth: address), database: address,
            secrets: SimulatedSecrets(), http: SimulatedTransport(world: self, process: process))
        configuration.clock = SimulatedClock(device: process.device, process: process, isTrue: isObserver)
        configuration.entropy = Entropy(
            uuid: { [self] in network.uuid() }, fraction: { [self] in Double(network.int(0...999)) / 1000 })
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
        timeline.run { [self] in
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
