import FexValues
import Synchronization

/// Counts wrong guesses by what they are at, and says when there were too many of them lately.
///
/// It is asked and told within transactions, which come one after another, so that guesses at once are counted too. In
/// memory alone: a transaction that refuses a guess leaves nothing behind.
final class GuessLimiter: Sendable {
    /// What is guessed at.
    enum Subject: Hashable, Sendable {
        /// The password of a person of this name, be there one or not.
        case password(username: String)
        /// The code of a device that waits, by a person who has proven who they are; by anybody where it is to be denied.
        case userCode(walletID: String?)
        /// The code by which a client's devices poll.
        case deviceCode(clientID: String)
    }

    /// The most wrong guesses in a ``period``.
    static let most = 10
    /// Seconds for which a wrong guess counts.
    static let period: Int64 = 300
    private static let mostSubjects = 10_000

    private let wrong = Mutex<[Subject: [Timestamp]]>([:])

    /// Seconds until another guess is taken; `nil` if one is now.
    func wait(for subject: Subject, at now: Timestamp) -> Int64? {
        wrong.withLock { wrong in
            let recent = GuessLimiter.recent(wrong[subject] ?? [], at: now)
            guard recent.count >= GuessLimiter.most, let first = recent.first else { return nil }
            return max(1, first.adding(seconds: GuessLimiter.period).seconds - now.seconds)
        }
    }

    /// Refuses another guess where there were too many.
    ///
    /// - Throws: ``OAuthError`` 429.
    func require(fewOf subject: Subject, at now: Timestamp) throws(OAuthError) {
        if let seconds = wait(for: subject, at: now) { throw .tooMany("too many wrong guesses", wait: seconds) }
    }

    /// A guess was wrong.
    func note(wrong subject: Subject, at now: Timestamp) {
        wrong.withLock { wrong in
            if wrong.count >= GuessLimiter.mostSubjects {
                wrong = wrong.filter { !GuessLimiter.recent($0.value, at: now).isEmpty }
            }
            if wrong.count >= GuessLimiter.mostSubjects { wrong = [:] }
            wrong[subject] = (GuessLimiter.recent(wrong[subject] ?? [], at: now) + [now]).suffix(GuessLimiter.most)
        }
    }

    /// A guess was right: those before it were slips.
    func forget(_ subject: Subject) { wrong.withLock { $0[subject] = nil } }

    private static func recent(_ moments: [Timestamp], at now: Timestamp) -> [Timestamp] {
        moments.filter { now < $0.adding(seconds: period) }
    }
}
