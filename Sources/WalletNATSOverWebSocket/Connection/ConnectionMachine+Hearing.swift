import FexValues
import Foundation
import WalletCore

extension ConnectionMachine {
    /// Reads bytes, and does what they ask for, up to what ends the connection.
    mutating func hear(_ bytes: Data, _ now: Duration) {
        heardAt = now
        parser.append(bytes)
        do throws(ProtocolViolation) {
            while phase != .ended, let message = try parser.next() { try hear(message, now) }
        } catch {
            end(.violated(error))
        }
    }

    private mutating func hear(_ message: ServerMessage, _ now: Duration) throws(ProtocolViolation) {
        switch message {
        case .info(let info): greet(info)
        case .error(let text): hearError(text)
        case .message(let subject, let subscription, let payload):
            guard phase != .awaitsInfo else { throw .outOfPlace("MSG") }
            guard subscriptions.indices.contains(subscription - 1), subscriptions[subscription - 1].matches(subject)
            else { throw .unaskedMessage }
            actions.append(.deliver(EventMessage(subject: subject, payload: payload)))
        case .ping:
            guard phase != .awaitsInfo else { throw .outOfPlace("PING") }
            send([.pong])
        case .pong: try hearPong()
        case .ok:
            // It was not asked to be verbose; that is no harm.
            guard phase != .awaitsInfo else { throw .outOfPlace("+OK") }
        }
    }

    /// The server says how it is; the first time it is told who this is, and what is to be heard.
    private mutating func greet(_ info: ServerInfo) {
        if let limit = info.longestPayload { longestSent = min(longestReceived, limit) }
        guard phase == .awaitsInfo else { return }
        phase = .awaitsAgreement
        let subscribing = subscriptions.enumerated().map { index, subject in
            ClientCommand.subscribe(subject, subscription: index + 1)
        }
        send([.connect(greeting)] + subscribing + [.ping])
        questions.append((.handshake, times.connecting))
    }

    private mutating func hearPong() throws(ProtocolViolation) {
        guard !questions.isEmpty else { throw .unaskedPong }
        switch questions.removeFirst().question {
        case .handshake:
            phase = .stands
            actions.append(.stand)
        case .silence:
            break
        case .publish(let id, let subject, true):
            let shown = PlainText.clean(subject, limit: 150)
            settle(id, .notAllowed, "the event server does not allow to publish to \(shown)")
        case .publish(let id, _, false):
            actions.append(.settle(id, nil))
        }
    }

    private mutating func hearError(_ text: String) {
        // The only one that ends nothing: it comes before the PONG of what it is about.
        guard ASCII.lowercased(text).hasPrefix("permissions violation for publish") else {
            return end(ConnectionEnd(serverText: text))
        }
        for index in questions.indices {
            guard case .publish(let id, let subject, false) = questions[index].question,
                text.contains("\"\(subject)\"")
            else { continue }
            questions[index].question = .publish(id, subject: subject, isDenied: true)
            return
        }
    }
}
