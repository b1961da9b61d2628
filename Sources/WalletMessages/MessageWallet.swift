import FexValues
import Logging
import Synchronization
package import WalletCore

/// One wallet behind a door: messages of a host go in, messages for it come out.
///
/// Every call may be made on any thread, at any time. `Documentation/messages.md` says what the messages are.
public final class MessageWallet: Sendable {
    /// What became of a message.
    public enum Acceptance: Sendable {
        /// What comes of it is a message.
        case taken
        /// The wallet is closed, or is being closed. Nothing was done.
        case closed
        /// It is none; a message with `"id": null` says why. Nothing was done.
        case notAMessage
    }

    /// Opens the wallet, with who asks the host, and a log that the host may subscribe to.
    typealias Opening = @Sendable (HostQuestions, Logger) async throws -> OpenedWallet

    private struct State {
        var conversation = Conversation()
        var tasks: [Int: Task<Void, Never>] = [:]
        var watches: [Topic: Task<Void, Never>] = [:]
        var closing: Task<Void, Never>?

        /// - Returns: Also whether something can be received now that could not before.
        mutating func change<Value: Sendable>(_ body: (inout Conversation) -> Value) -> (Value, wakes: Bool) {
            let couldReceive = conversation.hasMessage
            let value = body(&conversation)
            return (value, !couldReceive && conversation.hasMessage)
        }
    }

    private let state = Mutex(State())
    private let onMessage: @Sendable () -> Void
    private let drawCode: @Sendable (String) throws -> String
    private let opening: Mutex<Task<MessageContext, any Error>?>
    private let questions: HostQuestions

    // MARK: Opening

    /// Opens a wallet as a host configures it. Returns at once: the message with `"id": 0` says how it went.
    ///
    /// - Parameters:
    ///   - configuration: The document that `Documentation/messages.md` describes.
    ///   - adapters: Ways to the network.
    ///   - onMessage: Called, on any thread, when something can be received after nothing could. It must not call back.
    public static func open(
        configuration: String, adapters: MessageAdapters, onMessage: @escaping @Sendable () -> Void
    ) -> MessageWallet {
        let wallet = MessageWallet(drawCode: adapters.drawCode, onMessage: onMessage)
        wallet.begin { questions, log in
            try await OpeningConfiguration(parsing: configuration).open(adapters, questions, log: log)
        }
        return wallet
    }

    /// The wallet of a program that has opened it, and closes it by ``close()``.
    package static func over(
        _ wallet: Wallet, drawCode: @escaping @Sendable (String) throws -> String,
        onMessage: @escaping @Sendable () -> Void
    ) -> MessageWallet {
        let messages = MessageWallet(drawCode: drawCode, onMessage: onMessage)
        messages.begin { _, _ in OpenedWallet(wallet: wallet) }
        return messages
    }

    private init(drawCode: @escaping @Sendable (String) throws -> String, onMessage: @escaping @Sendable () -> Void) {
        self.onMessage = onMessage
        self.drawCode = drawCode
        opening = Mutex(nil)
        let link = Link()
        questions = HostQuestions(
            asking: { name, params in link.wallet?.change { $0.ask(name, params) } ?? nil },
            withdrawing: { question in link.wallet?.change { $0.withdraw(question) } })
        link.wallet = self
    }

    private func begin(_ open: @escaping Opening) {
        let log = Logger(
            label: "fex.wallet", factory: { [weak self] _ in MessageLogHandler { [weak self] in self?.report($0) } })
        let task = Task<MessageContext, any Error> { [self] in
            do {
                let opened = try await open(questions, log)
                change { $0.opened(.result(Self.openingDocument(of: opened.wallet))) }
                return makeContext(opened)
            } catch {
                change { $0.opened(.error(DoorError.told(error))) }
                throw error
            }
        }
        opening.withLock { $0 = task }
    }

    private func makeContext(_ opened: OpenedWallet) -> MessageContext {
        MessageContext(
            wallet: opened.wallet, endTransports: opened.endTransports, drawCode: drawCode,
            sync: BackgroundSync(opened.wallet) { [weak self] in self?.publishListening() },
            tell: { [weak self] event, value in self?.change { $0.tell(event, value) } })
    }

    private static func openingDocument(of wallet: Wallet) -> JSON {
        [
            "version": .string(PackageVersion.number),
            "recovery": wallet.recovery.map {
                ["all_decisions": .bool($0.hasAllDecisions), "message": .string(PlainText.clean("\($0)"))]
            } ?? .null,
        ]
    }

    private func context() async throws -> MessageContext {
        guard let task = opening.withLock({ $0 }) else { throw DoorError.closed }
        return try await task.value
    }

    // MARK: Messages

    /// Takes a message of the host. Never waits for disk or network.
    public func send(_ message: some Collection<UInt8>) -> Acceptance {
        let parsed: HostMessage
        do { parsed = try HostMessage(parsing: message) } catch {
            let isOpen = change { conversation in
                if conversation.isOpen { conversation.refuse(error) }
                return conversation.isOpen
            }
            return isOpen ? .notAMessage : .closed
        }
        var isOpen = true
        perform { conversation in
            isOpen = conversation.isOpen
            return isOpen ? conversation.take(parsed) : []
        }
        return isOpen ? .taken : .closed
    }

    /// The next message for the host; nil where there is none now. The last one, `{"closed":true}`, is given again each time.
    public func receive() -> String? { state.withLock { $0.conversation.receive() } }

    /// How many requests have not been answered: a door that can wait stops reading while there are many.
    package var requestsInFlight: Int { state.withLock { $0.conversation.inFlight } }

    /// Ends all work, and returns once the wallet's files are closed and the transports that the adapters made have ended.
    /// Calling it again waits for the same.
    public func close() async {
        perform { $0.close() }
        await state.withLock { $0.closing }?.value
    }

    /// The last message.
    package static let lastMessage = Conversation.lastMessage

    /// Closes the wallet once what is in flight has been answered: the host will say nothing any more.
    package func end() { perform { $0.end() } }

    // MARK: Work

    /// Changes the conversation, and wakes the host where it can receive something after that, and could not before.
    @discardableResult
    private func change<Value: Sendable>(_ body: (inout Conversation) -> Value) -> Value {
        let (value, wakes) = state.withLock { $0.change(body) }
        if wakes { onMessage() }
        return value
    }

    /// Changes the conversation, and does what follows from it.
    ///
    /// Work begins under the lock, so that whoever ends it finds it. It is ended after that: a task that is cancelled may want
    /// the lock at once.
    ///
    /// - Parameter id: A request whose task ends with this: whoever closes the wallet waits for the task, and so for its answer.
    private func perform(ending id: Int? = nil, _ body: (inout Conversation) -> [Conversation.Action]) {
        let (endings, wakes) = state.withLock { state in
            if let id { state.tasks[id] = nil }
            let (actions, wakes) = state.change(body)
            return (actions.compactMap { perform($0, &state) }, wakes)
        }
        if wakes { onMessage() }
        for end in endings { end() }
    }

    private func perform(_ action: Conversation.Action, _ state: inout State) -> (@Sendable () -> Void)? {
        switch action {
        case .start(let id, let method, let params):
            state.tasks[id] = Task { [self] in await run(id, method, params) }
        case .cancel(let id):
            guard let task = state.tasks[id] else { return nil }
            return { task.cancel() }
        case .resume(let question, let answer): return { [questions] in questions.resume(question, answer) }
        case .subscribe(let topic): state.watches[topic] = Task { [self] in await watch(topic) }
        case .unsubscribe(let topic):
            guard let watch = state.watches.removeValue(forKey: topic) else { return nil }
            return { watch.cancel() }
        case .close: state.closing = Task { [self] in await endAll() }
        }
        return nil
    }

    private func run(_ id: Int, _ method: String, _ params: JSON) async {
        var money = MoneyEffect.notMoved
        let outcome: Outcome
        do {
            guard let known = Method.all[method] else { throw DoorError.unknownMethod(method) }
            let answer = try await known.answer(params, in: context())
            outcome = .result(answer.document)
            money = answer.money
        } catch {
            let told = DoorError.told(error)
            outcome = .error(told)
            money = told.money
        }
        perform(ending: id) { $0.finish(id, outcome, money: money) }
    }

    private func endAll() async {
        let task = opening.withLock { $0 }
        let (tasks, watches) = state.withLock { (Array($0.tasks.values), Array($0.watches.values)) }
        for watch in watches { watch.cancel() }
        // Those in flight have been cancelled, and still answer.
        for task in tasks { await task.value }
        task?.cancel()
        if let context = try? await task?.value {
            await context.sync.stop(forGood: true)
            await context.wallet.close()
            await context.endTransports()
        }
        change { $0.closed() }
    }

    // MARK: Topics

    private func watch(_ topic: Topic) async {
        do {
            try await topic.watch(in: context()) { [self] value in
                guard !Task.isCancelled else { return }
                change { $0.publish(topic, value) }
            }
        } catch {
            guard !Task.isCancelled else { return }
            change { $0.end(topic, DoorError.told(error)) }
        }
    }

    /// Tells of a sync that has ended by itself.
    private func publishListening() {
        perform { $0.isSubscribed(to: .listening) ? $0.subscribe(.listening) : [] }
    }

    private func report(_ line: JSON) { change { $0.publish(.log, line) } }
}

/// A way back to a wallet that is not made yet.
private final class Link: Sendable {
    private let held = Mutex<WeakWallet>(WeakWallet())

    var wallet: MessageWallet? {
        get { held.withLock { $0.wallet } }
        set { held.withLock { $0.wallet = newValue } }
    }
}

private struct WeakWallet: Sendable {
    weak var wallet: MessageWallet?
}
