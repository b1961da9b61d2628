package import Foundation
package import WalletCore

/// What is said and heard on one connection to an event server: a value that is told what happened, and says what to do.
///
/// It knows no clock and does no I/O. Moments are durations since the connection was made; they never go back.
///
/// The server speaks first (INFO); then credentials, subscriptions and a PING go out together. Once the PONG has come, and no
/// -ERR before it, all subscriptions stand, and messages can be published: each with a PING after it, whose PONG says that
/// the server has it.
package struct ConnectionMachine: Sendable {
    /// Something that happened.
    package enum Event: Sendable {
        /// The WebSocket connection stands.
        case opened
        /// Bytes came.
        case received(Data)
        /// The bytes last to be sent were taken.
        case sent
        /// The WebSocket connection is of no more use.
        case failed(WebSocketError)
        /// A moment that was asked for has come, or another.
        case timePassed
        /// Somebody wants to send a message, and will know it by this number, which is a new one.
        case publish(Int, EventSubject, Data)
    }

    /// Something to do.
    package enum Action: Hashable, Sendable {
        /// Send these bytes as one message, and say when they were taken. There is nothing else to send meanwhile.
        case send(Data)
        /// Say when this moment has come.
        case wake(at: Duration)
        /// Subscriptions stand, and messages can be published.
        case stand
        /// Hand a message over.
        case deliver(EventMessage)
        /// A message was taken by the server, or not.
        case settle(Int, EventTransportError?)
        /// Close the connection: nothing more is said here.
        case end(ConnectionEnd)
    }

    /// What waits for a PONG, in the order of their PINGs.
    enum Question {
        case handshake
        case silence
        case publish(Int, subject: String, isDenied: Bool)
    }

    enum Phase {
        case awaitsInfo
        case awaitsAgreement
        case stands
        case ended
    }

    /// The most messages that may wait for the server's answer.
    static let mostQuestions = 1024
    /// The most bytes that may wait to be sent.
    static let mostUnsent = 8 << 20

    let greeting: ClientGreeting
    let subscriptions: [EventSubject]
    let times: ConnectionTimes
    var parser: ServerMessageParser
    var phase = Phase.awaitsInfo
    var questions: [(question: Question, deadline: Duration)] = []
    /// The longest payload that is taken, in bytes.
    let longestReceived: Int
    /// The longest payload that is sent: the server may take less than it sends.
    var longestSent: Int
    /// When something was last heard, or the connection made.
    var heardAt = Duration.zero
    /// What can't be sent before something else has been.
    var unsent = Data()
    var isSending = false
    /// The moments that were asked for and have not come.
    var wakes: [Duration] = []
    var actions: [Action] = []

    /// A connection on which nothing was said yet.
    ///
    /// - Parameter longestPayload: The longest payload that is taken or sent, in bytes; by default 1 MiB, as over libnats.
    package init(
        _ greeting: ClientGreeting, subscriptions: [EventSubject], times: ConnectionTimes = ConnectionTimes(),
        longestPayload: Int = 1 << 20
    ) {
        self.greeting = greeting
        self.subscriptions = subscriptions
        self.times = times
        longestReceived = longestPayload
        longestSent = longestPayload
        parser = ServerMessageParser(longestPayload: longestPayload)
    }

    /// Takes in what happened.
    ///
    /// - Parameter now: When, since the connection was made.
    /// - Returns: What to do, in this order.
    package mutating func handle(_ event: Event, now: Duration) -> [Action] {
        switch event {
        case .publish(let id, let subject, let payload): publish(id, subject, payload, now)
        case _ where phase == .ended: break
        case .opened: break
        case .received(let bytes): hear(bytes, now)
        case .sent:
            isSending = false
            sendWhatWaits()
        case .failed(let error): end(ConnectionEnd(error, isAccepted: phase == .stands))
        case .timePassed: lookAtTime(now)
        }
        askToBeWoken(after: now)
        defer { actions = [] }
        return actions
    }

    /// Ends the connection, and with it whatever waits for an answer.
    mutating func end(_ reason: ConnectionEnd) {
        guard phase != .ended else { return }
        phase = .ended
        unsent = Data()
        for case (.publish(let id, _, _), _) in questions {
            // Whether the server has the message isn't known.
            settle(id, .notConnected, reason.description)
        }
        questions = []
        actions.append(.end(reason))
    }

    mutating func settle(_ id: Int, _ reason: EventTransportError.Reason, _ detail: String) {
        actions.append(.settle(id, EventTransportError(reason, detail: detail)))
    }
}

// MARK: - Sending

extension ConnectionMachine {
    private mutating func publish(_ id: Int, _ subject: EventSubject, _ payload: Data, _ now: Duration) {
        guard phase == .stands else {
            return settle(id, .notConnected, "there is no connection to the event server")
        }
        guard payload.count <= longestSent else {
            return settle(id, .failed, "the message has more than \(longestSent) bytes")
        }
        guard questions.count < Self.mostQuestions, unsent.count + payload.count <= Self.mostUnsent / 2 else {
            return settle(id, .failed, "too many messages wait to be sent")
        }
        send([.publish(subject, payload: payload), .ping])
        questions.append((.publish(id, subject: subject.description, isDenied: false), now + times.answer))
    }

    /// Sends operations at once, or after what is being sent.
    mutating func send(_ commands: [ClientCommand]) {
        for command in commands { unsent.append(command.bytes) }
        // A server that asks and asks, and takes no answer.
        guard unsent.count <= Self.mostUnsent else { return end(.stuck) }
        sendWhatWaits()
    }

    private mutating func sendWhatWaits() {
        guard !isSending, !unsent.isEmpty else { return }
        isSending = true
        actions.append(.send(unsent))
        unsent = Data()
    }
}

// MARK: - Time

extension ConnectionMachine {
    private mutating func lookAtTime(_ now: Duration) {
        wakes.removeAll { $0 <= now }
        if let handshakeDeadline, handshakeDeadline <= now { return end(.silent) }
        if let deadline = questions.first?.deadline, deadline <= now { return end(.silent) }
        if let silenceDeadline, silenceDeadline <= now {
            send([.ping])
            questions.append((.silence, now + times.answer))
        }
    }

    /// Until when INFO and the first PONG have to have come.
    private var handshakeDeadline: Duration? {
        phase == .awaitsInfo || phase == .awaitsAgreement ? times.connecting : nil
    }

    /// When the server is asked whether it is there, unless it was asked something that it has not answered.
    private var silenceDeadline: Duration? {
        phase == .stands && questions.isEmpty ? heardAt + times.silence : nil
    }

    /// Asks to be told the next moment at which there is something to do, unless an earlier one was asked for.
    private mutating func askToBeWoken(after now: Duration) {
        let moments = [handshakeDeadline, questions.first?.deadline, silenceDeadline].compactMap(\.self)
        guard phase != .ended, let next = moments.min(), wakes.allSatisfy({ $0 > next }) else { return }
        wakes.append(next)
        actions.append(.wake(at: next))
    }
}
