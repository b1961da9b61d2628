import ShellModel
import Testing
import WalletCore
import WalletTesting

@MainActor @Suite struct WalletModelTests {
    @Test func `a customer scans a code, sees what it costs, and pays`() async throws {
        let preview = try await Wallet.preview()
        let model = WalletModel(preview.wallet)
        await model.scan(try preview.code(for: .init("Corner Coffee", "3.70", "Flat white")))
        #expect(model.checked?.intent.amount.description == "3.70 USD")
        await model.pay()
        #expect(model.message == "Paid 3.70 USD.")
    }

    @Test func `a customer declines what a till asks for, and nothing is left to answer`() async throws {
        let preview = try await Wallet.preview()
        let model = WalletModel(preview.wallet)
        await model.refresh()
        let request = try #require(model.requests.first)
        await model.answer(request, with: .decline)
        #expect(model.message == "Declined." && model.requests.isEmpty)
        #expect(!preview.platform.debits.contains(request.intent.id.rawValue))
    }

    @Test func `a customer whose answer is lost is told not to pay again`() async throws {
        let preview = try await Wallet.preview()
        let model = WalletModel(preview.wallet)
        await model.refresh()
        let request = try #require(model.requests.first)
        preview.fates.plan("/approve", .lostAfter)
        await model.answer(request, with: .approve)
        #expect(model.message == "Not known yet. Don't pay again: the wallet asks until it knows.")
    }
}
