import ArgumentParser
import FexValues
import TerminalProgram
import WalletCore
import WalletDocuments

/// `proof`: signed decisions as files, and their verification.
struct ProofCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proof", abstract: "A signed decision as a file, and whether such a file holds.",
        discussion: """
            Examples:
              wallet-cli proof export pi_1 --to proof.json
              wallet-cli proof verify proof.json
            """,
        subcommands: [Export.self, Verify.self])

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Write what this device signed to decide. Asks nobody.",
            discussion: """
                One JSON document: what was decided (decision, intent, wallet, amount, currency, merchant, idempotency_key, \
                decided_at), the device that signed and its public key (device_id, public_key), its signature (proof: ES256, \
                a compact JSON Web Signature), and the body in which all was sent. It says what was agreed to, not what came of it: \
                `show` tells that.
                """)

        @OptionGroup var options: GlobalOptions
        @Argument(help: "The intent's id, or the decision's.") var id: String
        @Option(help: ArgumentHelp("A file, instead of standard output.", valueName: "file")) var to: String?

        func run() async throws {
            let id = try IntentID(argument: id)
            let (proof, decision) = try await options.read { _, reader in try await Self.find(id, reader) }
            let text = proof.document.text
            if let to, to != "-" {
                try await WholeFile(path: to).write { file in
                    do throws(OutputError) { try file.write(Array((text + "\n").utf8)) } catch {
                        throw CommandFailure(unwritable: error)
                    }
                }
                try options.terminal.result(
                    ["file": .string(to), "decision": .string(decision.id.rawValue)],
                    text:
                        "The proof of \(decision.kind.rawValue) \(decision.terms.amount) is in \(PlainText.clean(to)).")
            } else {
                try options.terminal.write(text)
            }
            if decision.state != .confirmed {
                options.terminal.note(
                    "this decision is \(decision.shownState): the proof says what was agreed to, not more")
            }
        }

        private static func find(_ id: IntentID, _ reader: WalletReader) async throws -> (ExportedProof, Decision) {
            if let decision = DecisionID(id.rawValue), let found = try await reader.loadDecision(decision) {
                return (try await reader.exportProof(decision), found)
            }
            guard let found = try await reader.loadDecision(on: id) else { throw ProofError.noDecision }
            return (try await reader.exportProof(found.id), found)
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify", abstract: "Say whether a device of this wallet has signed what a file says.",
            discussion: """
                Without --keys the platform is asked which keys this wallet has had; it lists their digests (RFC 7638). A key in \
                the file is believed only where its digest is listed for the device that the file names. A key that was revoked \
                verifies, and is said to be revoked.

                With --keys nobody is asked, and no login is needed: the file is a JSON Web Key Set, \
                {"keys":[{"kty","crv","x","y","kid"}]}, kid being the device's id.

                Exit code 0 where it holds; 65 where it does not, or can't be read; 77 where nobody is logged in.
                """)

        @OptionGroup var options: GlobalOptions
        @Argument(help: "What `proof export` wrote, or - for standard input.") var file: String
        @Option(help: ArgumentHelp("Keys to check against, instead of asking the platform.", valueName: "file"))
        var keys: String?

        func run() async throws {
            let proof = try ExportedProof(parsing: InputFile.read(file, upTo: ExportedProof.longest + 1))
            let found = try await verify(proof)
            try options.terminal.result(found.outputDocument, text: found.sentence)
            if let failure = found.failure { throw ReportedFailure(failure: failure) }
        }

        private func verify(_ proof: ExportedProof) async throws -> ProofVerification {
            guard let keys else { return try await options.openLoggedIn().wallet.proofs.verify(proof) }
            let set = try [VerificationKey](keySet: InputFile.read(keys, upTo: 1 << 20))
            return ProofVerifier(keys: set, now: SystemClock().now()).verify(proof)
        }
    }
}

extension ProofVerification {
    /// What came of it, in a sentence.
    var sentence: String {
        if let problem { return "Not verified: \(problem.description)." }
        guard let claims, let device else { return "Not verified." }
        let said =
            "Verified: device \(device) signed \(claims.decision.rawValue), \(claims.terms.amount) to "
            + "\(claims.terms.merchant), intent \(claims.terms.intent), at \(claims.issuedAt)."
        guard let revokedAt else { return said }
        return said + " Its key was revoked at \(revokedAt): the signature doesn't tell whether it was made before."
    }

    fileprivate var failure: CommandFailure? {
        problem.map { CommandFailure(.badData, $0.code, "not verified: \($0.description)") }
    }
}
