import FexValues
import Foundation
import Testing
import WalletCore

/// A sandbox in a process of its own, with a till and a wallet to use it.
struct World: Sendable {
    let directory: URL
    let ready: JSON
    let till: Program
    private let admin = AdminToken()

    init(directory: URL, ready: JSON, till: Program) {
        self.directory = directory
        self.ready = ready
        self.till = till
    }

    /// Starts a sandbox, lets a body use it, and stops it again.
    ///
    /// - Parameters:
    ///   - faults: Rules for `--faults`.
    ///   - options: More options for `fex-sandbox serve`.
    static func run<Value: Sendable>(
        faults: JSON? = nil, options: [String] = ["--nats-port", "0"], _ body: (World) async throws -> Value
    ) async throws -> Value {
        let directory = FileManager.default.temporaryDirectory.appending(path: "world-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let readyFile = directory.appending(path: "ready.json")
        var arguments = ["serve", "--port", "0", "--control", "--ready-file", readyFile.path] + options
        if let faults {
            let file = directory.appending(path: "faults.json")
            try faults.data.write(to: file)
            arguments += ["--faults", file.path]
        }
        let sandbox = Program.built("fex-sandbox")
        let (value, exitCode) = try await sandbox.whileRunning(
            arguments, output: directory.appending(path: "sandbox.out"),
            errors: directory.appending(path: "sandbox.err")
        ) {
            let ready = try await eventually("the sandbox is ready") {
                FileManager.default.contents(atPath: readyFile.path).flatMap { try? JSON(parsing: $0) }
            }
            var till = Program.built("fex-sandbox")
            till.environment["FEX_SANDBOX_READY"] = readyFile.path
            return try await body(World(directory: directory, ready: ready, till: till))
        }
        guard exitCode == 0 else { throw NeverHappened(what: "the sandbox ends with 0, but \(exitCode)") }
        return value
    }

    /// Opens the page of a device's login as its first customer, fills the form in and presses Allow.
    func allowLogin(on page: String) async throws {
        let curl = Program.system("curl")
        let cookies = directory.appending(path: "cookies").path
        let html = try await curl("-fsS", "-c", cookies, page).output
        let token = try #require(html.firstMatch(of: /name="form_token" value="([0-9a-f]+)"/)).1
        let code = try #require(html.firstMatch(of: /name="user_code" value="([A-Z-]+)"/)).1
        let person = ready["wallets"]?[0]
        let fields = [
            "form_token=\(token)", "user_code=\(code)", "username=\(person?["username"]?.stringValue ?? "")",
            "password=\(person?["password"]?.stringValue ?? "")", "answer=allow",
        ]
        let sent = try await curl.run(
            ["-fsS", "-b", cookies] + fields.flatMap { ["--data-urlencode", $0] } + [page])
        #expect(sent.exitCode == 0 && sent.output.contains("logged in"))
    }

    /// A customer's terminal client with a home of its own, logged in.
    func wallet(_ customer: Int = 0, home: String? = nil) async throws -> Program {
        var wallet = Program.built("wallet-cli")
        wallet.environment["FEX_WALLET_HOME"] = directory.appending(path: home ?? "wallet-\(customer)").path
        wallet.environment["FEX_API_URL"] = ready["api"]?.stringValue ?? ""
        wallet.environment["FEX_AUTH_URL"] = ready["auth"]?.stringValue ?? ""
        wallet.environment["FEX_NATS_URL"] = ready["nats"]?.stringValue ?? ""
        let account = ready["wallets"]?[customer] ?? .null
        let login = try await wallet(
            "login", "--username", account["username"]?.stringValue ?? "", "--password-stdin", "--json",
            input: account["password"]?.stringValue ?? "")
        guard login.exitCode == 0 else { throw NeverHappened(what: "login: \(login.errors)") }
        return wallet
    }

    /// What a customer's wallet is called.
    func walletID(_ customer: Int = 0) -> String { ready["wallets"]?[customer]?["wallet_id"]?.stringValue ?? "" }

    /// A till makes an intent.
    func makeIntent(amount: String) async throws -> (id: String, code: String) {
        let made = try await till("pos", "intent", "--amount", amount, "--json").document()["payment_intent"]
        return (made?["id"]?.stringValue ?? "", made?["qr_data"]?.stringValue ?? "")
    }

    /// A till asks a customer.
    func ask(_ customer: Int = 0, amount: String) async throws -> String {
        let asked = try await till("pos", "scan", walletID(customer), "--amount", amount, "--json").document()
        return asked["payment_intent"]?["id"]?.stringValue ?? ""
    }

    /// The debits that the ledger holds for an intent, as amounts.
    func debits(of intent: String, from customer: Int = 0) async throws -> [String] {
        let ledger = try await control("ledger")
        return (ledger["entries"]?.arrayValue ?? [])
            .filter {
                $0["payment_intent_id"]?.stringValue == intent
                    && $0["debit_account_id"]?.stringValue == walletID(customer)
            }
            .compactMap { $0["amount"]?.stringValue }
    }

    /// Calls one of the sandbox's test-only routes; without more it is what the sandbox says of itself.
    ///
    /// - Parameter document: What is sent.
    func control(_ path: String, method: String = "GET", _ document: JSON? = nil) async throws -> JSON {
        let address = "\(ready["api"]?.stringValue ?? "")/sandbox/\(path)"
        let arguments = ["-sS", "-X", method] + (document.map { ["--json", $0.text] } ?? [])
        // The token is good for five minutes of the sandbox's clock.
        for isFirst in [true, false] {
            let token = try await admin.token(of: ready, renewed: !isFirst)
            let outcome = try await Program.system("curl").run(
                arguments + ["--fail-with-body", "--config", "-", address],
                input: "header = \"Authorization: Bearer \(token)\"")
            guard isFirst, outcome.exitCode != 0 else {
                guard outcome.exitCode == 0 else { throw NeverHappened(what: "\(path): \(outcome)") }
                return try outcome.document()
            }
        }
        return .null
    }
}

/// The platform's own access token, which the test-only routes take.
private actor AdminToken {
    private var known: String?

    /// The token.
    ///
    /// - Parameter renewed: Whether the one that is known is over.
    func token(of ready: JSON, renewed: Bool) async throws -> String {
        if let known, !renewed { return known }
        let client = ready["admin"]
        let form =
            "grant_type=client_credentials&client_id=\(client?["client_id"]?.stringValue ?? "")"
            + "&client_secret=\(client?["client_secret"]?.stringValue ?? "")"
        let address =
            "\(ready["auth"]?.stringValue ?? "")/realms/payment-platform/protocol/openid-connect/token"
        let answer = try await Program.system("curl")("-fsS", "--data", "@-", address, input: form).document()
        let token = answer["access_token"]?.stringValue ?? ""
        known = token
        return token
    }
}
