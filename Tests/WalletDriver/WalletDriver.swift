import FexValues
import Foundation
import WalletCore
import WalletCurl

/// Pays many intents from one process, for checks in which several processes share a database: `wallet-cli` would start
/// anew for each.
///
/// The wallet is one that `wallet-cli` has logged in. The intents' ids stand on standard input, a line each. What was
/// seen is printed as one JSON document.
///
/// `authorize` logs in by a page, which is the test's to answer.
/// `watch` prints requests as they come over a WebSocket, as ``WatchCommand`` says.
/// `mutate-codes` parses codes by the ten thousand instead, which a process each would take hours for; `keyring` does what
/// ``KeyringCommands`` says.
@main struct WalletDriver {
    /// How many intents are paid side by side.
    private static let width = 8

    let wallet: Wallet

    static func main() async throws {
        let arguments = CommandLine.arguments
        if arguments.count > 4, arguments[1] == "mutate-codes" {
            return try mutateCodes(Array(arguments.dropFirst(2)))
        }
        if arguments.count > 4, arguments[1] == "keyring" {
            return await KeyringCommands.run(Array(arguments.dropFirst(2)))
        }
        if arguments.count == 6, arguments[1] == "watch" {
            return try await WatchCommand(Array(arguments.dropFirst(2))).run()
        }
        if arguments.count == 6, arguments[1] == "authorize" {
            return try await authorize(Array(arguments.dropFirst(2)))
        }
        guard arguments.count == 4, let api = URL(string: arguments[2]), let auth = URL(string: arguments[3]) else {
            fatalError(
                "usage: wallet-driver PROFILE-DIRECTORY API AUTH <intents, or mutate-codes COUNT SEED FILE...")
        }
        let driver = try await WalletDriver(profile: arguments[1], api: api, auth: auth)
        var seen = Seen()
        await driver.payAll(&seen)
        await driver.drain(&seen)
        print(seen.document.text)
    }

    private init(profile: String, api: URL, auth: URL) async throws {
        let profile = URL(filePath: profile, directoryHint: .isDirectory)
        try FileManager.default.createDirectory(
            at: profile, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let configuration = WalletConfiguration(
            endpoints: try PlatformEndpoints(api: api, auth: auth), database: profile.appending(path: "wallet.sqlite"),
            secrets: FileSecretStore(directory: profile.appending(path: "secrets")), http: CurlTransport())
        wallet = try await Wallet(configuration)
    }

    /// Logs in by a page: prints where it is, reads the address that it led back to, and prints what came of it.
    private static func authorize(_ arguments: [String]) async throws {
        guard let api = URL(string: arguments[1]), let auth = URL(string: arguments[2]),
            let redirect = URL(string: arguments[3])
        else { fatalError("usage: wallet-driver authorize PROFILE-DIRECTORY API AUTH REDIRECT") }
        let driver = try await WalletDriver(profile: arguments[0], api: api, auth: auth)
        print(try await driver.wallet.account.beginLogIn(redirect: redirect).absoluteString)
        fflush(nil)
        while let line = readLine(), let callback = URL(string: line) {
            do {
                let account = try await driver.wallet.account.finishLogIn(callback: callback, deviceName: "driver")
                print((["wallet": .string(account.wallet.rawValue)] as JSON).text)
            } catch {
                let code = (error as? any WalletError)?.code ?? "other"
                print((["error": .string(code), "message": .string("\(error)")] as JSON).text)
            }
            fflush(nil)
        }
    }

    /// Tells codes with random changes, and prints what was seen; then, one a line, a hundredth of so many for a check that
    /// gives them to the program itself.
    private static func mutateCodes(_ arguments: [String]) throws {
        guard let count = Int(arguments[0]), let seed = UInt64(arguments[1]) else {
            fatalError("usage: wallet-driver mutate-codes COUNT SEED FILE...")
        }
        var mutations = try CodeMutations(files: Array(arguments.dropFirst(2)), seed: seed)
        mutations.run(count: count)
        print(mutations.document.text)
        for text in mutations.texts(count: count / 100) { print(text.text) }
    }

    /// Pays each intent, unless the other process was first.
    private func payAll(_ seen: inout Seen) async {
        await withTaskGroup(of: Outcome.self) { group in
            var running = 0
            while let line = readLine() {
                guard let intent = IntentID(line) else { fatalError("not an intent: \(line)") }
                if running == Self.width, let outcome = await group.next() {
                    seen.note(outcome)
                    running -= 1
                }
                group.addTask { await pay(intent) }
                running += 1
            }
            for await outcome in group { seen.note(outcome) }
        }
    }

    private func pay(_ intent: IntentID) async -> Outcome {
        do {
            let terms = try await wallet.intents.fetch(intent).terms
            let decision = try await wallet.decisions.decide(.pay, on: terms).decision
            return .state(decision.state)
        } catch {
            if let error = error as? DecisionError, error.earlierKind == .pay, let state = error.state {
                return .state(state)
            }
            return .failed("\(error)")
        }
    }

    /// Goes on until nothing waits: what the other process has in hand is its to finish.
    private func drain(_ seen: inout Seen) async {
        do {
            for _ in 0..<600 {
                guard try await !wallet.decisions.loadOutbox().isEmpty else { return }
                _ = try await wallet.decisions.sendAll()
                // The other is a real process: only real time lets it go on.
                try await Task.sleep(for: .milliseconds(200))
            }
            seen.note(.failed("decisions still wait after two minutes"))
        } catch {
            seen.note(.failed("\(error)"))
        }
    }
}

/// What became of one intent, as this process saw it.
private enum Outcome: Sendable {
    case state(DecisionState)
    case failed(String)
}

/// What this process saw.
private struct Seen {
    private var states: [String: Int] = [:]
    private var failures: [String: Int] = [:]

    mutating func note(_ outcome: Outcome) {
        switch outcome {
        case .state(let state): states[state.rawValue, default: 0] += 1
        case .failed(let why): failures[why, default: 0] += 1
        }
    }

    var document: JSON {
        func counts(_ counts: [String: Int]) -> JSON {
            .object(JSONObject(counts.sorted { $0.key < $1.key }.map { .init($0.key, .integer($0.value)) }))
        }
        return ["states": counts(states), "failures": counts(failures)]
    }
}
