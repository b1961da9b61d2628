import FexHTTP
import FexValues
import Foundation
import Testing
import WalletCore
import WalletTesting

@Suite(.timeLimit(.minutes(15))) struct ClosingTests {
    let test: TestWallet
    let transport: HeldTransport

    init() throws {
        test = try TestWallet()
        transport = HeldTransport(test.platform)
    }

    private func openLoggedIn(events: InMemoryEventBroker? = nil) async throws -> Wallet {
        var configuration = test.configuration
        configuration.http = transport
        if let events { configuration.events = InMemoryEventTransport(broker: events) }
        let wallet = try await Wallet(configuration)
        _ = try await wallet.account.logIn(username: "alice", password: "right", deviceName: "test")
        return wallet
    }

    /// The files of the wallet that this process has open.
    private var openFiles: [String] {
        let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return descriptors.compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
        }
        .filter { $0.contains(test.directory.lastPathComponent) }
    }

    private func expectClosed(_ what: String, _ call: () async throws -> Void) async {
        await #expect(throws: OpeningError.closed, "\(what)") { try await call() }
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/fd")))
    func `a closed wallet has no file open, and can be opened again`() async throws {
        let wallet = try await openLoggedIn()
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1"))
        _ = try await wallet.decisions.decide(.pay, on: intent.terms)
        _ = try await wallet.sync.once()
        var (accounts, requests) = (
            wallet.ledger.watchAccount().makeAsyncIterator(), wallet.approvals.watch().makeAsyncIterator()
        )
        _ = (try await accounts.next(), try await requests.next(), try await wallet.ledger.loadHistory())
        #expect(!openFiles.isEmpty)
        await wallet.close()
        #expect(openFiles == [])
        await wallet.close()
        let again = try await test.open()
        #expect(try await again.ledger.loadHistory().entries.count == 1)
        await again.close()
        #expect(openFiles == [])
    }

    @Test func `every call to a closed wallet says that it is closed`() async throws {
        let wallet = try await openLoggedIn()
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1"))
        let decision = try await wallet.decisions.decide(.pay, on: intent.terms).decision
        let proof = try await wallet.proofs.export(decision.id)
        await wallet.close()
        let (calls, device) = (test.platform.calls.count, DeviceID("dev_1")!)

        #expect(await !wallet.account.isLoggedIn)
        await expectClosed("check") { try await wallet.account.check() }
        await expectClosed("logOut") { try await wallet.account.logOut() }
        await expectClosed("logIn") {
            _ = try await wallet.account.logIn(username: "alice", password: "right", deviceName: "test")
        }
        await expectClosed("logIn on a page") { _ = try await wallet.account.logIn(deviceName: "test") { _ in } }
        await expectClosed("logIn by tokens") {
            _ = try await wallet.account.logIn(
                accessToken: "a", expiresIn: .seconds(60), refreshToken: nil, deviceName: "test")
        }
        let page = URL(string: "wallet://login")!
        await expectClosed("beginLogIn") { _ = try await wallet.account.beginLogIn(redirect: page) }
        await expectClosed("finishLogIn") {
            _ = try await wallet.account.finishLogIn(callback: page, deviceName: "test")
        }
        await expectClosed("fetchDevices") { _ = try await wallet.account.fetchDevices() }
        await expectClosed("revokeDevice") { try await wallet.account.revokeDevice(device) }
        await expectClosed("loadDevice") { _ = try await wallet.account.loadDevice() }
        await expectClosed("restore") { try await wallet.account.restore() }
        await expectClosed("fetch") { _ = try await wallet.intents.fetch(intent.id) }
        await expectClosed("load an intent") { _ = try await wallet.intents.load(intent.id) }
        await expectClosed("decide") { _ = try await wallet.decisions.decide(.pay, on: intent.terms) }
        await expectClosed("sendAll") { _ = try await wallet.decisions.sendAll() }
        await expectClosed("retry") { _ = try await wallet.decisions.retry(decision.id) }
        await expectClosed("cancel") { _ = try await wallet.decisions.cancel(decision.id) }
        await expectClosed("loadOutbox") { _ = try await wallet.decisions.loadOutbox() }
        await expectClosed("load a decision") { _ = try await wallet.decisions.load(on: intent.id) }
        await expectClosed("load requests") { _ = try await wallet.approvals.load() }
        await expectClosed("load open requests") { _ = try await wallet.approvals.loadOpen() }
        await expectClosed("load groups") { _ = try await wallet.approvals.loadGroups() }
        await expectClosed("mute") { try await wallet.approvals.mute(intent.merchantID) }
        await expectClosed("catchUp") { try await wallet.approvals.catchUp() }
        await expectClosed("receive") { _ = try await wallet.approvals.receive(push: requestEvent("pi_1")) }
        await expectClosed("export") { _ = try await wallet.proofs.export(decision.id) }
        await expectClosed("verify") { _ = try await wallet.proofs.verify(proof) }
        await expectClosed("loadHistory") { _ = try await wallet.ledger.loadHistory() }
        await expectClosed("loadMonthTotals") { _ = try await wallet.ledger.loadMonthTotals() }
        await expectClosed("loadAccount") { _ = try await wallet.ledger.loadAccount() }
        await expectClosed("load limits") { _ = try await wallet.limits.load() }
        await expectClosed("save limits") { try await wallet.limits.save(SpendingLimit(currency: Currency("USD"))) }
        await expectClosed("once") { try await wallet.sync.once() }
        await expectClosed("refreshAccount") { try await wallet.sync.refreshAccount() }
        await expectClosed("run") { try await wallet.sync.run() }
        await expectClosed("checks") { _ = try await wallet.diagnosis.checks() }
        await expectClosed("watch requests") { for try await _ in wallet.approvals.watch() {} }
        await expectClosed("watch the account") { for try await _ in wallet.ledger.watchAccount() {} }
        for await _ in wallet.sync.watchListening() {}
        #expect(test.platform.calls.count == calls)
    }

    @Test func `closing waits for a payment on its way, and lets no further call in`() async throws {
        let wallet = try await openLoggedIn()
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1"))
        transport.holdAnswers(to: "pay")
        let payment = Task { try await wallet.decisions.decide(.pay, on: intent.terms) }
        try await until("the payment is on its way") { transport.waiting == 1 }
        let closing = Task { await wallet.close() }
        try await until("no call is let in") {
            do { try await wallet.account.check() } catch OpeningError.closed { return true }
            return false
        }
        #expect(try await wallet.ledger.loadAccount() != nil, "what is in hand needs the database")
        transport.release()
        #expect(try await payment.value.decision.state == .confirmed)
        await closing.value
        let again = try await test.open()
        #expect(try await again.decisions.load(on: intent.id)?.state == .confirmed)
    }

    @Test func `closing ends who listens, and who watches`() async throws {
        let broker = InMemoryEventBroker()
        let wallet = try await openLoggedIn(events: broker)
        let listening = Task { try await wallet.sync.run() }
        let requests = Task { for try await _ in wallet.approvals.watch() {} }
        let history = Task { for try await _ in wallet.ledger.watchHistory() {} }
        let states = Task { await wallet.sync.watchListening().reduce(into: []) { $0.append($1) } }
        try await until("it listens") { broker.subscriberCount > 0 }
        await wallet.close()
        await #expect(throws: OpeningError.closed) { try await listening.value }
        await #expect(throws: OpeningError.closed) { try await requests.value }
        await #expect(throws: OpeningError.closed) { try await history.value }
        #expect(await states.value.last == .no)
        #expect(broker.subscriberCount == 0)
    }

    @Test func `a suspended wallet does not listen, and does again when it is resumed`() async throws {
        let broker = InMemoryEventBroker()
        let wallet = try await openLoggedIn(events: broker)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await wallet.sync.run() }
            try await until("it listens") { broker.subscriberCount > 0 }
            await wallet.suspend()
            #expect(broker.subscriberCount == 0)
            // What an app does in the background is let in.
            let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1"))
            #expect(try await wallet.decisions.decide(.pay, on: intent.terms).decision.state == .confirmed)
            #expect(broker.subscriberCount == 0)
            wallet.resume()
            try await until("it listens again") { broker.subscriberCount > 0 }
            group.cancelAll()
        }
        await wallet.suspend()
        await wallet.close()
        await #expect(throws: OpeningError.closed) { try await wallet.sync.run() }
    }

    @Test func `to suspend waits for what is being done`() async throws {
        let wallet = try await openLoggedIn()
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1"))
        transport.holdAnswers(to: "pay")
        let payment = Task { try await wallet.decisions.decide(.pay, on: intent.terms) }
        try await until("the payment is on its way") { transport.waiting == 1 }
        let impatient = Task { await wallet.suspend() }
        impatient.cancel()
        // Nobody has let the payment go: who has no more time does not wait for it.
        await impatient.value
        let patient = Task {
            await wallet.suspend()
            return try await wallet.decisions.load(on: intent.id)?.state
        }
        transport.release()
        #expect(try await patient.value == .confirmed)
        _ = try await payment.value
    }
}
