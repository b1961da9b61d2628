import Foundation
import NATSClient
import Testing

@Suite(.timeLimit(.minutes(1)))
struct NATSConnectionTests {
    @Test func `a published message reaches a subscriber with its bytes`() async throws {
        try await NATSServerProcess.withServer { server in
            let connection = try await NATSConnection.connect(NATSOptions(url: server.url))
            let subscription = try connection.subscribe("a.*")
            try await connection.flush(timeout: .seconds(5))
            let payload = Data([0, 1, 255, 10, 13])
            try connection.publish(payload, to: "b.c")
            try connection.publish(payload, to: "a.c")
            var messages = subscription.makeAsyncIterator()
            #expect(await messages.next() == NATSMessage(subject: "a.c", payload: payload))
            await connection.close()
            #expect(await messages.next() == nil)
        }
    }
}
