import EventServerProcess
import Foundation
import NATSClient
import Testing

@Suite(.timeLimit(.minutes(15)))
struct NATSSubscriptionTests {
    @Test func `a reader that falls behind keeps the newest, and the loss is counted and reported once`() async throws {
        try await NATSServerProcess.withServer { server in
            var options = NATSOptions(url: server.url)
            options.bufferedMessages = 10
            let connection = try await NATSConnection.connect(options)
            var events = connection.listen().makeAsyncIterator()
            #expect(await events.next() == .state(.connected))
            let slow = try connection.subscribe("a")
            // One thread delivers to both, in order: when this one has its message, the other has all of its own.
            let marker = try connection.subscribe("b")
            for number in 0..<100 { try connection.publish(Data([UInt8(number)]), to: "a") }
            try connection.publish(Data(), to: "b")
            var markers = marker.makeAsyncIterator()
            #expect(await markers.next() != nil)
            #expect(slow.dropped == 90)
            guard case .problem(let problem) = await events.next() else {
                Issue.record("not reported")
                return
            }
            #expect(problem.code == .slowConsumer)
            var messages = slow.makeAsyncIterator()
            for number in 90..<100 { #expect(await messages.next()?.payload == Data([UInt8(number)])) }
            // The next event is of the end: nothing else was reported. Whether libnats tells first that the connection is
            // lost, on a thread of its own, is open.
            await connection.close()
            guard case .state(let state) = await events.next() else {
                Issue.record("something else was reported")
                return
            }
            #expect(state != .connected)
        }
    }

    @Test func `what a reader has not read is bounded in bytes too`() async throws {
        try await NATSServerProcess.withServer { server in
            var options = NATSOptions(url: server.url)
            options.bufferedBytes = 1000
            let connection = try await NATSConnection.connect(options)
            let slow = try connection.subscribe("a")
            let marker = try connection.subscribe("b")
            for _ in 0..<20 { try connection.publish(Data(count: 299), to: "a") }
            try connection.publish(Data(), to: "b")
            var markers = marker.makeAsyncIterator()
            #expect(await markers.next() != nil)
            #expect(slow.dropped == 17)
        }
    }

    @Test func `a subscription may be let go of while its messages come`() async throws {
        try await NATSServerProcess.withServer { server in
            let connection = try await NATSConnection.connect(NATSOptions(url: server.url))
            let publisher = try await NATSConnection.connect(NATSOptions(url: server.url))
            let flood = Task {
                while !Task.isCancelled {
                    for _ in 0..<200 { try publisher.publish(Data("x".utf8), to: "a") }
                    try await publisher.flush(timeout: .seconds(60))
                }
            }
            for _ in 0..<2000 {
                var messages = try connection.subscribe("a").makeAsyncIterator()
                #expect(await messages.next() != nil)
            }
            flood.cancel()
            _ = await flood.result
            try await connection.flush(timeout: .seconds(60))
        }
    }

    @Test(arguments: ["leaving", "letting go", "cancelling", "ending"])
    func `the server is told when nobody reads any more`(way: String) async throws {
        try await NATSServerProcess.withServer { server in
            let connection = try await NATSConnection.connect(NATSOptions(url: server.url, name: "test"))
            var subscription: NATSSubscription? = try connection.subscribe("a")
            try connection.publish(Data(), to: "a")
            try await server.untilConnections(named: "test", "the client reads") { $0.first?.subscriptions == 1 }
            switch way {
            case "leaving":
                if let subscription { for await _ in subscription { break } }
            case "letting go":
                subscription = nil
            case "cancelling":
                let reader = Task { [subscription] in
                    guard let subscription else { return }
                    for await _ in subscription {}
                }
                reader.cancel()
                await reader.value
            default:
                subscription?.unsubscribe()
            }
            try await server.untilConnections(named: "test", "nobody reads any more") { $0.first?.subscriptions == 0 }
            #expect(connection.state == .connected, "the connection outlives its reader")
            withExtendedLifetime((connection, subscription)) {}
        }
    }
}
