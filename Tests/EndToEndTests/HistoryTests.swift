import FexValues
import Foundation
import Testing
import WalletCore

/// What happened, read by separate processes from a device whose platform is out of reach.
@Suite struct HistoryTests {
    /// A wallet with many payments of long ago and some that a till has named, in step and then alone.
    private func withHistory(
        of count: Int, purposes: [String] = [], _ body: (World, Program) async throws -> Void
    ) async throws {
        try await World.run(options: ["--no-nats"]) { world in
            var wallet = try await world.wallet()
            let order: JSON = ["wallet_id": .string(world.walletID()), "count": .integer(count)]
            _ = try await world.control("transactions", method: "POST", order)
            for purpose in purposes {
                let made = try await world.till(
                    "pos", "intent", "--amount", "120.50", "--description=\(purpose)", "--json")
                let intent = try made.document()["payment_intent"]?["id"]?.stringValue ?? ""
                #expect(try await wallet("pay", intent, "--yes").exitCode == 0)
            }
            let synced = try await wallet("sync", "--json")
            #expect(synced.exitCode == 0 && synced.errors.isEmpty, "progress is for a terminal")
            wallet.environment["FEX_API_URL"] = "http://127.0.0.1:1"
            wallet.environment["FEX_AUTH_URL"] = "http://127.0.0.1:1"
            try await body(world, wallet)
        }
    }

    private func rows(_ wallet: Program, _ options: String...) async throws -> [JSON] {
        var rows: [JSON] = []
        var next: [String] = []
        repeat {
            let page = try await wallet.run(["history", "--json", "--limit", "400"] + options + next).document()
            rows += page["transactions"]?.arrayValue ?? []
            next = page["next"]?.stringValue.map { ["--after", $0] } ?? []
        } while !next.isEmpty
        return rows
    }

    /// A file as Python's csv module reads it.
    private func read(_ file: URL) async throws -> [JSON] {
        let script = """
            import csv, json, sys
            print(json.dumps(list(csv.DictReader(open(sys.argv[1], encoding="utf-8", newline="")))))
            """
        let read = try await Program.system("python3")("-c", script, file.path)
        #expect(read.exitCode == 0, "\(read.errors)")
        return try read.document().arrayValue ?? []
    }

    /// A row as a spreadsheet gets it.
    private func cells(_ row: JSON) -> JSON {
        var object = row.objectValue ?? JSONObject()
        for member in object.members {
            let text = member.value.stringValue ?? ""
            let isFormula = text.first.map { "=+-@".contains($0) } ?? false
            object[member.name] = .string(isFormula ? "'" + text : text)
        }
        return .object(object)
    }

    static let purposes = [
        #"=HYPERLINK("http://127.0.0.1/","Click")"#, "+41 44 668 18 00", "-1,5", "@SUM(A1)", #"Say "hi", then go"#,
        "Émile & 咖啡 🏳️‍🌈", "'quoted'", "a;b|c",
    ]

    @Test func `an export read back by Python's csv is the history`() async throws {
        try await withHistory(of: 1100, purposes: Self.purposes) { world, wallet in
            let rows = try await rows(wallet)
            #expect(rows.count == 1100 + Self.purposes.count)
            #expect(rows.prefix(Self.purposes.count).map { $0["description"]?.stringValue } == Self.purposes.reversed())
            let file = world.directory.appending(path: "all.csv")
            let exported = try await wallet("history", "export", "--to", file.path, "--json")
            #expect(exported.exitCode == 0 && exported.errors.isEmpty)
            #expect(try exported.document()["transactions"] == .integer(rows.count))
            #expect(try await read(file) == rows.map(cells))
            #expect(try String(contentsOf: file, encoding: .utf8).contains("\r\n"))

            let asJSON = try await wallet("history", "export", "--to", "-", "--format", "json")
            #expect(try asJSON.document()["transactions"]?.arrayValue == rows)
            let piped = try await wallet("history", "export", "--to", "-", "--format", "csv", "--quiet")
            #expect(try piped.output == String(contentsOf: file, encoding: .utf8) && piped.errors.isEmpty)
        }
    }

    @Test func `filters combine, in the list as in an export`() async throws {
        try await withHistory(of: 60, purposes: ["Café crème", "Two coffees"]) { world, wallet in
            let all = try await rows(wallet)
            func descriptions(_ rows: [JSON]) -> [String?] { rows.map { $0["description"]?.stringValue } }
            #expect(try await descriptions(rows(wallet, "--search", "CAFE creme")) == ["Café crème"])
            #expect(try await descriptions(rows(wallet, "--min", "100")) == ["Two coffees", "Café crème"])
            #expect(try await rows(wallet, "--min", "100", "--currency", "EUR").isEmpty)
            #expect(try await rows(wallet, "--type", "refund").isEmpty)
            #expect(try await rows(wallet, "--search", "cof", "--max", "100").allSatisfy { $0["amount"] != "120.50" })
            let since = all[20]["created_at"]?.stringValue ?? ""
            let options = [
                "--since", since, "--search", "order", "--type", "payment", "--min", "0.01", "--max", "99.99",
            ]
            let file = world.directory.appending(path: "some.json")
            let exported = try await wallet.run(["history", "export", "--to", file.path] + options)
            #expect(exported.output == "Exported 19 transactions to \(file.path).\n")
            let some = try JSON(parsing: try Data(contentsOf: file))["transactions"]?.arrayValue
            #expect(some == Array(all[2...20]))
            let nothing = try await wallet("history", "--search", "\"*^ NEAR( \u{1F3F3}")
            #expect(nothing.exitCode == 0 && nothing.output == "Nothing found.\n")
            #expect(try await wallet("history", "--search", String(repeating: "coffee ", count: 1500)).exitCode == 0)
        }
    }

    @Test func `a disk that fails leaves no file, and a reader that goes is no failure`() async throws {
        try await withHistory(of: 2000) { world, wallet in
            let folder = world.directory.appending(path: "exports")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            var shell = Program.system("sh")
            shell.environment = wallet.environment
            let client = Program.directory(of: "wallet-cli").appending(path: "wallet-cli").path
            let file = folder.appending(path: "x.csv")
            let export = #""$0" history export --json --to"#
            let full = try await shell("-c", "ulimit -f 200; exec \(export) \"$1\"", client, file.path)
            #expect(full.exitCode == 65)
            #expect(try full.error()["code"] == "file_not_written")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
            let noSpace = try await shell("-c", "exec \(export) - --format csv > /dev/full", client)
            #expect(noSpace.exitCode == 74)
            #expect(try noSpace.error()["message"]?.stringValue?.contains("No space left") == true)
            let gone = try await shell("-c", "{ \(export) - --format csv; echo \"exit $?\" >&2; } | head -n 1", client)
            #expect(gone.output.hasPrefix("id,intent,") && gone.errors == "exit 0\n")
        }
    }

    @Test func `an export that is ended half-way leaves nothing, and one that is done the whole file`() async throws {
        try await withHistory(of: 3000) { world, wallet in
            let folder = world.directory.appending(path: "exports")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            var shell = Program.system("sh")
            shell.environment = wallet.environment
            // Ends it as soon as it has begun to write; whoever is done before that has won.
            let script = #"""
                "$0" history export --quiet --to "$1/x.csv" & export=$!
                until ls -l /proc/$export/fd 2>/dev/null | grep -qF "$1" || ! kill -0 $export; do :; done
                kill -TERM $export
                wait $export
                """#
            let client = Program.directory(of: "wallet-cli").appending(path: "wallet-cli").path
            let ended = try await shell("-c", script, client, folder.path)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            // The signal may also come when the file has just got its name.
            try #require(ended.exitCode == 0 || ended.exitCode == 128 + 15, "\(ended)")
            if ended.exitCode == 0 || !names.isEmpty {
                #expect(names == ["x.csv"])
                #expect(try await read(folder.appending(path: "x.csv")).count == 3000)
            }
        }
    }

    @Test func `how far it has come is shown on a terminal, and nowhere else`() async throws {
        try await withHistory(of: 20) { world, wallet in
            var terminal = Program.system("script")
            terminal.environment = wallet.environment.merging(["TERM": "xterm"]) { $1 }
            let client = Program.directory(of: "wallet-cli").appending(path: "wallet-cli").path
            let file = world.directory.appending(path: "x.csv").path
            let shown = try await terminal("-qec", "'\(client)' history export --to '\(file)'", "/dev/null")
            #expect(shown.output.contains("\r20 transactions …") && shown.output.contains("Exported 20 transactions"))
            let quiet = try await terminal("-qec", "'\(client)' history export --quiet --to '\(file)'", "/dev/null")
            #expect(!quiet.output.contains("…") && quiet.output.contains("Exported 20 transactions"))
            #expect(try await wallet("history", "export", "--to", file).errors.isEmpty)
        }
    }
}
