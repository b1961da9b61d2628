import Foundation
import Testing

/// A small share of the long checks in `Scripts/`, with the real programs.
@Suite(.timeLimit(.minutes(15))) struct InstrumentTests {
    @Test func `an approval that is cut off anywhere is confirmed by one sync, with one debit`() async throws {
        let outcome = try await check("cuts.py", "--every", "97")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("each confirmed after one sync, with one debit"))
    }

    @Test func `a wallet killed at any moment is settled by one sync, and shows the truth`() async throws {
        let outcome = try await check("kills.py", "--kills", "20")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("kill -9: 20;"))
    }

    @Test func `two processes on one database send each decision once, and neither meets an error`() async throws {
        let outcome = try await check("two_processes.py", "--decisions", "200")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("each sent once, debited once; no call failed"))
    }

    @Test func `a watch prints each request once although the event server dies`() async throws {
        let outcome = try await check("outages.py", "--outages", "1", "--rate", "10")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("each printed once, none missed"))
    }

    @Test func `a flood of forged events prompts nobody, leaves a line a kind, and hides no true request`() async throws
    {
        let outcome = try await check("forgeries.py", "--events", "1000")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("prompts: 0; log lines: 5, of 5 kinds"))
    }

    @Test func `whatever answers in the platform's place, the wallet says what the ledger says`() async throws {
        let outcome = try await check("middlebox.py", "--every", "120")
        #expect(outcome.exitCode == 0, "\(outcome.output.suffix(4000))\(outcome.errors)")
        #expect(outcome.output.contains(" rows, 0 differ"))
    }

    @Test func `a session that ends and a key that is lost are said, and settle nothing`() async throws {
        let outcome = try await check("sessions.py", "--every", "7")
        #expect(outcome.exitCode == 0, "\(outcome.output.suffix(4000))\(outcome.errors)")
        #expect(outcome.output.contains(" rows, 0 differ"))
    }

    /// `LongRequestsTests` has the platform that knows summaries.
    @Test func `one merchant's flood keeps no other's request away, and does not fill the device`() async throws {
        let outcome = try await check("flood.py", "--count", "50", "--without-summaries")
        #expect(outcome.exitCode == 0, "\(outcome.output.suffix(4000))\(outcome.errors)")
        #expect(outcome.output.contains("flood: 0 not true"))
    }

    @Test func `output that can't be written is said, at any width, and no argument steers a terminal`() async throws {
        let outcome = try await check("terminal.py", "--every", "20")
        #expect(outcome.exitCode == 0, "\(outcome.output.suffix(4000))\(outcome.errors)")
        #expect(outcome.output.contains(" rows, 0 differ"))
    }

    @Test func `whatever is changed in a database, the wallet goes on, and shows none of it`() async throws {
        let outcome = try await check("mutations.py", "--count", "64", "--real", "6")
        #expect(outcome.exitCode == 0, "\(outcome.output.suffix(4000))\(outcome.errors)")
        #expect(outcome.output.contains(" 0 problems"))
    }

    private func check(_ name: String, _ options: String...) async throws -> Program.Outcome {
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Scripts/checks/\(name)")
        let programs = Program.directory(of: "wallet-cli")
        return try await Program.system("python3").run([script.path, "--programs", programs.path] + options)
    }
}
