import FexValues
import Foundation
import PaymentCodes
import WalletCore
import WalletCurl

let platform = CommandLine.arguments[1]
let wallet = try await Wallet.open(
    .production(api: URL(string: platform)!, auth: URL(string: platform + "/auth")!, http: CurlTransport()),
    in: URL(filePath: "my-wallet"))
