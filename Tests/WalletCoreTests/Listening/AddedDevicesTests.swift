import FexValues
import Foundation
import HTTPTypes
import Testing
import WalletTesting

@testable import WalletCore

/// A device that is added to the wallet is told to the others.
@Suite(.timeLimit(.minutes(15))) struct AddedDevicesTests {
    let test: TestWallet
    let broker = InMemoryEventBroker()

    init() throws { test = try TestWallet() }

    private let subject = "wallets.wal_1.wallet.device.added"

    private func openListening() async throws -> Wallet {
        _ = try await test.openLoggedIn()
        var configuration = test.configuration
        configuration.events = InMemoryEventTransport(broker: broker)
        let wallet = try await Wallet(configuration)
        _ = try await wallet.sync.once()
        return wallet
    }

    /// Another device of the customer's.
    private func addDevice() async throws -> DeviceID {
        let other = try TestWallet()
        var configuration = other.configuration
        configuration.http = test.platform
        configuration.clock = test.clock
        let wallet = try await Wallet(configuration)
        _ = try await wallet.account.logIn(username: "alice", password: "right", deviceName: "other")
        return try #require(try await wallet.account.loadDevice())
    }

    /// Runs a body while the wallet listens.
    private func listening(_ wallet: Wallet, _ body: () async throws -> Void) async throws {
        let run = Task { try await wallet.sync.run() }
        try await until("the stream stands") { wallet.sync.listening.value == .stream }
        try await body()
        run.cancel()
        _ = await run.result
    }

    private func waitUntil(_ wallet: Wallet, showsAdded devices: [DeviceID]) async throws {
        for await added in wallet.sync.watchAddedDevices() where added.map(\.device) == devices { return }
    }

    @Test func `a device that is added while another listens is told of, once, and by its name`() async throws {
        let wallet = try await openListening()
        try await listening(wallet) {
            test.clock.advance(by: .seconds(1))
            let device = try await addDevice()
            for _ in 0..<3 { broker.deliver(Data("{}".utf8), to: subject) }
            try await waitUntil(wallet, showsAdded: [device])
            #expect(wallet.sync.addedDevices.value[0].name == "other")
        }
    }

    @Test func `one that was added while nobody listened is told of when somebody does`() async throws {
        let wallet = try await openListening()
        test.clock.advance(by: .seconds(1))
        let device = try await addDevice()
        try await listening(wallet) { try await waitUntil(wallet, showsAdded: [device]) }
    }

    @Test func `an event alone adds nothing, and a device of old is no news`() async throws {
        _ = try await addDevice()
        test.clock.advance(by: .seconds(1))
        let wallet = try await openListening()
        try await listening(wallet) {
            func asked() -> Int { test.platform.calls.count { $0.line == "GET /wallet/api/v1/devices" } }
            try await until("the devices were asked for") { asked() == 1 }
            broker.deliver(Data(#"{"device_id":"dev_9","name":"forged"}"#.utf8), to: subject)
            try await until("they were asked for again") { asked() == 2 }
            #expect(wallet.sync.addedDevices.value.isEmpty)
        }
    }

    @Test func `a platform that can't be asked is asked again`() async throws {
        let wallet = try await openListening()
        test.clock.advance(by: .seconds(1))
        let device = try await addDevice()
        test.fate.plan("/api/v1/devices", .portal)
        try await listening(wallet) {
            let calls = { test.platform.calls.count { $0.line == "GET /wallet/api/v1/devices" } }
            try await until("the devices were asked for") { calls() == 1 }
            try await until("the rest sleeps") { test.clock.sleeperCount > 0 }
            while wallet.sync.addedDevices.value.isEmpty {
                test.clock.advance(by: .seconds(10))
                await Task.yield()
            }
            #expect(wallet.sync.addedDevices.value.map(\.device) == [device])
        }
    }

    @Test(arguments: ["1000000000", "9223372036854775807", "Fri, 31 Dec 9999 23:59:59 GMT"])
    func `whatever pause a platform asks for, the devices are asked for again within the hour`(pause: String)
        async throws
    {
        let wallet = try await openListening()
        let box = Middlebox(before: test.platform)
        box.plan("/api/v1/devices", .init(passesOn: false, status: 503, body: "", headers: [.retryAfter: pause]))
        var configuration = test.configuration
        configuration.http = box
        configuration.events = InMemoryEventTransport(broker: broker)
        await wallet.close()
        let other = try await Wallet(configuration)
        let asked = { test.platform.calls.count { $0.line == "GET /wallet/api/v1/devices" } }
        let before = asked()
        try await listening(other) {
            try await until("the rest sleeps") { test.clock.sleeperCount > 0 && box.plannedCount == 0 }
            for _ in 0..<370 where asked() == before {
                test.clock.advance(by: .seconds(10))
                try await Task.sleep(for: .milliseconds(2))
            }
            try await until("the devices are asked for again") { asked() > before }
        }
    }
}
