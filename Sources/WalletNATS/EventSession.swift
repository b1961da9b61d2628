import Foundation
import Mailboxes
import NATSClient
import WalletCore

/// One connection, from its subscriptions to its end.
struct EventSession {
    let connection: NATSConnection
    let mailbox: Mailbox<SignalQueue>

    /// Subscribes, says so, and stays until the connection is of no more use or the task is cancelled.
    ///
    /// - Parameter standing: Told when messages can be published here, and when no longer.
    /// - Returns: Why it ended.
    func run(on subjects: [String], standing: (Bool) -> Void) async -> String {
        let events = connection.listen()
        let subscriptions: [SubscriptionHandle]
        do {
            subscriptions = try subscribe(to: subjects)
            try await connection.flush(timeout: .seconds(5))
        } catch {
            return error.detail
        }
        defer { withExtendedLifetime(subscriptions) {} }
        // A refusal is noted before the flush returns; its text comes through the events.
        let isRefused = connection.lastError == .permissionDenied
        if !isRefused {
            // Whoever hears that it is connected may publish at once.
            standing(true)
            mailbox.put(.connected)
        }
        defer { if !isRefused { standing(false) } }
        for await event in events {
            if let reason = reasonToEnd(event) { return reason }
        }
        return "the connection was closed"
    }

    private func subscribe(to subjects: [String]) throws(NATSError) -> [SubscriptionHandle] {
        var subscriptions: [SubscriptionHandle] = []
        for subject in Set(subjects) {
            let subscription = try connection.subscribe(subject) { [mailbox] message in
                mailbox.put(.message(EventMessage(subject: message.subject, payload: message.payload)))
            }
            subscriptions.append(subscription)
        }
        return subscriptions
    }

    private func reasonToEnd(_ event: NATSEvent) -> String? {
        switch event {
        case .state(.connected):
            return nil
        case .state(.disconnected):
            // Closing follows, and says why.
            return nil
        case .state(.closed(let error)):
            return error?.detail ?? "the connection was lost"
        case .problem(let problem) where problem.code == .permissionDenied:
            // Whoever publishes hears of that from the call. A refusal that names nothing may be of a subscription.
            return problem.denial?.operation == .publish ? nil : problem.detail
        case .problem(let problem) where problem.code == .slowConsumer:
            mailbox.put(.disconnected(reason: "messages were dropped: \(problem.detail)"))
            mailbox.put(.connected)
            return nil
        case .problem:
            return nil
        }
    }
}
