import Foundation
import Testing

@testable import FexSandbox

/// A client that sends its request drop by drop holds nothing up for long.
@Suite(.timeLimit(.minutes(5))) struct SlowSenderTests {
    private func running(
        _ deadlines: SenderDeadlines, _ body: @escaping @Sendable (RawConnection) throws -> Void
    ) async throws {
        var configuration = try SandboxWorld.configuration()
        configuration.senderDeadlines = deadlines
        try await Sandbox.withRunning(configuration) { sandbox in
            try await RawConnection.using(sandbox.ready, body)
        }
    }

    @Test(arguments: [
        "GET /health HTTP/1.1\r\nHost: x\r\nX-Drip: ", "GET /health", "G",
        "POST /merchant/api/v1/register HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n",
        "POST /auth/realms/payment-platform/protocol/openid-connect/token HTTP/1.1\r\nHost: x\r\n"
            + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000000\r\n\r\n",
    ])
    func `a header or a body that drips is cut off, however steadily it does`(beginning: String) async throws {
        try await running(SenderDeadlines(header: .milliseconds(200), body: .milliseconds(200))) { connection in
            connection.send(beginning)
            // Until the sandbox ends the connection; an answer may come before.
            while connection.receive(within: 20) != "" { connection.send("x") }
        }
    }

    @Test func `who sends a request at once may rest before the next`() async throws {
        // No time at all for a drop, so that a rest that counted would be too long.
        try await running(SenderDeadlines(header: .zero, body: .zero)) { connection in
            for _ in 0..<3 {
                connection.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(connection.receive()?.hasPrefix("HTTP/1.1 200") == true)
            }
        }
    }
}
