import Foundation
public import WalletCore

/// Reads signals one after the other, and skips what a check does not ask about.
public struct SignalReader {
    private var iterator: AsyncStream<EventSignal>.Iterator

    /// A reader of one stream.
    public init(_ signals: AsyncStream<EventSignal>) {
        iterator = signals.makeAsyncIterator()
    }

    /// The next signal.
    ///
    /// - Throws: ``ContractViolation`` if the stream ends, which it must not by itself.
    public mutating func next() async throws -> EventSignal {
        guard let signal = await iterator.next(isolation: #isolation) else {
            throw ContractViolation("the stream of signals ended")
        }
        return signal
    }

    /// Reads until the connection stands.
    public mutating func untilConnected() async throws {
        while try await next() != .connected {}
    }

    /// Reads until there is no connection.
    ///
    /// - Returns: The reason given.
    public mutating func untilDisconnected() async throws -> String {
        while true {
            if case .disconnected(let reason) = try await next() { return reason }
        }
    }

    /// Reads until a message comes.
    public mutating func untilMessage() async throws -> EventMessage {
        while true {
            if case .message(let message) = try await next() { return message }
        }
    }
}
