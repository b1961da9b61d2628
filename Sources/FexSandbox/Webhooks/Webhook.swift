import FexValues
import GRDB

/// A webhook that waits to be sent, or was sent.
struct Webhook: Hashable, Sendable {
    /// How its delivery stands.
    enum State: String, Hashable, Sendable {
        /// It will be tried, for the first time or again.
        case waiting
        /// The receiver answered 2xx.
        case delivered
        /// The last retry failed.
        case failed
    }

    /// Its id, the same in each attempt: receivers know repeats by it.
    var id: String
    var event: String
    var intentID: String
    var url: String
    /// The exact text that is signed and sent.
    var body: String
    var state: State
    /// How many attempts have an outcome.
    var attempts: Int
    var nextAttemptAt: Timestamp?
    /// The status or failure that the last attempt met.
    var lastOutcome: String?

    /// The webhook as the control route lists it.
    var document: JSON {
        [
            "delivery_id": .string(id), "event": .string(event), "payment_intent_id": .string(intentID),
            "url": .string(url), "state": .string(state.rawValue), "attempts": .integer(attempts),
            "next_attempt_at": .optional(nextAttemptAt?.rfc3339), "last_outcome": .optional(lastOutcome),
        ]
    }
}

extension Webhook {
    /// A webhook from a row of `webhooks`.
    init(_ row: Row) throws {
        let stateText: String = row["state"]
        guard let state = State(rawValue: stateText) else {
            throw DatabaseError(message: "a webhook has a state that there isn't")
        }
        self.init(
            id: row["id"], event: row["event"], intentID: row["intent_id"], url: row["url"], body: row["body"],
            state: state, attempts: row["attempts"], nextAttemptAt: row.timestamp("next_attempt_at"),
            lastOutcome: row["last_outcome"])
    }
}

/// When a webhook that was not acknowledged is sent again: 5 retries, each after twice the pause of the one before.
enum RetrySchedule {
    /// The most retries after the first attempt.
    static let retries = 5

    /// The pause before the next attempt in milliseconds, or `nil` where there is none any more.
    ///
    /// - Parameter attempts: How many attempts have failed, 1 or more: 1 s after the first, 16 s after the fifth.
    static func pause(afterFailures attempts: Int) -> Int64? {
        guard (1...retries).contains(attempts) else { return nil }
        return 1_000 << Int64(attempts - 1)
    }
}
