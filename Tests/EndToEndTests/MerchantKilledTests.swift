import FexValues
import Foundation
import Testing
import WalletCore

/// The platform killed with -9 between a merchant's refund, its posting and the webhook that tells of it.
@Suite(.timeLimit(.minutes(15))) struct MerchantKilledTests {
    @Test func `a refund and its webhook survive kill -9 of the platform`() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "killed-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let platform = Platform(directory: directory)

        let (port, intent) = try await platform.run("first", ending: .killed) { world in
            let (port, intent) = try await platform.listening("first", port: "0") { port, _ in
                let made = try await world.till(
                    "pos", "intent", "--amount", "29.99", "--callback-url", "http://127.0.0.1:\(port)/paid", "--json"
                ).document()["payment_intent"]
                let intent = made?["id"]?.stringValue ?? ""
                let wallet = try await world.wallet()
                let code = made?["qr_data"]?.stringValue ?? ""
                #expect(try await wallet("pay", code, "--yes").exitCode == 0)
                return (port, intent)
            }
            // Nobody listens any more, and the clock stands still: neither webhook nor posting can come about.
            let refund = try await world.till("pos", "refund", intent, "--json").document()["payment_intent"]
            #expect(refund?["status"] == "refunded" && refund?["refund_status"] == "initiated")
            return (port, intent)
        }

        try await platform.run("second") { world in
            func status() async throws -> JSON? {
                try await world.till("pos", "status", intent, "--json").document()["payment_intent"]
            }
            #expect(try await status()?["refund_status"] == "initiated")
            let lines = try await platform.listening("second", port: port) { _, output in
                try await world.advance(seconds: 2)
                #expect(try await status()?["refund_status"] == "completed")
                return try await eventually("the refund's webhook comes") {
                    let lines = try platform.webhooks(in: output)
                    return lines.contains { $0["event"] == "payment.refunded" } ? lines : nil
                }
            }
            #expect(lines.last?["payment_intent_id"]?.stringValue == intent)
            #expect(lines.last?["status"] == "refunded")
            let list = try await world.till("pos", "transactions", "--json").document()
            #expect(list["total"] == 2)
            #expect(list["transactions"]?.arrayValue?.map { $0["transaction_type"] } == ["refund", "payment"])
            #expect(try await world.control("ledger")["balances"]?[world.walletID()] == "1000.00")
            let again = try await world.till("pos", "refund", intent)
            #expect(again.exitCode == 1 && again.errors.contains("409"))
        }
    }

    /// A sandbox with its state in a directory, run as often as a test likes.
    private struct Platform {
        let directory: URL

        func run<Value: Sendable>(
            _ name: String, ending: Program.Ending = .terminated, _ body: (World) async throws -> Value
        ) async throws -> Value {
            let home = directory.appending(path: name)
            try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
            let readyFile = directory.appending(path: "ready.json")
            try? FileManager.default.removeItem(at: readyFile)
            let (value, exitCode) = try await Program.built("fex-sandbox").whileRunning(
                [
                    "serve", "--port", "0", "--no-nats", "--control", "--clock", "virtual", "--state",
                    directory.appending(path: "state").path, "--ready-file", readyFile.path,
                ], output: home.appending(path: "sandbox.out"), errors: home.appending(path: "sandbox.err"),
                ending: ending
            ) {
                let ready = try await eventually("the sandbox is ready") {
                    FileManager.default.contents(atPath: readyFile.path).flatMap { try? JSON(parsing: $0) }
                }
                var till = Program.built("fex-sandbox")
                till.environment["FEX_SANDBOX_READY"] = readyFile.path
                return try await body(World(directory: home, ready: ready, till: till))
            }
            #expect(exitCode == (ending == .killed ? 128 + 9 : 0))
            return value
        }

        /// Runs `pos listen` for as long as a body does.
        ///
        /// - Parameter body: Is given the port, and the file that webhooks are printed to.
        func listening<Value: Sendable>(
            _ name: String, port: String, _ body: (String, URL) async throws -> Value
        ) async throws -> Value {
            var listener = Program.built("fex-sandbox")
            listener.environment["FEX_SANDBOX_READY"] = directory.appending(path: "ready.json").path
            let output = directory.appending(path: "listen-\(name).out")
            let notes = directory.appending(path: "listen-\(name).err")
            let (value, exitCode) = try await listener.whileRunning(
                ["pos", "listen", "--port", port, "--json"], output: output, errors: notes
            ) {
                let bound = try await eventually("the till listens") {
                    let text = (try? String(contentsOf: notes, encoding: .utf8)) ?? ""
                    return text.firstMatch(of: /listening on http:\/\/127\.0\.0\.1:(\d+)\n/).map { String($0.1) }
                }
                return try await body(bound, output)
            }
            #expect(exitCode == 0)
            return value
        }

        /// The webhooks that were printed.
        func webhooks(in file: URL) throws -> [JSON] {
            try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { try JSON(parsing: String($0)) }
        }
    }
}

extension World {
    /// Moves the platform's clock on.
    fileprivate func advance(seconds: Int) async throws {
        _ = try await control("clock", method: "POST", ["advance_seconds": .integer(seconds)])
    }
}
