import FexSandbox
import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A TCP connection to a sandbox, on which a test sends whatever it likes.
final class RawConnection {
    private let descriptor: Int32

    /// Connects, and lets a body use the connection on a thread of its own: it blocks, and tasks have no thread to spare.
    static func using(
        _ ready: ReadyDocument, _ body: @escaping @Sendable (RawConnection) throws -> Void
    ) async throws {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try body(RawConnection(to: ready)) })
            }
        }
    }

    private init(to ready: ReadyDocument) throws {
        #if canImport(Darwin)
            descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #else
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(URL(string: ready.api)?.port ?? 0).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isConnected = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { throw POSIXError(.ECONNREFUSED) }
    }

    deinit { close(descriptor) }

    /// Sends a text.
    ///
    /// - Returns: Whether the other side is still there, as far as this one knows.
    @discardableResult
    func send(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let count = unsafe bytes.withUnsafeBytes { bytes in
            #if canImport(Darwin)
                unsafe Darwin.send(descriptor, bytes.baseAddress, bytes.count, 0)
            #else
                unsafe Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            #endif
        }
        return count == bytes.count
    }

    /// What comes next: an empty text at the end, `nil` where nothing has come yet.
    ///
    /// - Parameter milliseconds: For how long it waits; -1 waits until something comes.
    func receive(within milliseconds: Int32 = -1) -> String? {
        var awaited = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&awaited, 1, milliseconds) != 0 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
}
