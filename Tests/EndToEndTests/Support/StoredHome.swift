import Foundation
import WalletCore

/// A home with the database of a wallet that has a past, in which nobody is logged in; nobody listens at its platform.
struct StoredHome: Sendable {
    let directory: URL
    var profile: URL { directory.appending(path: "profiles/default") }
    var database: URL { profile.appending(path: "wallet.sqlite") }

    private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "WalletCoreTests/Storage/Fixtures")

    /// The version of this program's own databases.
    private static var newest: String {
        let files = (try? FileManager.default.contentsOfDirectory(at: fixtures, includingPropertiesForKeys: nil)) ?? []
        let numbers = files.filter { $0.pathExtension == "sqlite" }
            .compactMap { Int($0.deletingPathExtension().lastPathComponent.dropFirst()) }
        return "v\(numbers.max() ?? 0)"
    }

    /// Makes one, lets a body use it, and removes it again.
    static func run<Value>(version: String = newest, _ body: (StoredHome) async throws -> Value) async throws -> Value {
        let directory = FileManager.default.temporaryDirectory.appending(path: "home-\(UUID().uuidString)")
        let home = StoredHome(directory: directory)
        try FileManager.default.createDirectory(at: home.profile, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try FileManager.default.copyItem(at: fixtures.appending(path: "\(version).sqlite"), to: home.database)
        return try await body(home)
    }

    /// The terminal client over this home.
    var wallet: Program {
        var wallet = Program.built("wallet-cli")
        wallet.environment = environment
        return wallet
    }

    /// A shell that knows the client as `$WALLET`, and the home as `$FEX_WALLET_HOME`.
    func shell(_ script: String) async throws -> Program.Outcome {
        var shell = Program.system("sh")
        shell.environment = environment
        shell.environment["WALLET"] = Program.directory(of: "wallet-cli").appending(path: "wallet-cli").path
        return try await shell("-c", script)
    }

    private var environment: [String: String] {
        [
            "FEX_WALLET_HOME": directory.path, "FEX_API_URL": "http://127.0.0.1:9",
            "FEX_AUTH_URL": "http://127.0.0.1:9",
        ]
    }

    /// Executes statements as another program would.
    func execute(_ sql: String) async throws {
        let script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.close()"
        let outcome = try await Program.system("python3")("-c", script, database.path, sql)
        guard outcome.exitCode == 0 else { throw NeverHappened(what: outcome.errors) }
    }

    /// The files of the home with all their bytes.
    func contents() throws -> [String: Data] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: directory.path)
        return try names.reduce(into: [:]) { files, name in
            var isDirectory: ObjCBool = false
            let path = directory.appending(path: name).path
            _ = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            files[name] = isDirectory.boolValue ? Data() : try Data(contentsOf: URL(filePath: path))
        }
    }
}
