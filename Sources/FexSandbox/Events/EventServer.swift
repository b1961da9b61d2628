import FexValues
import Foundation
import NATSClient
import Subprocess

/// The real `nats-server` as a child, with one user a wallet.
///
/// The child lives behind a shell that reads from the sandbox: when the sandbox goes, however it goes, the pipe closes,
/// and the shell stops the child and removes its files. A line through the pipe makes the child read its configuration
/// again, which leaves its connections as they are. It listens for WebSockets too, on any free port.
struct EventServer: Sendable {
    /// The port to listen on; 0 takes a free one.
    let port: Int
    /// The password of the user `platform`.
    let password: String
    /// Loads all wallets there are.
    let wallets: @Sendable () async throws -> [Wallet]

    /// A server that runs, and the user who may do everything on it.
    struct Running: Sendable {
        var addresses: EventAddresses
        var user: String
        var password: String
        /// Makes it read its list of users again; returns when the wallet opened last can connect.
        var reload: EventAdmission.Reload
    }

    private static let keeper = """
        "$0" --config "$1" </dev/null & server=$!
        while read -r _; do kill -HUP "$server" 2>/dev/null; done
        kill "$server" 2>/dev/null; wait "$server"; rm -rf "$2"
        """

    /// Starts the server, does something with it, and stops it.
    ///
    /// - Throws: ``SandboxError/noEventServer``, ``SandboxError/eventServer(_:)``, or what the body throws.
    func withRunning(_ body: @Sendable (Running) async throws -> Void) async throws {
        guard let executable = EventServer.executable() else { throw SandboxError.noEventServer }
        let directory = FileManager.default.temporaryDirectory
            .appending(path: "fex-sandbox-\(Entropy(seed: nil).secret(byteCount: 8))")
        try FileManager.default.createDirectory(
            at: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appending(path: "nats.conf")
        try await writeConfiguration(to: file)

        _ = try await run(
            .name("sh"), arguments: ["-c", EventServer.keeper, executable, file.path, directory.path],
            input: .inputWriter,
            output: .discarded, error: .discarded
        ) { execution in
            do {
                let addresses = try await EventServer.addresses(in: directory)
                let writer = execution.standardInputWriter
                let reload: EventAdmission.Reload = {
                    let newest = try await writeConfiguration(to: file).last
                    _ = try await writer.write("reload\n")
                    if let newest { try await EventServer.waitUntilAdmitted(newest, at: addresses.nats) }
                }
                try await body(Running(addresses: addresses, user: "platform", password: password, reload: reload))
            } catch {
                try? await execution.standardInputWriter.finish()
                throw error
            }
            try await execution.standardInputWriter.finish()
        }
    }

    private static func executable() -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let directories = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/bin"]
        return directories.map { "\($0)/nats-server" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// What the server says in its ports file, once it listens.
    private static func addresses(in directory: URL) async throws -> EventAddresses {
        for _ in 0..<500 {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
            if let name = names.first(where: { $0.hasSuffix(".ports") }),
                let data = FileManager.default.contents(atPath: directory.appending(path: name).path),
                let ports = try? JSON(parsing: data), let url = ports["nats"]?[0]?.stringValue
            {
                return EventAddresses(nats: url, webSocket: ports["websocket"]?[0]?.stringValue)
            }
            if let fatal = fatalLine(in: directory) { throw SandboxError.eventServer(fatal) }
            // The child is a real process: only real time can pass until it listens.
            try await Task.sleep(for: .milliseconds(20))
        }
        throw SandboxError.eventServer("nats-server did not start within 10 seconds")
    }

    /// What the server logged before it gave up.
    private static func fatalLine(in directory: URL) -> String? {
        let log = try? String(contentsOf: directory.appending(path: "nats.log"), encoding: .utf8)
        guard let range = log?.firstRange(of: "[FTL] "),
            let line = log?[range.upperBound...].split(separator: "\n").first
        else { return nil }
        return PlainText.clean(String(line))
    }

    /// Waits until a wallet's user can connect: the server reads its configuration in its own time.
    private static func waitUntilAdmitted(_ wallet: Wallet, at url: String) async throws {
        var options = NATSOptions(url: url, user: wallet.natsUser, password: wallet.natsPassword)
        options.reconnects = false
        for _ in 0..<250 {
            if let connection = try? await NATSConnection.connect(options) { return await connection.close() }
            // The child is a real process: only real time can pass until it has read.
            try await Task.sleep(for: .milliseconds(20))
        }
        throw SandboxError.eventServer("nats-server did not take in a new wallet within 5 seconds")
    }

    /// Writes the configuration whole or not at all, and returns the wallets in it.
    @discardableResult
    private func writeConfiguration(to file: URL) async throws -> [Wallet] {
        let directory = file.deletingLastPathComponent()
        let wallets = try await wallets()
        let text = """
            host: "127.0.0.1"
            port: \(port == 0 ? -1 : port)
            ports_file_dir: "\(directory.path)"
            log_file: "\(directory.appending(path: "nats.log").path)"
            websocket {
              host: "127.0.0.1"
              port: -1
              no_tls: true
              compression: false
            }
            \(EventServerUsers(platformPassword: password, wallets: wallets).configuration)
            """
        try Data(text.utf8).write(to: file, options: .atomic)
        return wallets
    }
}

/// Who may do what at the event server: the platform everything, each wallet what is on its own subjects.
struct EventServerUsers: Sendable {
    /// The password of the user `platform`.
    let platformPassword: String
    let wallets: [Wallet]

    /// The part of the server's configuration that says so.
    var configuration: String {
        let users = wallets.map { wallet in
            let subjects = "wallets.\(wallet.id)"
            return """
                    { user: "\(wallet.natsUser)", password: "\(wallet.natsPassword)", permissions: {
                      publish: ["\(subjects).echo"]
                      subscribe: ["\(subjects).echo", "\(subjects).\(PlatformEvent.approvalRequested.rawValue)",
                        "\(subjects).\(PlatformEvent.balanceUpdated.rawValue)",
                        "\(subjects).\(PlatformEvent.deviceAdded.rawValue)"] } }
                """
        }
        return """
            authorization {
              users: [
                { user: "platform", password: "\(platformPassword)", permissions: { publish: ">", subscribe: ">" } }
            \(users.joined(separator: "\n"))
              ]
            }
            """
    }
}
