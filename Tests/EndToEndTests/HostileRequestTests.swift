import FexValues
import Foundation
import Testing
import WalletCore

/// What a client library would never send: it is refused with the published body, and the platform goes on.
@Suite(.timeLimit(.minutes(15))) struct HostileRequestTests {
    @Test func `floods of headers and paths with tricks are refused, and the platform goes on`() async throws {
        try await World.run(options: ["--no-nats"]) { world in
            let api = world.ready["api"]?.stringValue ?? ""
            func refuses(
                _ arguments: String..., status: String, location: SourceLocation = #_sourceLocation
            ) async throws {
                let outcome = try await Program.system("curl").run(
                    ["-sS", "-m", "20", "--path-as-is", "-w", "\n%{http_code}"] + arguments)
                let parts = outcome.output.split(separator: "\n")
                #expect(parts.last.map(String.init) == status, "\(outcome)", sourceLocation: location)
                let body = try? JSON(parsing: String(parts.first ?? ""))
                #expect(body?["success"] == false, "\(outcome)", sourceLocation: location)
                #expect(body?["error"]?.stringValue?.isEmpty == false, sourceLocation: location)
            }
            let file = world.directory.appending(path: "headers.txt")
            let many = (0..<5_000).map { "X-Flood-\($0): x" }.joined(separator: "\n")
            try Data(many.utf8).write(to: file)
            try await refuses("-H", "@\(file.path)", "\(api)/health", status: "400")
            let large = "X-Flood: " + String(repeating: "x", count: 100_000)
            try Data(large.utf8).write(to: file)
            try await refuses("-H", "@\(file.path)", "\(api)/health", status: "400")
            try await refuses("-X", "POST", "-H", "Content-Length: x", "\(api)/health", status: "400")

            for path in [
                "/../../etc/passwd", "/merchant/api/v1/../../sandbox", "/merchant/api/v1/public/../counters/x/y",
                "/./sandbox/ledger/..", "/merchant/api/v1/public/payment-intents/..", "/%2e%2e/%2e%2e/etc/passwd",
            ] {
                try await refuses("\(api)\(path)", status: "404")
            }
            let health = try await Program.system("curl")("-fsS", "\(api)/health")
            #expect(health.exitCode == 0)
        }
    }
}
