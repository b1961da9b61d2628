import FexValues
import Foundation
import Logging
import Synchronization
import Testing
import WalletTesting

@testable import WalletCore

/// What somebody can do to a wallet who can send it events.
@Suite(.timeLimit(.minutes(15))) struct RefusedEventsTests {
    let test: TestWallet
    private let lines = LoggedLines()

    init() throws { test = try TestWallet() }

    /// A wallet to which one true request came, and everything that is none.
    private func flooded() async throws -> (wallet: Wallet, kinds: [Data]) {
        // Its feed has been read before: nothing but events is heard of here.
        try await test.openLoggedIn().approvals.catchUp()
        var configuration = test.configuration
        configuration.log = lines.logger()
        let wallet = try await Wallet(configuration)
        test.platform.addIntent("pi_true", target: ModelPlatform.wallet, lifetime: .seconds(3600))
        test.platform.addIntent("pi_other", target: WalletID("wal_2")!)
        test.platform.addIntent("pi_late", target: ModelPlatform.wallet, lifetime: .seconds(1))
        let withdrawn = test.platform.addIntent("pi_withdrawn", target: ModelPlatform.wallet)
        test.platform.set("status", to: "cancelled", of: withdrawn)
        test.clock.advance(by: .seconds(2))
        #expect(try await wallet.approvals.follow(push: requestEvent("pi_true")) != nil)
        let kinds = [
            Data("{".utf8), requestEvent("pi_true", wallet: "wal_2"), requestEvent("pi_other"),
            requestEvent("pi_never"),
            requestEvent("pi_true", amount: "3.55"), requestEvent("pi_late"), requestEvent("pi_withdrawn"),
            requestEvent("pi_true"),
        ]
        return (wallet, kinds)
    }

    /// Does with an event what is done with one of the stream.
    private func bringsNews(_ event: Data, to wallet: Wallet) async throws -> Bool {
        guard let hint = wallet.approvals.hints.read(event, for: ModelPlatform.wallet) else { return false }
        do { return try await wallet.approvals.hints.follow(hint, for: ModelPlatform.wallet, by: .stream) } catch {
            // The stream's reader has the feed looked at, whoever it was that refused.
            guard let error = error as? PlatformError, case .refused = error.reason else { throw error }
            return false
        }
    }

    @Test func `10,000 forged, replayed, cross-wallet and stale events prompt nobody, and leave a line a kind`()
        async throws
    {
        let (wallet, kinds) = try await flooded()
        var news = 0
        for number in 0..<10_000 where try await bringsNews(kinds[number % kinds.count], to: wallet) { news += 1 }
        #expect(news == 0)
        #expect(try await wallet.approvals.load().map(\.intent.id.rawValue) == ["pi_true"])
        #expect(try await wallet.approvals.load().map(\.state) == [.pending])
        #expect(
            lines.kinds.sorted() == ["contradiction", "not_waiting", "other_wallet", "unknown_intent", "unreadable"])
    }

    @Test func `how many were refused is told once a minute`() async throws {
        let (wallet, kinds) = try await flooded()
        for _ in 0..<500 { _ = try await wallet.approvals.follow(push: kinds[0]) }
        #expect(lines.times == ["1"])
        test.clock.advance(by: .seconds(60))
        for _ in 0..<500 { _ = try await wallet.approvals.follow(push: kinds[0]) }
        #expect(lines.times == ["1", "500"])
    }

    @Test func `a device's clock set back hushes no refusal`() async throws {
        let (wallet, kinds) = try await flooded()
        _ = try await wallet.approvals.follow(push: kinds[0])
        test.clock.set(Timestamp("2020-01-01T00:00:00Z")!)
        test.clock.advance(by: .seconds(60))
        _ = try await wallet.approvals.follow(push: kinds[0])
        #expect(lines.times == ["1", "1"])
    }

    @Test func `nobody is asked about an event that names another wallet`() async throws {
        let (wallet, kinds) = try await flooded()
        let before = test.platform.calls.count
        for _ in 0..<100 { _ = try await wallet.approvals.follow(push: kinds[1]) }
        #expect(test.platform.calls.count == before)
    }
}
