import Foundation
import WalletCommands

@main
struct WalletCLIMain {
    static func main() async {
        exit(await WalletCLI.run())
    }
}
