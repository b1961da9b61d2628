import FexValues
import Foundation
import Testing
import WalletCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The real program in a home that it can't read or write as it would like to.
@Suite(.timeLimit(.minutes(15))) struct UnusableHomeTests {
    private static let reading = [
        ["status"], ["history"], ["balance"], ["outbox"], ["show", "pi_1"],
        ["history", "export", "--to", "-", "--format", "csv"],
        ["approvals", "mute"],
    ]
    private static let code = "fex://pay?intent=a&amount=1.00&currency=USD&merchant=m"

    @Test(
        arguments: reading + [
            ["sync"], ["pay", "pi_1", "--yes"], ["logout"], ["scan", code], ["profile", "remove", "default"],
        ])
    func `a newer version's database is left to the byte, whatever is asked`(command: [String]) async throws {
        try await StoredHome.run { home in
            try Data(#"{"name":"default","api":"http://127.0.0.1:9","auth":"http://127.0.0.1:9"}"#.utf8)
                .write(to: home.profile.appending(path: "profile.json"))
            try await home.execute("INSERT INTO grdb_migrations VALUES ('v99')")
            let before = try home.contents()
            let outcome = try await home.wallet.run(command + ["--json"])
            #expect(outcome.exitCode == 78, "\(outcome.output)\(outcome.errors)")
            #expect(try outcome.error()["code"]?.stringValue == "storage_newer")
            #expect(try outcome.error()["message"]?.stringValue?.contains("newer version") == true)
            #expect(try home.contents() == before)
        }
    }

    @Test(arguments: reading) func `who only reads makes nothing in an empty home`(command: [String]) async throws {
        try await StoredHome.run { home in
            try FileManager.default.removeItem(at: home.directory.appending(path: "profiles"))
            let outcome = try await home.wallet.run(command)
            #expect([0, 1, 77].contains(outcome.exitCode), "\(outcome.errors)")
            #expect(try home.contents().isEmpty)
        }
    }

    @Test func `who only reads waits for nobody who writes, and who writes says that another does`() async throws {
        try await StoredHome.run { home in
            let script = """
                import os, sqlite3, subprocess, sys, time
                held = sqlite3.connect(sys.argv[1], isolation_level=None)
                held.execute("BEGIN IMMEDIATE")
                for command in (["status"], ["history"], ["balance"], ["outbox"]):
                    began = time.monotonic()
                    done = subprocess.run([os.environ["WALLET"], *command], capture_output=True, timeout=60)
                    print(*command, done.returncode, time.monotonic() - began < 5)
                done = subprocess.run([os.environ["WALLET"], "approvals", "mute", "m_1"], capture_output=True, timeout=60)
                print("mute", done.returncode, b"another program is writing" in done.stderr, held.execute("ROLLBACK").fetchall())
                """
            var python = Program.system("python3")
            python.environment = home.wallet.environment
            python.environment["WALLET"] = Program.directory(of: "wallet-cli").appending(path: "wallet-cli").path
            let outcome = try await python("-c", script, home.database.path)
            #expect(
                outcome.output.split(separator: "\n") == [
                    "status 0 True", "history 0 True", "balance 0 True", "outbox 0 True", "mute 73 True []",
                ], "\(outcome.errors)")
        }
    }

    /// As root everything may be written: then another user's rights are taken.
    static let asAnother = geteuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups" : ""
    static let hasAnother = geteuid() != 0 || FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")

    @Test(.enabled(if: hasAnother), arguments: ["", "-wal", "-wal -shm"])
    func `a home that may only be read is read`(beside: String) async throws {
        try await StoredHome.run { home in
            // A process that was killed leaves a log.
            if !beside.isEmpty { try await home.leaveLog(keepingIndex: beside.contains("shm")) }
            let outcome = try await home.shell(
                """
                set -e; chmod -R a+rX,a-w "$FEX_WALLET_HOME"; cd /
                for command in status history outbox balance 'history export --to - --format csv'; do
                    \(Self.asAnother) "$WALLET" $command > /dev/null || echo "$command: $?"
                done
                \(Self.asAnother) "$WALLET" scan '\(Self.code)' --json 2> "$FEX_WALLET_HOME.notes" || echo "scan: $?"
                \(Self.asAnother) "$WALLET" approvals mute m_1 || echo "mute: $?"
                \(Self.asAnother) "$WALLET" balance
                cat "$FEX_WALLET_HOME.notes" >&2; rm "$FEX_WALLET_HOME.notes"; chmod -R u+w "$FEX_WALLET_HOME"
                """)
            let lines = outcome.output.split(separator: "\n")
            #expect(lines.count == 3, "\(outcome.output)\(outcome.errors)")
            #expect(lines.first?.contains(#""fetched":false"#) == true, "\(outcome.output)")
            #expect(lines.dropFirst().first == "mute: 73", "\(outcome.output)\(outcome.errors)")
            #expect(outcome.errors.contains("can't be written: "), "\(outcome.errors)")
            // What is only in the log is read too.
            if !beside.isEmpty { #expect(lines.last?.hasPrefix("0.07 ") == true, "\(outcome.output)") }
        }
    }

    @Test(.enabled(if: hasAnother)) func `a home that may not be read says which file, and why`() async throws {
        try await StoredHome.run { home in
            let outcome = try await home.shell(
                """
                chmod a+rx "$FEX_WALLET_HOME" "$FEX_WALLET_HOME/profiles"; chmod 0 "$FEX_WALLET_HOME/profiles/default"; cd /
                for command in status history sync 'profile list'; do
                    \(Self.asAnother) "$WALLET" $command; echo "$command: $?"
                done
                chmod u+rwx "$FEX_WALLET_HOME/profiles/default"
                """)
            let codes = outcome.output.split(separator: "\n").filter { $0.contains(": ") }
            #expect(codes == ["status: 73", "history: 73", "sync: 73", "profile list: 73"], "\(outcome.output)")
            let said = outcome.errors.split(separator: "\n")
            #expect(said.allSatisfy { $0.contains("profiles/default") && $0.contains("Permission denied") }, "\(said)")
        }
    }

    @Test(.enabled(if: geteuid() == 0)) func `on a full disk what is known is read, and the disk is said to be full`()
        async throws
    {
        try await StoredHome.run { home in
            let outcome = try await home.shell(
                """
                full="$FEX_WALLET_HOME-full"; mkdir "$full"
                exec unshare -m sh -c 'mount -t tmpfs -o size=2m full "$0" || exit 99
                    cp -r "$FEX_WALLET_HOME/." "$0"; dd if=/dev/zero of="$0/filling" bs=4k 2> /dev/null
                    export FEX_WALLET_HOME="$0"
                    for command in status history balance outbox "approvals mute m_1"; do
                        "$WALLET" $command; echo "$command: $?"
                    done' "$full"
                """)
            guard outcome.exitCode != 99, !outcome.errors.hasPrefix("unshare") else { return }
            let codes = outcome.output.split(separator: "\n").filter { $0.hasSuffix(": 0") || $0.hasSuffix(": 73") }
            #expect(
                codes == ["status: 0", "history: 0", "balance: 0", "outbox: 0", "approvals mute m_1: 73"],
                "\(outcome.output)\(outcome.errors)")
            #expect(outcome.errors.contains("the disk is full: ") && outcome.errors.contains("-full/profiles/default"))
            try? FileManager.default.removeItem(atPath: home.directory.path + "-full")
        }
    }

    @Test func `a path that is no UTF-8 is refused by its byte, and nothing is made`() async throws {
        try await StoredHome.run { home in
            let outcome = try await home.shell(
                """
                cd "$FEX_WALLET_HOME"; bad=$(printf 'caf\\351'); rm -r profiles
                "$WALLET" --home "$bad" status; echo $?
                "$WALLET" status --json --profile "$bad"; echo $?
                FEX_WALLET_HOME="$bad" "$WALLET" status; echo $?
                env -u FEX_WALLET_HOME XDG_DATA_HOME="$bad" "$WALLET" profile list; echo $?
                env -u FEX_WALLET_HOME HOME="$bad" "$WALLET" profile list; echo $?
                "$(dirname "$WALLET")/fex-sandbox" serve --port 0 --ready-file "$bad"; echo $?
                mkdir "$bad"; cd "$bad"; "$WALLET" --home home profile use default; echo $?
                cd ..; rmdir "$bad"
                """)
            #expect(
                outcome.output.split(separator: "\n") == ["64", "64", "78", "78", "78", "64", "78"], "\(outcome.errors)"
            )
            let said = outcome.errors.split(separator: "\n")
            #expect(said.count == 7 && said.allSatisfy { $0.contains("0xE9") && $0.contains(#"caf\"#) }, "\(said)")
            #expect(try home.contents().isEmpty)
        }
    }

    @Test func `a file is read from the very directory that the program was started in`() async throws {
        try await StoredHome.run { home in
            let outcome = try await home.shell(
                """
                cd "$(mktemp -d)"; bad=$(printf 'caf\\351'); lossy=$(printf 'caf\\357\\277\\275')
                mkdir "$bad" "$lossy"; echo here > "$bad/p.json"; cd "$bad"
                "$WALLET" proof verify p.json; echo $?
                mv p.json "../$lossy"; "$WALLET" proof verify p.json; echo $?
                """)
            #expect(outcome.output == "65\n65\n")
            let said = outcome.errors.split(separator: "\n")
            #expect(said.count == 2 && said[0].contains("is no proof") && said[1].contains("No such file"), "\(said)")
        }
    }

    @Test func `what the schema forbids is mended, and not shown`() async throws {
        for value in ["NULL", "'Zebra'", "x'80'", "-1"] {
            for column in ["account.balance", "sync_state.server_offset", "decision.state", "outbox.attempts"] {
                try await StoredHome.run { home in
                    try await home.force(column, value)
                    for command in [["status"], ["history"], ["outbox"]] {
                        let outcome = try await home.wallet.run(command)
                        #expect(outcome.exitCode == 0, "\(column) = \(value), \(command): \(outcome.errors)")
                        #expect(!(outcome.output + outcome.errors).contains("Zebra"), "\(column) = \(value)")
                    }
                }
            }
        }
    }

    @Test func `a fault prints no more than its signal`() async throws {
        try await World.run { world in
            let wallet = try await world.wallet()
            let (output, errors) = (world.directory.appending(path: "out"), world.directory.appending(path: "err"))
            let exitCode = try await wallet.whileRunning(
                ["approvals", "watch", "--quiet"], output: output, errors: errors, ending: .faulted
            ) {
                _ = try await eventually("it listens") {
                    try await wallet("status", "--json").document()["listening"]?.stringValue == "stream" ? true : nil
                }
            }.exitCode
            #expect(exitCode == 128 + SIGSEGV)
            #expect(try Data(contentsOf: errors).isEmpty && Data(contentsOf: output).isEmpty)
        }
    }
}

extension StoredHome {
    /// Leaves what a killed process leaves: a balance of seven cents that is in the log alone.
    fileprivate func leaveLog(keepingIndex: Bool) async throws {
        let script = """
            import os, sqlite3, sys
            c = sqlite3.connect(sys.argv[1], isolation_level=None)
            c.execute("PRAGMA journal_mode = WAL"); c.execute("UPDATE account SET balance = 7")
            if sys.argv[2] == "no": os.unlink(sys.argv[1] + "-shm")
            os.kill(os.getpid(), 9)
            """
        _ = try await Program.system("python3")("-c", script, database.path, keepingIndex ? "yes" : "no")
    }

    /// Sets a column of every row to what the schema forbids, by way of a schema that forbids nothing.
    fileprivate func force(_ column: String, _ value: String) async throws {
        let script = """
            import sqlite3, sys
            table, column = sys.argv[2].split(".")
            c = sqlite3.connect(sys.argv[1], isolation_level=None)
            c.execute("PRAGMA ignore_check_constraints = ON")
            schema = c.execute("SELECT rowid, type, name, tbl_name, rootpage, sql FROM sqlite_master").fetchall()
            columns = c.execute("SELECT name, type FROM pragma_table_info(?)", [table]).fetchall()
            bare = ", ".join(n + (" INTEGER PRIMARY KEY" if (n, t) == ("id", "INTEGER") else "") for n, t in columns)
            c.execute("PRAGMA writable_schema = ON")
            c.execute("DELETE FROM sqlite_master WHERE type IN ('trigger', 'index')")
            c.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", [f"CREATE TABLE {table} ({bare})", table])
            c.execute("PRAGMA writable_schema = RESET")
            c.execute(f"UPDATE {table} SET {column} = {sys.argv[3]}")
            c.execute("PRAGMA writable_schema = ON")
            c.execute("DELETE FROM sqlite_master")
            c.executemany("INSERT INTO sqlite_master (rowid, type, name, tbl_name, rootpage, sql) VALUES (?,?,?,?,?,?)", schema)
            c.close()
            """
        let outcome = try await Program.system("python3")("-c", script, database.path, column, value)
        guard outcome.exitCode == 0 else { throw NeverHappened(what: outcome.errors) }
    }
}
