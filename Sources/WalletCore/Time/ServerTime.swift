import Synchronization

/// What time it is at the platform, told from the `Date` of its answers.
///
/// Whether a request has expired is the platform's to say, so the device's own clock counts only as far as its distance
/// to the platform's is known. Before the first answer that distance is taken to be what it last was.
public final class ServerTime: Sendable {
    private let clock: any WalletClock
    private let offset: Mutex<Duration>

    /// The platform's time.
    ///
    /// - Parameters:
    ///   - clock: The device's clock.
    ///   - offset: How far the platform's clock was ahead of the device's when last seen.
    public init(clock: any WalletClock, offset: Duration = .zero) {
        self.clock = clock
        self.offset = Mutex(offset)
    }

    /// How far the platform's clock is ahead of the device's.
    public var currentOffset: Duration { offset.withLock { $0 } }

    /// What time it is at the platform.
    public func now() -> Timestamp { clock.now().advanced(by: currentOffset) }

    /// Takes note of the `Date` of an answer, which has a resolution of one second.
    ///
    /// - Parameters:
    ///   - date: The header's value, in the form of RFC 9110 (`Sun, 06 Nov 1994 08:49:37 GMT`).
    ///   - sentAt: When the call was sent, by the device's clock; the answer's date lies between then and now.
    func observe(date: String, sentAt: Timestamp) {
        guard let server = Timestamp(httpDate: date) else { return }
        let received = clock.now()
        // The header cuts off up to a second; a device within that of the platform's clock is taken to be right.
        let earliest = server.duration(since: received)
        let latest = server.advanced(by: .milliseconds(999)).duration(since: sentAt)
        offset.withLock { offset in
            if offset < earliest { offset = earliest } else if offset > latest { offset = latest }
        }
    }
}

extension Timestamp {
    /// The moment that a `Date` header names (RFC 9110, section 5.6.7, the preferred form only).
    init?(httpDate text: String) {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", parts[1].count == 2, parts[3].count == 4 else { return nil }
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard let month = months.firstIndex(of: String(parts[2])) else { return nil }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        self.init("\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
    }
}
