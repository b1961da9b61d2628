import FexValues
import Foundation
import PaymentCodes
import WalletCore
import WalletCurl

let platform = CommandLine.arguments[1]
let wallet = try await Wallet.open(
    .production(api: URL(string: platform)!, auth: URL(string: platform + "/auth")!, http: CurlTransport()),
    in: URL(filePath: "my-wallet"))

if await !wallet.account.isLoggedIn {
    _ = try await wallet.account.logIn(deviceName: "My first wallet") { prompt in
        print("Open \(prompt.pageWithCode ?? prompt.page), and allow \(prompt.userCode).")
    }
}

guard case .merchant(let code) = try ScannedCode(parsing: CommandLine.arguments[2]) else {
    fatalError("This is no merchant's code.")
}
let checked = try await wallet.intents.check(code)

print("Pay \(checked.intent.amount) to \(checked.intent.shownMerchant)? [y/n]")
guard readLine() == "y" else { exit(0) }

let result = try await wallet.decisions.decide(.pay, on: checked.terms)
switch result.decision.state {
case .confirmed: print("Paid.")
case .recorded, .waiting: print("Waiting for the network. Nothing was sent yet.")
case .sending, .unknown: print("Not known yet. Don't pay again.")
case .refused, .lapsed, .cancelled: print("Not paid.")
}
