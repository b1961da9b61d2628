import FexValues
import Foundation

extension Sync {
    /// How long after a failure the platform is asked for the devices again.
    private static let devicePause: Duration = .seconds(60)
    /// The longest that it is not asked, whatever `Retry-After` says: a thief's device is to be told.
    private static let longestDevicePause: Duration = .seconds(600)

    /// The devices that were added to the wallet while this one listened, or since it last synced before that; now, and
    /// whenever there is another.
    ///
    /// Show each to the customer: one that they did not add is a thief's, and ``AccountService/revokeDevice(_:)`` ends it.
    public func watchAddedDevices() -> AsyncStream<[RegisteredDevice]> { addedDevices.watch() }

    /// Takes an event that tells of a device: a reason to ask, whatever it says.
    func noteDeviceEvent() { deviceEvents.update { $0 += 1 } }

    /// Has the platform list the devices, now and on each event, and tells of those that are new.
    func followDevices() async throws {
        let since = try await store.loadLastSync() ?? time.now()
        while true {
            let events = deviceEvents.value
            let failure = try await tolerating {
                let devices = try await self.accountService.fetchDevices()
                let own = try await self.store.loadDevice()
                // An event that is repeated, or tells what isn't so, adds nothing.
                let added = devices.filter { $0.device != own && $0.revokedAt == nil && $0.createdAt > since }
                self.addedDevices.value = added
            }
            let pause = failure.map { min(max(Self.devicePause, $0.retryAfter ?? .zero), Self.longestDevicePause) }
            try await wait(for: deviceEvents.watch(), atMost: pause) { $0 != events }
        }
    }
}
