import Dispatch
import Foundation
import TerminalProgram
import WalletCommands

@main
struct WalletCLIMain {
    /// Not `async`: what carries tasks opens files, and would take the numbers of standard streams that are closed.
    static func main() {
        ProcessPrivacy.begin()
        StandardStreams.prepare()
        Task { ProgramEnd.end(await WalletCLI.run()) }
        dispatchMain()
    }
}
