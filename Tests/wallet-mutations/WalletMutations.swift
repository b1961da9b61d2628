import ArgumentParser
import FexValues
import Foundation
import WalletCore
import WalletTesting

/// Opens wallets whose database was changed at random, as a customer would who knows nothing of it.
///
/// A line says which seed comes next, so that whoever watches knows what ended the process, or what it hangs on. The last line
/// is a document of what was seen.
@main
struct WalletMutations: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wallet-mutations",
        abstract: "Change a wallet's database at random, and live with it.",
        discussion: "Each seed is one change. With --make the changed databases are written down instead, for programs."
    )

    @Option(help: "How many.") var seeds: UInt64 = 1000
    @Option(help: "The first seed.") var from: UInt64 = 1
    @Option(help: "Write homes with changed databases into this folder, one a seed, and do nothing else.")
    var make: String?

    func run() async throws {
        let sample = try await SampleWallet()
        defer { sample.remove() }
        var seen = Findings(canaries: sample.canaries)
        for seed in from..<from + seeds {
            let folder = make.map { URL(filePath: $0).appending(path: "\(seed)/profiles/default") } ?? sample.folder
            let mutation = try DatabaseMutation(seed: seed, of: sample)
            FileHandle.standardOutput.write(Data("seed \(seed) \(mutation.kind)\n".utf8))
            try mutation.write(to: folder)
            guard make == nil else {
                try FileManager.default.copyItem(at: sample.secretsFolder, to: folder.appending(path: "secrets"))
                continue
            }
            await CustomerLife(sample, in: folder, seed, hasAllRows: mutation.kind == .entry).run(&seen)
        }
        print(seen.document.text)
        if !seen.problems.isEmpty { throw ExitCode(1) }
    }
}
