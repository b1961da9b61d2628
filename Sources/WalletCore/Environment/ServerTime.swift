package import FexValues
import Synchronization

/// What time it is at the platform, told from the `Date` of its answers.
///
/// Whether a request has expired is the platform's to say. So the device's clock counts only as far as its distance to the
/// platform's is known, and once an answer has told it, time goes on by the device's uptime: setting the clock changes
/// nothing, until the device is started anew. From then to the first answer that distance is taken to be what it last was.
package final class ServerTime: Sendable {
    /// What is known of the platform's time, for the next process.
    struct Memory: Hashable, Sendable {
        /// How far the platform's clock was ahead of the device's when last seen.
        var offset: Duration = .zero
        /// The start of the device since which answers have told the time.
        var bootSession: String?
        /// Between what the platform's time lay at that start.
        var bounds: ClosedRange<Timestamp>?
    }

    fileprivate struct State {
        /// The platform's time when the device's uptime was zero, as well as it is known.
        var origin: Timestamp
        /// Between what that lies, as far as answers have told since the device was started.
        var bounds: ClosedRange<Timestamp>?
        /// Whether one of them was to this process, and another bears it out.
        var isTold = false
        /// What an answer told that lies before all that: it may be an old one, kept by something on the way.
        var suspect: Reading?
        /// The latest that it was taken to lie, while such an answer is believed that no other has borne out.
        var ceiling: Timestamp?
        /// How many answers told another time than was known, or none.
        var doubts = 0

        /// Brings the origin to where it can lie: a device within that of the platform's clock is taken to be right.
        mutating func narrow(to bounds: ClosedRange<Timestamp>) {
            self.bounds = bounds
            origin = min(max(origin, bounds.lowerBound), bounds.upperBound)
        }
    }

    /// What an answer told.
    fileprivate struct Reading {
        /// Its date.
        var date: Timestamp
        /// Between what the origin lies by that.
        var bounds: ClosedRange<Timestamp>
    }

    /// By how much the time has to be found wrong for who waits for a moment to reckon anew: a `Date` tells no less.
    private static let correction: Duration = .seconds(1)

    /// What a date can be: whatever is reckoned with one of these can be stored.
    private static let credible = Timestamp("1900-01-01T00:00:00Z")!...Timestamp("9000-01-01T00:00:00Z")!

    private let clock: any WalletClock
    private let state: Mutex<State>
    /// Changes whenever an answer has shown that the time was another than it was taken to be.
    let corrections = CurrentValue(0)

    /// The platform's time.
    ///
    /// - Parameters:
    ///   - clock: The device's clock.
    ///   - memory: What an earlier process knew.
    init(clock: any WalletClock, memory: Memory = Memory()) {
        self.clock = clock
        var state = State(origin: clock.now().advanced(by: memory.offset - clock.uptime()))
        if let bounds = memory.bounds, let session = clock.bootSession, session == memory.bootSession {
            state.narrow(to: bounds)
        }
        self.state = Mutex(state)
    }

    /// What the next process may need.
    var memory: Memory {
        let bounds = state.withLock { $0.bounds }
        return Memory(
            offset: currentOffset, bootSession: bounds == nil ? nil : clock.bootSession, bounds: bounds)
    }

    /// How far the platform's clock is ahead of the device's.
    package var currentOffset: Duration { now().duration(since: clock.now()) }

    /// What time it is at the platform, as well as it is known.
    package func now() -> Timestamp { state.withLock { $0.origin }.advanced(by: clock.uptime()) }

    /// The latest that it can be at the platform.
    package func latest() -> Timestamp {
        let origin = state.withLock { state in
            let reading = state.bounds?.upperBound ?? state.origin
            return max(reading, state.ceiling ?? reading)
        }
        return origin.advanced(by: clock.uptime())
    }

    /// The earliest that it can be at the platform; `nil` where no answer has told the time since the device was started, or
    /// the last that did told an earlier one than is believed.
    func earliest() -> Timestamp? {
        state.withLock { $0.suspect == nil ? $0.bounds?.lowerBound : nil }?.advanced(by: clock.uptime())
    }

    /// How many answers have told another time than was known, or none. What is heard while it grows may be old: something on
    /// the way has kept it, if need be since before the platform's clock was set back.
    var doubts: Int { state.withLock { $0.doubts } }

    /// Whether each answer since told the time that was known then: none of them is an old one.
    ///
    /// - Parameter doubts: ``doubts`` at that moment.
    func isSteady(since doubts: Int) -> Bool { doubts == self.doubts && earliest() != nil }

    /// Whether an answer has told this process the time, and bore out what was known since the device was started, or an
    /// earlier answer: a single one may be old.
    package var isKnown: Bool { state.withLock { $0.isTold } }

    /// Whether an answer has told the time since the device was started. If not, all there is is the device's clock, which
    /// may have been set since it was known how wrong it is.
    package var isReckoned: Bool { state.withLock { $0.bounds != nil } }

    /// Takes note of the `Date` of an answer, which has a resolution of one second.
    ///
    /// - Parameters:
    ///   - date: The header's value, in the form of RFC 9110 (`Sun, 06 Nov 1994 08:49:37 GMT`); `nil` of an answer without. One
    ///     of a year that nobody's clock shows counts as none.
    ///   - sentAt: The device's uptime when the call was sent; the answer's date lies between then and now.
    ///   - mayBeOld: Whether it is one that can't be this call's: then it tells only of a later time than was known.
    ///   - isKept: Whether it says itself that it was kept on the way, whatever it is dated.
    func observe(date: String?, sentAt: Duration, mayBeOld: Bool = false, isKept: Bool = false) {
        if isKept { state.withLock { $0.doubts += 1 } }
        guard let server = date.flatMap({ Timestamp(httpDate: $0) }), Self.credible.contains(server) else {
            state.withLock { $0.doubts += 1 }
            return
        }
        // `Date` is cut to whole seconds.
        let earliest = server.advanced(by: .zero - clock.uptime())
        let latest = max(earliest, server.advanced(by: .milliseconds(1000) - sentAt))
        let isCorrected = state.withLock { state in
            let before = state.origin
            state.take(Reading(date: server, bounds: earliest...latest), mayBeOld: mayBeOld)
            let moved = state.origin.duration(since: before)
            return moved >= Self.correction || moved <= .zero - Self.correction
        }
        if isCorrected { corrections.value += 1 }
    }
}

extension ServerTime.State {
    /// Takes in where an answer says that the origin lies.
    ///
    /// Answers narrow each other down. One from a later time than can be says that the platform's clock was set. One from an
    /// earlier time may be an old answer from a cache: a process that knows the time believes it once another bears it out,
    /// with a date that has gone on meanwhile: the same old answer again does not. A process that doesn't know it takes it
    /// over at once, but keeps the later bound and goes on asking until another bears it out.
    fileprivate mutating func take(_ reading: ServerTime.Reading, mayBeOld: Bool) {
        if let bounds, !bounds.overlaps(reading.bounds) { doubts += 1 }
        if let known = bounds, reading.bounds.upperBound < known.lowerBound {
            guard !mayBeOld else { return }
            let isBorneOut = suspect.map { $0.bounds.overlaps(reading.bounds) && $0.date < reading.date } ?? false
            suspect = isBorneOut ? nil : reading
            guard isBorneOut || !isTold else { return }
            ceiling = isBorneOut ? nil : known.upperBound
            narrow(to: reading.bounds)
            isTold = isBorneOut
        } else if mayBeOld {
            // It bears out no earlier answer.
            if bounds.map({ $0.upperBound < reading.bounds.lowerBound }) ?? true { narrow(to: reading.bounds) }
        } else if ceiling == nil || suspect.map({ $0.date < reading.date }) ?? true {
            let isFirst = bounds == nil
            let known = bounds.flatMap { $0.overlaps(reading.bounds) ? $0 : nil }
            narrow(to: known?.clamped(to: reading.bounds) ?? reading.bounds)
            (suspect, ceiling) = (nil, nil)
            isTold = !isFirst
        }
    }
}
