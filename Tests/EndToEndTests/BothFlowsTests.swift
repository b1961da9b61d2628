import FexValues
import Foundation
import Testing
import WalletCore

/// Both ways to pay, between separate processes, over HTTP and a real nats-server.
@Suite struct BothFlowsTests {
    @Test(arguments: ["uri", "json"])
    func `a merchant's code, drawn and read back, becomes one payment`(form: String) async throws {
        try await World.run(options: ["--nats-port", "0", "--qr-form", form]) { world in
            let wallet = try await world.wallet()
            let intent = try await world.makeIntent(amount: "29.99")
            let image = world.directory.appending(path: "code.png").path
            _ = try await Program.system("qrencode")("-o", image, intent.code)
            let read = try await Program.system("zbarimg")("--raw", "-q", "--nodbus", image)

            let scanned = try await wallet("scan", "-", "--json", input: read.output)
            #expect(scanned.exitCode == 0)
            let scan = try scanned.document()
            #expect(scan["kind"] == "merchant" && scan["fetched"] == true && scan["matches"] == true)
            #expect(scan["form"]?.stringValue == form && scan["amount"] == "29.99")
            #expect(try await world.debits(of: intent.id).isEmpty)

            let paid = try await wallet("pay", "-", "--yes", "--json", input: read.output)
            #expect(paid.exitCode == 0)
            let document = try paid.document()
            #expect(document["decision"]?["state"] == "confirmed" && document["decision"]?["kind"] == "pay")
            #expect(document["payment_intent"]?["status"] == "completed")
            #expect(document["transaction"]?["amount"] == "29.99")
            #expect(try await world.debits(of: intent.id) == ["29.99"])

            let again = try await wallet("pay", "-", "--yes", "--json", input: read.output)
            #expect(again.exitCode == 1)
            #expect(try await world.debits(of: intent.id) == ["29.99"])

            #expect(try await wallet("sync", "--json").exitCode == 0)
            let history = try await wallet("history", "--json").document()
            #expect(history["transactions"]?.arrayValue?.map { $0["intent"]?.stringValue } == [intent.id])
            #expect(history["transactions"]?[0]?["merchant_name"]?.stringValue?.isEmpty == false)
            #expect(try await wallet("balance", "--json").document()["balance"] == "970.01")
        }
    }

    @Test func `a till's requests appear on the watching wallet; one is approved, another declined`() async throws {
        try await World.run { world in
            let wallet = try await world.wallet()
            let lines = world.directory.appending(path: "watch.jsonl")
            let notes = world.directory.appending(path: "watch.err")
            func shown(_ intent: String) -> [JSON] {
                let text = (try? String(contentsOf: lines, encoding: .utf8)) ?? ""
                return text.split(separator: "\n").compactMap { try? JSON(parsing: String($0)) }
                    .filter { $0["intent"]?.stringValue == intent }
            }
            _ = try await wallet.whileRunning(["approvals", "watch", "--json"], output: lines, errors: notes) {
                _ = try await eventually("the wallet listens") {
                    (try? String(contentsOf: notes, encoding: .utf8))?.contains("by the event stream") == true
                        ? true : nil
                }
                #expect(try await wallet("status", "--json").document()["listening"] == "stream")

                let wanted = try await world.ask(amount: "35.50")
                let request = try await eventually("the request appears") { shown(wanted).first }
                #expect(request["state"] == "pending" && request["amount"] == "35.50" && request["currency"] == "USD")
                let approved = try await wallet("approve", wanted, "--yes", "--json")
                #expect(approved.exitCode == 0)
                #expect(try approved.document()["decision"]?["state"] == "confirmed")
                #expect(try await world.debits(of: wanted) == ["35.50"])

                let unwanted = try await world.ask(amount: "12.00")
                _ = try await eventually("the second request appears") { shown(unwanted).first }
                let declined = try await wallet("decline", unwanted, "--reason", "not mine", "--json")
                #expect(declined.exitCode == 0)
                #expect(try declined.document()["payment_intent"]?["status"] == "declined")
                #expect(try await world.debits(of: unwanted).isEmpty)

                // Neither comes back, by whichever way one asks.
                #expect(try await wallet("approvals", "--json").document()["approvals"]?.arrayValue?.isEmpty == true)
                let all = try await wallet("approvals", "--all", "--json").document()["approvals"]?.arrayValue ?? []
                #expect(Set(all.map { $0["state"]?.stringValue }) == ["approved", "declined"])
                #expect(shown(wanted).filter { $0["state"] == "pending" }.count == 1)
            }
            #expect(try await wallet("status", "--json").document()["listening"] == "no")
        }
    }

    @Test func `without an event server the wallet asks from time to time, and says so`() async throws {
        try await World.run(options: ["--no-nats"]) { world in
            let wallet = try await world.wallet()
            let lines = world.directory.appending(path: "watch.jsonl")
            let notes = world.directory.appending(path: "watch.err")
            let asked = try await world.ask(amount: "5.00")
            _ = try await wallet.whileRunning(["approvals", "watch", "--json"], output: lines, errors: notes) {
                _ = try await eventually("the request appears") {
                    (try? String(contentsOf: lines, encoding: .utf8))?.contains(asked) == true ? true : nil
                }
                // What waits is shown before the stream has been tried.
                _ = try await eventually("it says that it asks") {
                    try String(contentsOf: notes, encoding: .utf8).contains("event stream is away") ? true : nil
                }
                _ = try await eventually("the status says so") {
                    try await wallet("status", "--json").document()["listening"] == "poll" ? true : nil
                }
            }
        }
    }

    @Test func `the wallet's own code, drawn in a terminal, is read as its scan token`() async throws {
        try await World.run(options: ["--no-nats"]) { world in
            let wallet = try await world.wallet()
            let shown = try await wallet("code")
            #expect(shown.exitCode == 0)
            let image = world.directory.appending(path: "code.pgm")
            try TerminalPhotograph(of: shown.output).portableGraymap.write(to: image)
            let read = try await Program.system("zbarimg")("--raw", "-q", "--nodbus", image.path)
            let token = world.ready["wallets"]?[0]?["scan_token"]?.stringValue
            #expect(read.output.trimmingCharacters(in: .whitespacesAndNewlines) == token)
        }
    }
}
