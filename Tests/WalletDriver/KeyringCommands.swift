import FexValues
import Foundation
import WalletCore
import WalletSecretService
import WalletTesting

/// What a test has a process of its own do with the keyring that the environment names: `keyring FOLDER PROFILE COMMAND…`.
///
/// - `contract`: the suite that every store of secrets passes;
/// - `sizes`: keeps values of many sizes, and reads them back;
/// - `load NAME`, `save NAME VALUE`, `remove NAME`;
/// - `increment NAME COUNT`: replaces a number by the next, so many times; each that was kept is a line;
/// - `exclude FILE COUNT`: notes `+` and `-` around bodies that exclude each other.
///
/// `KEYRING_PATIENCE_MS` says how long it waits for the keyring.
struct KeyringCommands {
    private let store: SecretServiceStore
    private let profile: String
    private let folder: URL

    private static var patience: Duration {
        let given = ProcessInfo.processInfo.environment["KEYRING_PATIENCE_MS"].flatMap { Int($0) }
        return given.map { .milliseconds($0) } ?? .seconds(10)
    }

    /// Does what the arguments say, and prints one JSON document with `done` or `error`.
    static func run(_ arguments: [String]) async {
        let folder = URL(filePath: arguments[0], directoryHint: .isDirectory)
        let commands = KeyringCommands(
            store: SecretServiceStore(folder: folder, profile: arguments[1], label: "test", patience: patience),
            profile: arguments[1], folder: folder)
        do {
            print((["done": try await commands.run(arguments[2], Array(arguments.dropFirst(3)))] as JSON).text)
        } catch {
            let code = (error as? any WalletError)?.code ?? "other"
            print((["error": .string(code), "message": .string("\(error)")] as JSON).text)
        }
    }

    private func run(_ command: String, _ arguments: [String]) async throws -> JSON {
        let name = SecretName(rawValue: arguments.first ?? "tokens")
        switch command {
        case "contract": try await keepContract()
        case "sizes": try await keepSizes()
        case "load": return .optional(try await store.load(name).map { String(decoding: $0, as: UTF8.self) })
        case "save": try await store.save(Data(arguments[1].utf8), as: name)
        case "remove": try await store.remove(name)
        case "increment":
            for _ in 0..<(Int(arguments[1]) ?? 0) { try await increment(name) }
        case "exclude":
            for _ in 0..<(Int(arguments[1]) ?? 0) { try await exclude(noting: arguments[0]) }
        default: fatalError("no command \(command)")
        }
        return true
    }

    private func keepContract() async throws {
        let (folder, profile) = (folder, profile)
        let contract = SecretStoreContract { SecretServiceStore(folder: folder, profile: profile, label: "test") }
        try await contract.replacesWhatIsExpected()
        try await contract.replacesOneAtATime()
        try await contract.keepsWhatIsSaved()
        try await contract.excludesOthers()
    }

    private func keepSizes() async throws {
        var generator = SplitMix64(seed: 7)
        for size in [0, 1, 2, 15, 16, 17, 255, 256, 4095, 4096, 65_535, 65_536] {
            let secret = Data((0..<size).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
            try await store.save(secret, as: .tokens)
            let found = try await store.load(.tokens)
            guard found == secret else {
                throw SecretStoreError(.tokens, "\(size) bytes came back as \(found?.count ?? -1)")
            }
        }
    }

    private func increment(_ name: SecretName) async throws {
        while true {
            let found = try await store.load(name)
            let next = (found.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0) + 1
            guard try await store.replace(name, expected: found, with: Data("\(next)".utf8)) else { continue }
            print(next)
            fflush(nil)
            return
        }
    }

    private func exclude(noting file: String) async throws {
        try await store.withExclusiveAccess {
            let notes = try FileHandle(forWritingTo: URL(filePath: file))
            for note in ["+", "-"] {
                try notes.seekToEnd()
                try notes.write(contentsOf: Data(note.utf8))
                await Task.yield()
            }
            try notes.close()
        }
    }
}
