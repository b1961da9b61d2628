import FexValues
import WalletCore

extension CommandContext {
    /// Runs a body while the wallet listens, and says how it does: "nothing new" and "not listening" are told apart.
    func listening(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await ListeningNote(file: profile.listeningFile).withWriter { write in
            defer { write(.no) }
            // The first to end, or to fail, ends the others: with the session ends whatever listens.
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await wallet.sync.run() }
                group.addTask {
                    for await listening in wallet.sync.watchListening() {
                        write(listening)
                        if listening != .no { terminal.note("listening \(listening.sentence)") }
                    }
                }
                group.addTask {
                    // Another process may have written until now, and has ended.
                    while true {
                        try await Task.sleep(for: .seconds(5))
                        for await listening in wallet.sync.watchListening() {
                            write(listening)
                            break
                        }
                    }
                }
                group.addTask {
                    var told: Set<DeviceID> = []
                    for await devices in wallet.sync.watchAddedDevices() {
                        for device in devices where told.insert(device.device).inserted {
                            terminal.show(device.warning)
                        }
                    }
                }
                group.addTask { try await body() }
                try await group.next()
                group.cancelAll()
            }
        }
    }
}

extension RegisteredDevice {
    /// What a customer is told of a device that was added while another listened.
    fileprivate var warning: String {
        "a device was added to your wallet at \(createdAt): \(shownName). If it isn't yours: "
            + "`wallet-cli devices revoke \(device)`"
    }
}
