import Foundation
import GRDB
import WalletCore

/// A device of the customer's: a database that survives crashes, a clock that may be wrong, a network that may be away.
final class SimulatedDevice: @unchecked Sendable {
    let number: Int
    let queue: DatabaseQueue
    let timeline: Timeline
    /// How far its clock is ahead of the platform's.
    var skew: Int64
    var offlineUntil: Int64 = 0
    /// Whether something was committed since the invariants were last checked.
    var isChanged = true
    /// The database before the last write, where a mutation wants to go back to it.
    var beforeLastWrite: DatabaseQueue?
    var beforeLastSend: DatabaseQueue?

    init(number: Int, queue: DatabaseQueue, timeline: Timeline, skew: Int64) {
        self.number = number
        self.queue = queue
        self.timeline = timeline
        self.skew = skew
    }
}

/// The clock of a device, as one of its processes sees it.
struct SimulatedClock: WalletClock {
    let device: SimulatedDevice
    let process: SimulatedProcess
    /// Whether it shows the platform's time, whatever the device's clock is set to.
    var isTrue = false

    func now() -> Timestamp {
        Timestamp(milliseconds: SimulatedPlatform.beginning + device.timeline.now + (isTrue ? 0 : device.skew))
    }

    func uptime() -> Duration { .milliseconds(device.timeline.now) }

    /// Processes crash, devices don't: what one process knew of the time, the next may use.
    var bootSession: String? { "device \(device.number)" }

    func sleep(for duration: Duration) async throws {
        let milliseconds = duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
        let isAwake: Bool = await process.wait(orElse: false) { wake in
            device.timeline.schedule(after: milliseconds, "wake") { wake(true) }
        }
        if !isAwake { throw CancellationError() }
    }
}

/// Secrets that are there from the beginning.
struct SimulatedSecrets: SecretStore {
    func load(_ name: SecretName) throws(SecretStoreError) -> Data? {
        switch name {
        case .tokens: Data(#"{"access_token":"access","access_ends_at":9000000000000,"refresh_token":null}"#.utf8)
        case .deviceKey: Data(repeating: 7, count: 32)
        case .device, .eventCredentials: nil
        }
    }

    func save(_ secret: Data, as name: SecretName) throws(SecretStoreError) {}
    func replace(_ name: SecretName, expected: Data?, with secret: Data) throws(SecretStoreError) -> Bool { true }
    func remove(_ name: SecretName) throws(SecretStoreError) {}

    func withExclusiveAccess<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        try await body()
    }
}
