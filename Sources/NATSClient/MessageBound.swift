import CNATS
import Dispatch
import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Ends a connection on which a server sends more than a message may be long, and no message comes of it.
///
/// libnats makes room for a message, or a line, as long as the server says or sends, and has no option against it. So its socket
/// is watched from beside: whenever bytes have come, only so many may have been read since the last whole message. Where it
/// is more, the socket is shut down, and libnats finds the connection lost. Nothing is done while nothing comes.
///
/// Who is woken by bytes that libnats reads first finds none, and is not woken: what came in one go may be found only when more
/// comes.
final class MessageBound: Sendable {
    private struct State {
        var watch: Watch?
    }

    private let handle: ConnectionHandle
    private let serverPort: Int
    private let limit: Int
    private let tooLong: @Sendable () -> Void
    private let state = Mutex(State())

    /// A bound that is not watched yet.
    ///
    /// - Parameters:
    ///   - serverPort: The port that was connected to.
    ///   - limit: The longest message that is taken, in bytes.
    ///   - tooLong: Called before the connection is cut.
    init(on handle: ConnectionHandle, serverPort: Int, limit: Int, tooLong: @escaping @Sendable () -> Void) {
        self.handle = handle
        self.serverPort = serverPort
        self.limit = limit
        self.tooLong = tooLong
    }

    deinit { end() }

    /// Watches the connection that stands now; a lost one is no longer watched.
    func follow(_ connection: NATSState) {
        guard connection == .connected else { return end() }
        guard let local = handle.localEnd,
            let socket = ConnectionSocket.duplicate(local: local, remotePort: serverPort)
        else { return }
        // What a message's head and libnats' own buffer may add.
        let watch = Watch(socket, of: handle, limit: limit + 128 << 10, tooLong: tooLong)
        let before = state.withLock { state in
            defer { state.watch = watch }
            return state.watch
        }
        before?.end()
        watch.begin()
    }

    private func end() {
        let watch = state.withLock { state in
            defer { state.watch = nil }
            return state.watch
        }
        watch?.end()
    }
}

/// Watches what is read of one socket.
private final class Watch: Sendable {
    private struct Progress {
        var messages: UInt64 = 0
        /// What had been read at the last look that found a new message.
        var bytes: Int64 = 0
        /// What had been read at the last look.
        var seen: Int64 = -1
        /// What had been read when nothing more was to be looked for.
        var atRest: Int64 = 0
    }

    private static let queue = DispatchQueue(label: "NATSClient.bound")
    /// Between two looks at a socket on which bytes keep coming, and at one where a message is not whole yet.
    private static let pauses = (
        moving: DispatchTimeInterval.milliseconds(10), still: DispatchTimeInterval.milliseconds(50)
    )
    /// What may have been read beside whole messages without being the beginning of one that is looked after.
    private static let smallTalk = 4096

    private let socket: Int32
    private let handle: ConnectionHandle
    private let limit: Int
    private let tooLong: @Sendable () -> Void
    // Dispatch locks its sources itself.
    private nonisolated(unsafe) let source: any DispatchSourceRead
    private let progress = Mutex(Progress())

    /// - Parameter socket: A descriptor of its own, which is closed at the end.
    init(_ socket: Int32, of handle: ConnectionHandle, limit: Int, tooLong: @escaping @Sendable () -> Void) {
        self.socket = socket
        self.handle = handle
        self.limit = limit
        self.tooLong = tooLong
        unsafe source = DispatchSource.makeReadSource(fileDescriptor: socket, queue: Self.queue)
    }

    func begin() {
        // Of what came, and was read, before the source was armed nobody is told.
        unsafe source.setRegistrationHandler { [weak self] in self?.bytesCame() }
        unsafe source.setEventHandler { [weak self] in self?.bytesCame() }
        unsafe source.setCancelHandler { [socket] in _ = close(socket) }
        unsafe source.activate()
    }

    func end() { unsafe source.cancel() }

    /// Bytes have come: looks at them, and again until no more are read and no message is begun. As long as that takes, the
    /// source tells of nothing.
    private func bytesCame() {
        unsafe source.suspend()
        look()
    }

    private func look() {
        // In this order: a message that ends in between is found, and the bytes after it are not.
        let bytes = fex_bytes_read(socket)
        let isWaiting = fex_bytes_waiting(socket) > 0
        let messages = handle.receivedMessages
        let (isTooMuch, pause) = progress.withLock { progress in
            if messages != progress.messages { (progress.messages, progress.bytes) = (messages, bytes) }
            let isMoving = isWaiting || bytes != progress.seen
            progress.seen = bytes
            let isBegun = bytes - max(progress.bytes, progress.atRest) > Int64(Self.smallTalk)
            if !isMoving, !isBegun { progress.atRest = bytes }
            let pause = isMoving ? Self.pauses.moving : isBegun ? Self.pauses.still : nil
            return (bytes - progress.bytes > Int64(limit), pause)
        }
        if isTooMuch {
            tooLong()
            shutdown(socket, Int32(SHUT_RDWR))
        }
        if isTooMuch || bytes < 0 { end() }
        // A source that is suspended must not be let go.
        guard let pause, !isTooMuch, bytes >= 0, unsafe !source.isCancelled else { return unsafe source.resume() }
        Self.queue.asyncAfter(deadline: .now() + pause) { [self] in look() }
    }
}
