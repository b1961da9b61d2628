import FexValues
import Foundation
import WalletCore

/// The deployment that the customer's platform runs.
private let production = WalletDeployment.production(
    api: URL(string: "https://api.example.com")!, auth: URL(string: "https://auth.example.com")!)

func openWallet(in folder: URL) async throws -> Wallet {
    try await Wallet.open(production, in: folder)
}

func logIn(_ wallet: Wallet, browse: @Sendable (URL) async throws -> URL) async throws {
    let page = try await wallet.account.beginLogIn(redirect: URL(string: "com.example.wallet:/login")!)
    let callback = try await browse(page)  // ASWebAuthenticationSession, or a custom tab
    let account = try await wallet.account.finishLogIn(callback: callback, deviceName: "My phone")
    print("Logged in: \(account.wallet) holds \(account.balance).")
}

func logInElsewhere(_ wallet: Wallet, show: @Sendable @escaping (String) async -> Void) async throws {
    _ = try await wallet.account.logIn(deviceName: "Kitchen display") { prompt in
        await show("Open \(prompt.page) and allow \(prompt.userCode).")
    }
}

func close(_ wallet: Wallet) async {
    await wallet.close()  // every later call throws OpeningError.closed
}
