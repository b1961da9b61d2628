import FexValues
import Foundation

/// A real keyring on a bus of its own, in a folder of its own: never the machine's.
struct Keyring: Sendable {
    let directory: URL

    /// What programs find the bus by, and nothing of the machine's own.
    var environment: [String: String] {
        [
            "DBUS_SESSION_BUS_ADDRESS": "unix:path=\(directory.path)/bus", "XDG_RUNTIME_DIR": directory.path,
            "XDG_DATA_HOME": directory.appending(path: "data").path, "HOME": directory.path,
        ]
    }

    /// Starts a bus on which nobody keeps secrets yet, lets a body use it, and stops it again.
    static func run<Value: Sendable>(_ body: (Keyring) async throws -> Value) async throws -> Value {
        // A socket's path has to be short.
        let directory = URL(filePath: "/tmp/keyring-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(
            at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: directory) }
        let keyring = Keyring(directory: directory)
        let configuration = directory.appending(path: "bus.conf")
        // No folder with services: nothing is started that a test has not.
        try Data(
            """
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
             "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
            <busconfig><type>session</type><listen>unix:path=\(directory.path)/bus</listen><auth>EXTERNAL</auth>
            <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
            <allow own="*"/></policy></busconfig>
            """.utf8
        ).write(to: configuration)
        var bus = Program.system("dbus-daemon")
        bus.environment = keyring.environment
        return try await bus.whileRunning(
            ["--nofork", "--config-file=\(configuration.path)"], output: directory.appending(path: "bus.out"),
            errors: directory.appending(path: "bus.err")
        ) {
            _ = try await eventually("the bus listens") {
                FileManager.default.fileExists(atPath: "\(directory.path)/bus") ? true : nil
            }
            return try await body(keyring)
        }.value
    }

    /// Has the real daemon keep secrets while a body runs.
    ///
    /// - Parameter isUnlocked: Whether the daemon is given the keyring's password.
    func whileServed<Value: Sendable>(
        isUnlocked: Bool = true, ending: Program.Ending = .terminated, _ body: () async throws -> Value
    ) async throws -> Value {
        let password = directory.appending(path: "password")
        try Data("correct horse".utf8).write(to: password)
        var shell = Program.system("sh")
        shell.environment = environment
        let options = "--foreground --components=secrets --control-directory='\(directory.path)'"
        let command = "exec gnome-keyring-daemon \(options) \(isUnlocked ? "--unlock" : "") < '\(password.path)'"
        return try await shell.whileRunning(
            ["-c", command], output: directory.appending(path: "daemon.out"),
            errors: directory.appending(path: "daemon.err"), ending: ending
        ) {
            _ = try await eventually("the daemon serves") {
                try await call("ReadAlias", "string:default").exitCode == 0 ? true : nil
            }
            return try await body()
        }.value
    }

    /// Locks the keyring, as the desktop does.
    func lock() async throws {
        let outcome = try await call("Lock", "array:objpath:/org/freedesktop/secrets/collection/login")
        guard outcome.exitCode == 0 else { throw NeverHappened(what: "the keyring is locked: \(outcome.errors)") }
    }

    /// How many items of this wallet's there are.
    func count() async throws -> Int {
        let outcome = try await call("SearchItems", "dict:string:string:xdg:schema,fex.wallet.Secret")
        return outcome.output.split(separator: "\n").count { $0.contains("object path") }
    }

    private func call(_ method: String, _ argument: String) async throws -> Program.Outcome {
        var send = Program.system("dbus-send")
        send.environment = environment
        return try await send(
            "--session", "--print-reply", "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets",
            "org.freedesktop.Secret.Service.\(method)", argument)
    }

    /// Has a process of its own do something with the keyring, in the name of a wallet.
    func driver(_ arguments: [String], changing environment: [String: String] = [:]) async throws -> JSON {
        var driver = Program.built("wallet-driver")
        driver.environment = self.environment.merging(environment) { $1 }
        let outcome = try await driver.run(["keyring", directory.appending(path: "locks").path, "test"] + arguments)
        return try JSON(parsing: String(outcome.output.split(separator: "\n").last ?? ""))
    }
}
