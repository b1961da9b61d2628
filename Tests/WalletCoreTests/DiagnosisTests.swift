import FexHTTP
import FexValues
import Foundation
import Testing
import WalletTesting

@testable import WalletCore

/// What a wallet says where something that it needs is not in order.
@Suite(.timeLimit(.minutes(5))) struct DiagnosisTests {
    let test: TestWallet
    let box: Middlebox
    let broker = InMemoryEventBroker()

    init() throws {
        test = try TestWallet()
        box = Middlebox(before: test.platform)
    }

    private func open() async throws -> Wallet {
        _ = try await test.openLoggedIn()
        var configuration = test.configuration
        configuration.http = box
        configuration.events = InMemoryEventTransport(broker: broker)
        return try await Wallet(configuration)
    }

    /// What is wrong, as `subject: code`, the rest having been looked at.
    private func problems(of wallet: Wallet) async throws -> [String] {
        let checks = try await wallet.diagnosis.checks()
        #expect(checks.map(\.subject) == Diagnosis.Subject.allCases)
        return checks.compactMap { check in check.problem.map { "\(check.subject.rawValue): \($0.code)" } }
    }

    @Test func `a wallet that is in order is found so`() async throws {
        let wallet = try await open()
        #expect(try await problems(of: wallet).isEmpty)
        #expect(broker.published.count == 1 && broker.subscriberCount == 0, "it has heard itself, and listens no more")
    }

    @Test func `each thing that is not in order is named, and the rest is looked at`() async throws {
        let wallet = try await open()
        let key = try #require(try test.secrets.load(.deviceKey))
        try test.secrets.remove(.deviceKey)
        #expect(try await problems(of: wallet) == ["device: device_key_lost"])
        try test.secrets.save(key, as: .deviceKey)
        box.plan("/health", .init(passesOn: false, status: 200, body: "<html>Sign in to the network</html>"))
        #expect(try await problems(of: wallet) == ["api: not_the_platform"])
        box.plan("/health", .init(passesOn: false, status: 503, body: "{}"))
        #expect(try await problems(of: wallet).map { $0.prefix(4) } == ["api:"])
        box.plan(
            "/.well-known/openid-configuration", .init(passesOn: false, status: 200, body: #"{"issuer":"http://x"}"#))
        #expect(try await problems(of: wallet).map { $0.prefix(18) } == ["identity_provider:"])
        box.plan("/devices", .init(passesOn: false, status: 200, body: #"{"success":true,"devices":[]}"#))
        #expect(try await problems(of: wallet) == ["device: device_removed"])
    }

    @Test func `a device that was removed, and so was logged out, is told to log in`() async throws {
        let wallet = try await open()
        try await wallet.account.revokeDevice(try #require(try await wallet.account.loadDevice()))
        #expect(try await problems(of: wallet) == ["session: session_ended", "device: session_ended"])
    }

    @Test func `an event server that is away is named with its reason`() async throws {
        let wallet = try await open()
        broker.disconnect(reason: "no route")
        let checks = try await waitedFor(wallet)
        let events = try #require(checks.first { $0.subject == .events })
        #expect(events.problem?.code == "events_not_connected" && events.detail.contains("no route"))
        #expect(checks.count { $0.problem != nil } == 1)
    }

    @Test func `an event server that takes what is sent, and brings nothing back, is not alive`() async throws {
        _ = try await open()
        var configuration = test.configuration
        configuration.events = DeafTransport()
        let checks = try await waitedFor(try await Wallet(configuration))
        #expect(checks.compactMap { $0.problem?.code } == ["events_not_connected"])
    }

    @Test func `where nobody may hear themselves, a connection has to do`() async throws {
        _ = try await open()
        var configuration = test.configuration
        configuration.events = DeafTransport(allowsPublishing: false)
        #expect(try await problems(of: try await Wallet(configuration)).isEmpty)
    }

    /// The checks of a wallet whose event server is waited for in vain.
    private func waitedFor(_ wallet: Wallet) async throws -> [Diagnosis.Check] {
        async let checks = wallet.diagnosis.checks()
        try await until("somebody waits for the echo") { test.clock.sleeperCount == 1 }
        test.clock.advance(by: .seconds(5))
        return try await checks
    }
}

/// A connection on which nothing comes.
private struct DeafTransport: EventTransport {
    var allowsPublishing = true

    func signals(on subjects: [String]) -> AsyncStream<EventSignal> {
        let (signals, continuation) = AsyncStream<EventSignal>.makeStream()
        continuation.yield(.connected)
        return signals
    }

    func publish(_ payload: Data, to subject: String) async throws(EventTransportError) {
        guard allowsPublishing else { throw EventTransportError(.notAllowed, detail: "not yours") }
    }
}
