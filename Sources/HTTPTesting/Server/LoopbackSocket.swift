import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// One TCP socket on 127.0.0.1, used with blocking calls by the one thread that owns it.
///
/// Any thread may ``shutDown()`` it, which ends the owner's blocking call.
final class LoopbackSocket: Sendable {
    private let descriptor: Int32
    private let isOpen = Mutex(true)

    private init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close()
    }

    /// A socket that listens on a port the system chose.
    static func listening() throws -> LoopbackSocket {
        #if canImport(Darwin)
            let stream = SOCK_STREAM
        #else
            let stream = Int32(SOCK_STREAM.rawValue)
        #endif
        let socket = LoopbackSocket(socket(AF_INET, stream, 0))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isBound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(socket.descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isBound, listen(socket.descriptor, 512) == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
        return socket
    }

    /// The port this end is bound to.
    var port: UInt16 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe getsockname(descriptor, pointer, &size)
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    /// The next connection to a listening socket, or `nil` once it was shut down.
    func accept() -> LoopbackSocket? {
        while true {
            #if canImport(Darwin)
                let connection = Darwin.accept(descriptor, nil, nil)
            #else
                let connection = Glibc.accept(descriptor, nil, nil)
            #endif
            if connection >= 0 {
                var on: Int32 = 1
                // A body sent after its head would wait for the head to be acknowledged, some 40 ms.
                unsafe setsockopt(
                    connection, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
                #if canImport(Darwin)
                    unsafe setsockopt(connection, SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<Int32>.size))
                #endif
                return LoopbackSocket(connection)
            }
            guard errno == EINTR || errno == ECONNABORTED else { return nil }
        }
    }

    /// What comes next, or `nil` at the end.
    func read() -> [UInt8]? {
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
            unsafe count = max(0, recv(descriptor, buffer.baseAddress, buffer.count, 0))
        }
        return bytes.isEmpty ? nil : bytes
    }

    /// Writes everything.
    ///
    /// - Returns: Whether the other side was still there.
    func write(_ bytes: [UInt8]) -> Bool {
        #if canImport(Darwin)
            let flags: Int32 = 0
        #else
            let flags = Int32(MSG_NOSIGNAL)
        #endif
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { buffer in
                unsafe send(descriptor, buffer.baseAddress, buffer.count, flags)
            }
            guard written > 0 else { return false }
            rest = rest.dropFirst(written)
        }
        return true
    }

    /// Waits for a pause, or until the other side closes its end.
    ///
    /// - Returns: Whether the other side is still there.
    func pause(milliseconds: Int32) -> Bool {
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        #if canImport(Darwin)
            let isReady = unsafe Darwin.poll(&poll, 1, milliseconds) != 0
        #else
            let isReady = unsafe Glibc.poll(&poll, 1, milliseconds) != 0
        #endif
        return isReady ? read() != nil : true
    }

    /// Ends both directions, and so whatever call the owner waits in.
    func shutDown() {
        isOpen.withLock { isOpen in
            guard isOpen else { return }
            #if canImport(Darwin)
                _ = Darwin.shutdown(descriptor, SHUT_RDWR)
            #else
                _ = Glibc.shutdown(descriptor, Int32(SHUT_RDWR))
            #endif
        }
    }

    /// Closes the socket; for its owner alone.
    func close() {
        isOpen.withLock { isOpen in
            guard isOpen else { return }
            isOpen = false
            #if canImport(Darwin)
                _ = Darwin.close(descriptor)
            #else
                _ = Glibc.close(descriptor)
            #endif
        }
    }

    /// Breaks the connection off without the usual farewell: the other side sees a reset.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        close()
    }
}
