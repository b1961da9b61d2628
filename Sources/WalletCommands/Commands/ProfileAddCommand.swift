import ArgumentParser
import FexValues
import Foundation
import WalletCore

/// `profile add`: a deployment and customer, with how it is reached and whom is trusted there.
struct ProfileAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a deployment and customer.",
        discussion: """
            Addresses are https (tls for events), or of this machine by its address (127.0.0.1, [::1]); a profile added with \
            --insecure takes others, and says so at each use. To add the same addresses again changes --insecure, --ca and \
            --pin where one of them is given: all three are then as they are given.

            --pin takes the SHA-256 of the public key that a server has to have (as `sha256//` and base64, or 64 hexadecimal \
            digits), best with that of a second key which is kept for when the first is lost; api= or auth= before it says of \
            which server it is. Events have no pins.

            Examples:
              wallet-cli profile add shop --api https://api.example.com --auth https://auth.example.com --nats tls://events.example.com
              wallet-cli profile add shop --api https://10.0.0.5 --auth https://10.0.0.5/auth --ca our-ca.pem --pin $TODAY $BACKUP
              wallet-cli profile add test --sandbox ready.json --secrets secret_service
            """)

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The profile's name.") var name: String
    @Option(help: ArgumentHelp("The platform's address.", valueName: "url")) var api: String?
    @Option(help: ArgumentHelp("The identity provider's address.", valueName: "url")) var auth: String?
    @Option(help: ArgumentHelp("The event server's address.", valueName: "url"))
    var nats: Redacted<String>?
    @Option(
        help: ArgumentHelp(
            "Take all from the document that a sandbox writes when it is ready.", valueName: "ready.json"))
    var sandbox: String?
    @Option(
        help: ArgumentHelp("With --sandbox: whose events, by user name or id; else the first.", valueName: "wallet"))
    var wallet: String?
    @Option(help: ArgumentHelp("Trust the authorities of this PEM file too; it is copied.", valueName: "file"))
    var ca: String?
    @Option(parsing: .upToNextOption, help: ArgumentHelp("Public keys that servers have to have.", valueName: "sha256"))
    var pin: [String] = []
    @Option(
        help: ArgumentHelp(
            "How secrets are kept: plain (files that only your user can read) or secret_service (your desktop's keyring).",
            valueName: "where"))
    var secrets: SecretKeeping?
    @Flag(help: "Take addresses without encryption: what is said there can be read and changed.") var insecure = false

    func run() async throws {
        let addresses = try addresses()
        let trust = ProfileTrust(
            isInsecure: insecure,
            authorities: try ca.map { path throws(CommandFailure) in try ProfileTrust.authorities(in: path) },
            pins: try ProfileTrust.pins(pin))
        for (server, address) in [(ProfileTrust.Server.api, addresses.api), (.auth, addresses.auth)]
        where trust.pins[server] != nil && address.scheme?.lowercased() != "https" {
            throw CommandFailure(
                .usage, "bad_pin", "--pin: a key is pinned, and --\(server.rawValue) is no https address")
        }
        let profile = try await options.openHome().add(
            name, api: addresses.api, auth: addresses.auth, nats: addresses.nats?.value, trust: trust, keeping: secrets)
        options.warn(of: profile)
        for server in ProfileTrust.Server.allCases where profile.trust.pins[server]?.count == 1 {
            options.terminal.note(
                "one key is pinned of \(server.rawValue): should it be lost, nothing is reached. Pin a second that is kept for then"
            )
        }
        try options.terminal.result(
            ["profile": profile.document], text: "Profile \(name) is ready: `wallet-cli login`.")
    }

    private func addresses() throws -> (api: URL, auth: URL, nats: Redacted<URL>?) {
        if let sandbox {
            guard api == nil, auth == nil, nats == nil else {
                throw CommandFailure(
                    .usage, "usage", "--sandbox takes the addresses from its document: not with --api, --auth or --nats"
                )
            }
            var found = try SandboxDocument(path: sandbox).addresses(wallet: wallet)
            // Whoever has logged in to a profile that is there has got their own.
            if wallet == nil, try options.openHome().names.contains(name) {
                found.nats = found.nats.map { Redacted($0.value.splitCredentials.address) }
            }
            return found
        }
        guard let api, let auth, wallet == nil else {
            throw CommandFailure(
                .usage, "usage", "a profile takes --api and --auth, or --sandbox (and with that --wallet)")
        }
        return (
            try Profile.address(api, option: "--api", schemes: ["http", "https"]),
            try Profile.address(auth, option: "--auth", schemes: ["http", "https"]),
            try nats.map { Redacted(try Profile.address($0.value, option: "--nats", schemes: ["nats", "tls"])) }
        )
    }
}
