import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One end of a TCP connection, as numbers are written.
struct SocketEnd: Hashable, Sendable {
    /// The address, without a scope.
    var address: String
    var port: Int

    init(address: String, port: Int) {
        self.address = address
        self.port = port
    }

    /// The end that a descriptor has, as `getsockname` or `getpeername` tell it; `nil` where it is no such socket.
    init?(
        of descriptor: Int32,
        by name: (Int32, UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<socklen_t>?) -> Int32
    ) {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        var (host, service) = ([CChar](repeating: 0, count: 64), [CChar](repeating: 0, count: 16))
        let (hostSize, serviceSize) = (socklen_t(host.count), socklen_t(service.count))
        let isFound = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard unsafe name(descriptor, address, &size) == 0 else { return false }
                guard unsafe [AF_INET, AF_INET6].contains(Int32(address.pointee.sa_family)) else { return false }
                return unsafe getnameinfo(
                    address, size, &host, hostSize, &service, serviceSize,
                    NI_NUMERICHOST | NI_NUMERICSERV) == 0
            }
        }
        guard isFound, let port = Int(Self.text(service)) else { return nil }
        let address = Self.text(host).prefix { $0 != "%" }
        self.init(address: String(address), port: port)
    }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// Finds the socket of a connection among this process's descriptors: libnats does not hand it out.
enum ConnectionSocket {
    /// Descriptors are given out from below: one beyond this is not looked for.
    private static let highest = 65_536

    /// A descriptor of the same socket, which is the caller's to close; `nil` where the connection is gone.
    static func duplicate(local: SocketEnd, remotePort: Int) -> Int32? {
        let limit = min(max(sysconf(Int32(_SC_OPEN_MAX)), 256), highest)
        for descriptor in 0..<Int32(limit) where isIt(descriptor, local, remotePort) {
            let copy = dup(descriptor)
            // Between the two calls the number may have become another's.
            if copy >= 0, isIt(copy, local, remotePort) {
                _ = fcntl(copy, F_SETFD, FD_CLOEXEC)
                return copy
            }
            close(copy)
        }
        return nil
    }

    private static func isIt(_ descriptor: Int32, _ local: SocketEnd, _ remotePort: Int) -> Bool {
        guard let found = unsafe SocketEnd(of: descriptor, by: getsockname), found == local else { return false }
        return unsafe SocketEnd(of: descriptor, by: getpeername)?.port == remotePort
    }
}
