import Foundation
import Synchronization

/// The open wallets of this process, by the numbers that are their handles.
///
/// Numbers are counted up and never used again: one that was given out and is not in the table is that of a closed wallet. A child
/// after fork has none of the threads that its parent's wallets work on, and perhaps inherits a lock that nobody will ever give
/// back. There, every handle is a closed one, and no lock is asked for.
final class HandleTable: Sendable {
    /// What a handle stands for.
    enum Entry {
        case open(HostedWallet)
        case closed
        /// No handle was ever this one.
        case unknown
    }

    private let last = Atomic<UInt>(0)
    /// The process that opened the first wallet; 0 before that.
    private let process = Atomic<pid_t>(0)
    private let wallets = Mutex<[UInt: HostedWallet]>([:])

    private var isForked: Bool {
        let process = process.load(ordering: .relaxed)
        return process != 0 && process != getpid()
    }

    /// Opens a wallet and returns its handle: that of a closed wallet in a child after fork.
    func open(configuration: String) -> UInt {
        _ = process.compareExchange(expected: 0, desired: getpid(), ordering: .relaxed)
        let handle = last.add(1, ordering: .relaxed).newValue
        if !isForked {
            let wallet = HostedWallet(configuration: configuration)
            wallets.withLock { $0[handle] = wallet }
        }
        return handle
    }

    /// What a handle stands for now.
    subscript(handle: UInt) -> Entry {
        guard handle != 0, handle <= last.load(ordering: .relaxed) else { return .unknown }
        guard !isForked, let wallet = wallets.withLock({ $0[handle] }) else { return .closed }
        return .open(wallet)
    }

    /// Closes a handle's wallet, should it be open, and waits for that; whoever closes it at the same time waits too.
    func close(_ handle: UInt) {
        guard case .open(let wallet) = self[handle] else { return }
        wallet.close()
        wallets.withLock { $0[handle] = nil }
    }
}
