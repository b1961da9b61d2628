import FexValues
import Foundation
import Synchronization
import Testing
import WalletCore
import WalletMessages
import WalletTesting

/// A host in a test: says messages, and keeps all that it is told.
final class TestHost: Sendable {
    private struct State {
        var received: [JSON] = []
        var methods: [Int: String] = [:]
        var lastID = 0
    }

    private let state = Mutex(State())
    private let wallet = Mutex<MessageWallet?>(nil)
    /// Answers a question: a result, or an error; nil for silence.
    private let answer: @Sendable (_ question: String, _ params: JSON) async -> JSON?

    init(answering answer: @escaping @Sendable (_ question: String, _ params: JSON) async -> JSON? = { _, _ in nil }) {
        self.answer = answer
    }

    /// Begins to speak to a wallet, whose `onMessage` this is called for.
    func open(_ open: (_ onMessage: @escaping @Sendable () -> Void) -> MessageWallet) {
        let opened = open { [weak self] in Task { self?.receiveAll() } }
        wallet.withLock { $0 = opened }
        receiveAll()
    }

    private var opened: MessageWallet { wallet.withLock { $0! } }

    private func receiveAll() {
        guard let wallet = wallet.withLock({ $0 }) else { return }
        while let message = receive(from: wallet) {
            if let question = message["ask"]?.stringValue, let id = message["id"] {
                Task {
                    guard let answer = await answer(question, message["params"] ?? .null) else { return }
                    _ = send(["answer": id, answer["code"] == nil ? "result" : "error": answer])
                }
            }
        }
    }

    /// The next message, kept in the order in which the wallet says it, whoever else receives at the same time; nil where there
    /// is none now, and where the last one was received before.
    private func receive(from wallet: MessageWallet) -> JSON? {
        state.withLock { state in
            guard let text = wallet.receive() else { return nil }
            guard let message = try? JSON(parsing: text) else {
                Issue.record("what the wallet says is no JSON: \(text)")
                return nil
            }
            if text == MessageWallet.lastMessage, state.received.last == message { return nil }
            state.received.append(message)
            let method = message["id"]?.integerValue.flatMap { $0 == 0 ? "open" : state.methods[$0] }
            MessageRecording.add(message, answering: message["ask"] == nil ? method : nil)
            return message
        }
    }

    /// All that was received.
    var received: [JSON] { state.withLock { $0.received } }

    @discardableResult
    func send(_ message: JSON) -> MessageWallet.Acceptance { send(raw: message.text) }

    @discardableResult
    func send(raw text: String) -> MessageWallet.Acceptance { opened.send(text.utf8) }

    /// Sends a request.
    ///
    /// - Returns: Its id.
    func begin(_ method: String, _ params: JSON = [:]) -> Int {
        let id = state.withLock { state in
            state.lastID += 1
            state.methods[state.lastID] = method
            return state.lastID
        }
        send(["id": .integer(id), "method": .string(method), "params": params])
        return id
    }

    /// Sends a request, and waits for its answer.
    func ask(_ method: String, _ params: JSON = [:]) async throws -> JSON {
        try await answer(to: begin(method, params))
    }

    func answer(to id: Int) async throws -> JSON {
        try await message("an answer to \(id)") { $0["id"]?.integerValue == id && $0["ask"] == nil }
    }

    /// The first message that is as wanted, once there is one.
    func message(_ what: String, where isWanted: @escaping @Sendable (JSON) -> Bool) async throws -> JSON {
        try await until(what) { received.contains(where: isWanted) }
        return received.first(where: isWanted)!
    }

    /// The value of an event, once there is one that is as wanted.
    func value(of topic: String, where isWanted: @escaping @Sendable (JSON) -> Bool) async throws -> JSON {
        try await message("\(topic) as wanted") { $0["event"]?.stringValue == topic && isWanted($0["value"] ?? .null) }[
            "value"]!
    }

    /// Closes the wallet, and waits for the last that it says.
    func close() async throws {
        await opened.close()
        _ = try await message("the last message") { $0 == ["closed": true] }
    }
}
