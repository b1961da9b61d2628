import ArgumentParser
import FexValues
import Foundation
import WalletCore

/// `doctor`: whether everything that the wallet needs is in order.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Look whether all is in order, and say how to mend what isn't.",
        discussion: """
            Looks at the configuration, the database, the secrets, the platform and its identity provider, the session, this \
            device's key, the event server, and the clock. Moves no money. Ends with 0 where all is well, else as a command \
            would that met the first trouble.
            """)

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        var checks: [CheckLine] = []
        do {
            let profile = try options.loadProfile()
            checks.append(CheckLine("configuration", found: profile.summary))
            let found = try await options.open().wallet.diagnosis.checks()
            let secrets = try? profile.secretsNote()
            checks += found.map { CheckLine($0, secrets: secrets) }
        } catch let error as any WalletError {
            checks.append(CheckLine(checks.isEmpty ? "configuration" : "database", problem: error))
        }
        try options.terminal.result(
            ["checks": .array(checks.map(\.document))], text: checks.map(\.line).joined(separator: "\n"))
        guard let first = checks.lazy.compactMap(\.problem).first else { return }
        var failure = CommandFailure(ExitStatus(first), first.code, first.description)
        failure.retry = first.retry
        throw ReportedFailure(failure: failure)
    }
}

/// One line of a doctor's.
private struct CheckLine {
    var name: String
    var detail: String
    var problem: (any WalletError)?

    init(_ name: String, found detail: String) { (self.name, self.detail) = (name, detail) }

    init(_ name: String, problem: any WalletError) {
        (self.name, detail, self.problem) = (name, problem.description, problem)
    }

    init(_ check: Diagnosis.Check, secrets: String?) {
        (name, detail, problem) = (check.subject.rawValue, check.detail, check.problem)
        if check.subject == .secrets, problem == nil, let secrets { detail = secrets }
    }

    /// What a person can do about it.
    private var advice: String? {
        guard let problem else { return nil }
        if problem.code == "locked" { return "`wallet-cli unlock`" }
        switch name {
        case "session", "device": return "`wallet-cli login`"
        case "identity_provider", "api": return "see whether the network is there, and `wallet-cli profile list`"
        case "events":
            return problem is SessionError
                ? "`wallet-cli login`" : "until then the wallet asks from time to time; a login gives a new password"
        case "configuration": return "`wallet-cli profile add`, or the variables FEX_API_URL and FEX_AUTH_URL"
        default: return nil
        }
    }

    var document: JSON {
        [
            "check": .string(name), "ok": .bool(problem == nil), "detail": .string(detail),
            "code": .optional(problem?.code), "mend": .optional(advice),
        ]
    }

    var line: String {
        let title = (name.replacing("_", with: " ") + String(repeating: " ", count: 20)).prefix(20)
        let mark = problem == nil ? "ok     " : "wrong  "
        return mark + title + TerminalText.sentence(detail, columns: 200) + (advice.map { ". To mend it: \($0)" } ?? "")
    }
}

extension Profile {
    /// Where the profile's servers are, in a clause.
    fileprivate var summary: String {
        let events = nats.map { ", events by \($0.absoluteString)" } ?? ", no events"
        return "profile \(name): \(api.absoluteString), login at \(auth.absoluteString)\(events)"
    }

    /// How the secrets are kept, in a clause.
    fileprivate func secretsNote() throws -> String {
        let way = try SecretsWay(of: self)
        return way == .plain ? "\(way.sentence): `wallet-cli passphrase set`, or `secrets move`" : way.sentence
    }
}
