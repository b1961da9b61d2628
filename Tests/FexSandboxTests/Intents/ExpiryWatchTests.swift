import Foundation
import GRDB
import Testing

@testable import FexSandbox

@Suite(.timeLimit(.minutes(15))) struct ExpiryWatchTests {
    @Test func `an intent expires though nobody asks for it`() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "fex-expiry-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        let (clock, entropy) = (SandboxClock(.virtual), Entropy(seed: 1))
        let store = try Store(directory: directory, clock: clock, entropy: entropy)
        let services = Services(
            store: store,
            authority: await TokenAuthority(
                key: try SandboxWorld.signingKey.get(), clock: clock, entropy: entropy),
            clock: clock, entropy: entropy, faults: FaultInjector([], seed: 1), documents: IntentDocument(qrForm: .uri))
        try await store.transaction { transaction in
            try transaction.seedIfEmpty()
            let order = try NewIntent(RequestBodyObject(parsing: #"{"amount":1}"#.utf8), call: .create)
            _ = try transaction.createIntent(order, merchantID: transaction.merchants()[0].id) { _ in nil }
        }
        // A connection of its own: the store's would expire what is due before it reads.
        let onlooker = try DatabaseQueue(path: directory.appending(path: "sandbox.sqlite").path)
        func status() async throws -> String? {
            try await onlooker.read { try String.fetchOne($0, sql: "SELECT status FROM intents") }
        }
        try await withThrowingTaskGroup { group in
            group.addTask { try await ExpiryWatch(services: services).run() }
            clock.advance(milliseconds: 1_799_999)
            #expect(try await status() == "pending")
            clock.advance(milliseconds: 1)
            let begin = ContinuousClock.now
            while try await status() != "expired" {
                try #require(ContinuousClock.now - begin < .seconds(300), "it has not expired in five minutes")
                await Task.yield()
            }
            group.cancelAll()
        }
    }
}
