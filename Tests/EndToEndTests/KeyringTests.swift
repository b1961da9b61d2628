import FexValues
import Foundation
import Testing
import WalletCore

/// Secrets in a real keyring: `gnome-keyring-daemon` on a bus of its own. What uses it are processes of their own, as GLib knows one bus a
/// process.
@Suite struct KeyringTests {
    @Test func `a keyring keeps the contract of every store, and values of any size and bytes`() async throws {
        try await Keyring.run { keyring in
            try await keyring.whileServed { () async throws -> Void in
                #expect(try await keyring.driver(["contract"]) == ["done": true])
                #expect(try await keyring.driver(["sizes"]) == ["done": true])
            }
        }
    }

    @Test func `of several processes each replaces what it has seen, and none is lost`() async throws {
        try await Keyring.run { keyring in
            try await keyring.whileServed { () async throws -> Void in
                try await withThrowingTaskGroup(of: JSON.self) { group in
                    for _ in 1...4 { group.addTask { try await keyring.driver(["increment", "tokens", "25"]) } }
                    for try await outcome in group { #expect(outcome == ["done": true]) }
                }
                #expect(try await keyring.driver(["load", "tokens"]) == ["done": "100"])
            }
        }
    }

    @Test func `bodies of several processes that exclude each other never overlap, whatever the keyring does`()
        async throws
    {
        try await Keyring.run { keyring in
            let notes = keyring.directory.appending(path: "notes")
            try Data().write(to: notes)
            try await withThrowingTaskGroup(of: JSON.self) { group in
                for _ in 1...4 { group.addTask { try await keyring.driver(["exclude", notes.path, "25"]) } }
                for try await outcome in group { #expect(outcome == ["done": true]) }
            }
            let text = try String(contentsOf: notes, encoding: .utf8)
            #expect(text == String(repeating: "+-", count: 100))
        }
    }

    @Test(arguments: [["load", "tokens"], ["load", "device"], ["save", "tokens", "new"], ["remove", "tokens"]])
    func `a locked keyring is an error at once, and nobody is asked to unlock it`(command: [String]) async throws {
        try await Keyring.run { keyring in
            try await keyring.whileServed { () async throws -> Void in
                #expect(try await keyring.driver(["save", "tokens", "old"]) == ["done": true])
                try await keyring.lock()
                #expect(try await keyring.driver(command)["error"] == "locked")
            }
            // Also one that was never opened since its daemon was started.
            try await keyring.whileServed(isUnlocked: false) { () async throws -> Void in
                #expect(try await keyring.driver(command)["error"] == "locked")
            }
            try await keyring.whileServed { () async throws -> Void in
                #expect(try await keyring.driver(["load", "tokens"]) == ["done": "old"])
            }
        }
    }

    @Test func `without a daemon, a bus or the library there is an error that says which`() async throws {
        try await Keyring.run { keyring in
            func message(_ environment: [String: String]) async throws -> String {
                let outcome = try await keyring.driver(["save", "tokens", "x"], changing: environment)
                #expect(outcome["error"] == "secret_store_unavailable", "\(outcome)")
                return outcome["message"]?.stringValue ?? ""
            }
            #expect(try await message([:]).contains("no Secret Service answers"))
            let noBus = ["DBUS_SESSION_BUS_ADDRESS": "unix:path=\(keyring.directory.path)/none"]
            #expect(try await message(noBus).contains("there is no session bus"))
            let elsewhere = ["DBUS_SESSION_BUS_ADDRESS": "tcp:host=127.0.0.1,port=1"]
            #expect(try await message(elsewhere).contains("no single socket of this machine"))
            let libraries = keyring.directory.appending(path: "lib")
            try FileManager.default.createDirectory(at: libraries, withIntermediateDirectories: true)
            try Data("no library".utf8).write(to: libraries.appending(path: "libsecret-1.so.0"))
            #expect(try await message(["LD_LIBRARY_PATH": libraries.path]).contains("libsecret is not installed"))
        }
    }

    @Test(arguments: [["load", "tokens"], ["save", "tokens", "new"], ["remove", "tokens"]])
    func `a keyring that does not answer is waited for no longer than it may take`(command: [String]) async throws {
        try await Keyring.run { keyring in
            try await keyring.whileServed { () async throws -> Void in
                #expect(try await keyring.driver(["save", "tokens", "old"]) == ["done": true])
                let daemon = try #require(try await keyring.daemon())
                kill(daemon, SIGSTOP)
                let outcome = try await keyring.driver(command, changing: ["KEYRING_PATIENCE_MS": "300"])
                kill(daemon, SIGCONT)
                #expect(outcome["error"] == "secret_store_unavailable", "\(outcome)")
                #expect(outcome["message"]?.stringValue?.contains("has not answered in time") == true, "\(outcome)")
            }
        }
    }

    @Test func `a daemon that is killed half-way has kept what it said it has`() async throws {
        try await Keyring.run { keyring in
            let lines = keyring.directory.appending(path: "increments")
            var driver = Program.built("wallet-driver")
            driver.environment = keyring.environment
            func read() throws -> [Substring] { try String(contentsOf: lines, encoding: .utf8).split(separator: "\n") }
            let arguments = [
                "keyring", keyring.directory.appending(path: "locks").path, "test", "increment", "tokens", "1000000",
            ]
            let last = try await keyring.whileServed(ending: .killed) {
                try Data().write(to: lines)
                return try await driver.whileRunning(
                    arguments, output: lines, errors: keyring.directory.appending(path: "errors"), ending: .killed
                ) {
                    let pid = try await eventually("the keyring is at work") { () -> pid_t? in
                        try read().count > 20 ? try await keyring.daemon() : nil
                    }
                    kill(pid, SIGKILL)
                    return try await eventually("the process hears of it") { () -> Int? in
                        let found = try read()
                        guard let end = found.last, end.hasPrefix("{") else { return nil }
                        #expect(try JSON(parsing: String(end))["error"] == "secret_store_unavailable")
                        return found.dropLast().last.flatMap { Int($0) }
                    }
                }.value
            }
            try await keyring.whileServed { () async throws -> Void in
                let kept = try await keyring.driver(["load", "tokens"])["done"]?.stringValue.flatMap { Int($0) }
                // One more may have been kept whose answer nobody heard.
                #expect(kept == last || kept == last + 1, "\(String(describing: kept)) after \(last)")
            }
        }
    }
}

extension Keyring {
    /// The daemon's process number, as the bus knows it.
    fileprivate func daemon() async throws -> pid_t? {
        var send = Program.system("dbus-send")
        send.environment = environment
        let outcome = try await send(
            "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus",
            "org.freedesktop.DBus.GetConnectionUnixProcessID", "string:org.freedesktop.secrets")
        return outcome.output.firstMatch(of: /uint32 (\d+)/).flatMap { pid_t($0.1) }
    }
}
