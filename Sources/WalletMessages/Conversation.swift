import FexValues
import WalletDocuments

/// What came of a request.
enum Outcome: Sendable {
    case result(JSON)
    case error(any WalletError)
}

/// What a host and a wallet have said to each other: which requests are in flight, which questions are open, what waits to be
/// received.
///
/// A value: messages and results go in, actions come out. It holds the rules of the doors, and neither task nor wallet.
struct Conversation {
    /// What is to be done for it.
    enum Action: Hashable {
        case start(id: Int, method: String, params: JSON)
        /// End the waiting of a request.
        case cancel(id: Int)
        case resume(question: Int, HostAnswer)
        case subscribe(Topic)
        case unsubscribe(Topic)
        /// End all work, and say so once that is done.
        case close
    }

    private enum Phase { case open, closing, closed }

    private struct Request {
        var method: String
        var params: JSON
        var isRunning = false
        var isCancelled = false
    }

    /// How many requests may be in flight, and how many of them run at once.
    static let mostRequests = 4096
    static let mostRunning = 64

    private var phase = Phase.open
    private var requests: [Int: Request] = [:]
    /// Those that wait to be run, oldest first; one that was cancelled meanwhile is not among the requests any more.
    private var waiting: [Int] = []
    private var running = 0
    private var questions: Set<Int> = []
    /// Questions whose asker has gone: an answer to them comes too late, which is nobody's fault.
    private var withdrawn: Set<Int> = []
    private var lastQuestion = 0
    private var subscriptions: Set<Topic> = []
    private var closeRequest: Int?
    /// Why the wallet could not be opened.
    private var openingError: (any WalletError)?
    /// Whether nothing follows on what is in flight.
    private var hasEnded = false
    private var outgoing = OutgoingMessages()

    /// How many requests have not been answered.
    var inFlight: Int { requests.count }
    var isOpen: Bool { phase == .open }
    /// Whether something can be received.
    var hasMessage: Bool { phase == .closed || !outgoing.isEmpty }
    func isSubscribed(to topic: Topic) -> Bool { subscriptions.contains(topic) }

    /// The next message. The last one is given again each time.
    mutating func receive() -> String? {
        outgoing.popFirst() ?? (phase == .closed ? Self.lastMessage : nil)
    }

    static let lastMessage = #"{"closed":true}"#

    // MARK: What the host says

    mutating func take(_ message: HostMessage) -> [Action] {
        switch message {
        case .request(let id, let method, let params): return request(id, method, params)
        case .cancel(let id, let request):
            let isInFlight = requests[request] != nil && request != closeRequest
            if let id {
                guard requests[id] == nil else {
                    refuse(.repeatedID(id))
                    return []
                }
                answer(id, ["id": .integer(request), "cancelled": .bool(isInFlight)])
            }
            return isInFlight ? cancel(request) : []
        case .answer(let question, let answer):
            guard questions.remove(question) != nil else {
                if withdrawn.remove(question) == nil { refuse(.noQuestion(question)) }
                return []
            }
            return [.resume(question: question, answer)]
        }
    }

    /// Says that something was no message that a wallet takes.
    mutating func refuse(_ error: DoorError) { say(["id": nil, "error": error.outputDocument]) }

    private mutating func request(_ id: Int, _ method: String, _ params: JSON) -> [Action] {
        guard requests[id] == nil else {
            refuse(.repeatedID(id))
            return []
        }
        guard phase == .open else {
            answer(id, DoorError.closed)
            return []
        }
        if method == "close" {
            closeRequest = id
            requests[id] = Request(method: method, params: params, isRunning: true)
            return close()
        }
        if method == "subscribe" || method == "unsubscribe" { return change(method == "subscribe", id, params) }
        guard requests.count < Self.mostRequests else {
            answer(id, DoorError.tooManyRequests)
            return []
        }
        requests[id] = Request(method: method, params: params)
        waiting.append(id)
        return startNext()
    }

    private mutating func startNext() -> [Action] {
        var actions: [Action] = []
        while running < Self.mostRunning, !waiting.isEmpty {
            let id = waiting.removeFirst()
            guard let request = requests[id], !request.isRunning else { continue }
            requests[id]?.isRunning = true
            running += 1
            actions.append(.start(id: id, method: request.method, params: request.params))
        }
        return actions
    }

    private mutating func cancel(_ id: Int) -> [Action] {
        guard let request = requests[id], !request.isCancelled else { return [] }
        guard request.isRunning else {
            // Nothing of it was done.
            requests[id] = nil
            answer(id, DoorError.cancelled(money: .notMoved))
            return []
        }
        requests[id]?.isCancelled = true
        return [.cancel(id: id)]
    }

    // MARK: What the wallet says

    /// A request has come to its end.
    ///
    /// - Parameter money: Whether a decision that it made may take effect, should it have been cancelled.
    mutating func finish(_ id: Int, _ outcome: Outcome, money: MoneyEffect) -> [Action] {
        guard let request = requests.removeValue(forKey: id), request.isRunning else { return [] }
        running -= 1
        if request.isCancelled {
            answer(id, DoorError.cancelled(money: money))
        } else {
            switch outcome {
            case .result(let document): answer(id, document)
            case .error(let error): answer(id, error)
            }
        }
        return startNext() + closeIfIdle()
    }

    /// The answer to opening the wallet.
    mutating func opened(_ outcome: Outcome) {
        switch outcome {
        case .result(let document): say(["id": 0, "result": document])
        case .error(let error):
            openingError = error
            say(["id": 0, "error": error.outputDocument])
        }
    }

    /// Asks the host.
    ///
    /// - Returns: The question's id; nil where the wallet is being closed, and nobody is asked any more.
    mutating func ask(_ name: String, _ params: JSON) -> Int? {
        guard phase == .open else { return nil }
        lastQuestion += 1
        questions.insert(lastQuestion)
        say(["ask": .string(name), "id": .integer(lastQuestion), "params": params])
        return lastQuestion
    }

    /// Nobody waits for a question's answer any more.
    mutating func withdraw(_ question: Int) {
        guard questions.remove(question) != nil else { return }
        withdrawn.insert(question)
        // Who never answers would make it grow.
        if withdrawn.count > 1024 { withdrawn = withdrawn.filter { $0 > lastQuestion - 512 } }
    }

    /// An event that needs no subscription.
    mutating func tell(_ event: String, _ value: JSON) { say(["event": .string(event), "value": value]) }

    /// The newest value of a topic.
    mutating func publish(_ topic: Topic, _ value: JSON) {
        guard subscriptions.contains(topic) else { return }
        let event: JSON = ["event": .string(topic.rawValue), "value": value]
        if topic == .log { outgoing.log(event.text) } else { outgoing.replace(topic, event.text) }
    }

    /// A subscription has ended with an error.
    mutating func end(_ topic: Topic, _ error: any WalletError) {
        guard subscriptions.remove(topic) != nil else { return }
        outgoing.drop(topic)
        say(["event": .string(topic.rawValue), "error": error.outputDocument])
    }

    // MARK: Topics

    /// Answers at once, so that what is sent first takes effect first.
    private mutating func change(_ isSubscribed: Bool, _ id: Int, _ params: JSON) -> [Action] {
        do throws(DoorError) {
            let topic = try Parameters(params, allowing: ["topic"]).topic()
            if let openingError {
                answer(id, openingError)
                return []
            }
            let actions = isSubscribed ? subscribe(topic) : unsubscribe(topic)
            answer(id, ["topic": .string(topic.rawValue), "subscribed": .bool(isSubscribed)])
            return actions
        } catch {
            answer(id, error)
            return []
        }
    }

    mutating func subscribe(_ topic: Topic) -> [Action] {
        // Whoever subscribes again is told of the value that there is now.
        let again: [Action] = subscriptions.insert(topic).inserted ? [] : [.unsubscribe(topic)]
        return again + [.subscribe(topic)]
    }

    mutating func unsubscribe(_ topic: Topic) -> [Action] {
        guard subscriptions.remove(topic) != nil else { return [] }
        outgoing.drop(topic)
        return [.unsubscribe(topic)]
    }

    // MARK: Closing

    /// The host says nothing any more: what is in flight is answered, but for what waits for a person, and then it closes.
    mutating func end() -> [Action] {
        hasEnded = true
        let waiting = requests.filter { $0.value.method == "login.device" }.keys
        return waiting.flatMap { cancel($0) } + closeIfIdle()
    }

    private mutating func closeIfIdle() -> [Action] { hasEnded && requests.isEmpty ? close() : [] }

    /// Takes no more requests, and ends those in flight.
    mutating func close() -> [Action] {
        guard phase == .open else { return [] }
        phase = .closing
        var actions = subscriptions.map { Action.unsubscribe($0) }
        subscriptions = []
        actions += questions.map { .resume(question: $0, .closed) }
        questions = []
        for id in requests.keys.sorted() where id != closeRequest { actions += cancel(id) }
        return actions + [.close]
    }

    /// Everything has ended, and nothing follows.
    mutating func closed() {
        phase = .closed
        if let closeRequest { answer(closeRequest, ["closed": true]) }
        closeRequest = nil
        requests = [:]
        say(["closed": true])
    }

    // MARK: Writing

    private mutating func answer(_ id: Int, _ result: JSON) { say(["id": .integer(id), "result": result]) }
    private mutating func answer(_ id: Int, _ error: any WalletError) {
        say(["id": .integer(id), "error": error.outputDocument])
    }
    private mutating func say(_ message: JSON) { outgoing.append(message.text) }
}

extension HostAnswer {
    /// What whoever waits is told when the wallet closes.
    static let closed = HostAnswer.error(code: "closed", message: "the wallet is closed", mayHaveBeenSent: true)
}
