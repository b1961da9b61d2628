import FexValues
import Foundation
import PaymentCodes
import Testing
import WalletCore
import WalletTesting

@Suite struct WalletPreviewTests {
    @Test func `a preview holds the payments and requests of its scene, and the balance that they leave`() async throws
    {
        let preview = try await Wallet.preview()
        let history = try await preview.wallet.ledger.loadHistory()
        #expect(
            history.entries.map { $0.merchantName } == [
                "Corner Coffee", "Green Grocer", "Book Nook", "Corner Coffee", "City Transport",
            ])
        #expect(
            history.entries.first.map { WalletScene.everyday.now.duration(since: $0.createdAt) } == .seconds(3600))
        let requests = try await preview.wallet.approvals.loadOpen()
        #expect(requests.map(\.intent.merchantName) == ["Café Zoë"])
        // 1000.00 that everybody begins with, less 2.80, 7.40, 18.99, 31.25 and 3.70.
        #expect(try await preview.wallet.ledger.loadAccount()?.balance.description == "935.86 USD")
        #expect(preview.clock.now() == WalletScene.everyday.now)
    }

    @Test func `an empty preview has a customer and nothing else`() async throws {
        let preview = try await Wallet.preview(.empty)
        #expect(try await preview.wallet.ledger.loadHistory().entries.isEmpty)
        #expect(try await preview.wallet.approvals.load().isEmpty)
        #expect(try await preview.wallet.ledger.loadAccount() != nil)
    }

    @Test func `a preview's customer pays a code and answers a till`() async throws {
        let preview = try await Wallet.preview(.empty)
        let text = try preview.code(for: .init("Corner Coffee", "3.70", "Flat white"))
        guard case .merchant(let code) = try ScannedCode(parsing: text) else {
            throw ContractViolation("no merchant's code")
        }
        let checked = try await preview.wallet.intents.check(code)
        #expect(checked.intent.shownMerchant == "Corner Coffee")
        #expect(try await preview.wallet.decisions.decide(.pay, on: checked.terms).decision.state == .confirmed)

        let asked = try await preview.ask(.init("Green Grocer", "31.25", "Groceries"))
        let request = try #require(try await preview.wallet.approvals.load(asked))
        #expect(
            try await preview.wallet.decisions.decide(.decline, on: request.intent.terms).decision.state == .confirmed)
        #expect(preview.platform.debits == [checked.intent.id.rawValue])
    }

    @Test func `an answer that a preview loses leaves the outcome unknown until the next sync`() async throws {
        let preview = try await Wallet.preview(.empty)
        let asked = try await preview.ask(.init("Corner Coffee", "3.70", "Flat white"))
        let request = try #require(try await preview.wallet.approvals.load(asked))
        preview.fates.plan("/approve", .lostAfter)
        #expect(
            try await preview.wallet.decisions.decide(.approve, on: request.intent.terms).decision.state == .unknown)
        preview.clock.advance(by: .seconds(60))
        _ = try await preview.wallet.sync.once()
        #expect(try await preview.wallet.ledger.loadHistory().entries.map(\.merchantName) == ["Corner Coffee"])
    }

    @Test func `a preview's files go with it`() async throws {
        let folder = try await Wallet.preview(.empty).configuration.database.deletingLastPathComponent()
        #expect(!FileManager.default.fileExists(atPath: folder.path))
    }
}
