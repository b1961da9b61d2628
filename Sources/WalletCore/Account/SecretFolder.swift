import DurableFiles
import FexValues
package import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A folder with the locks by which the processes that use one store of secrets take turns, wherever the secrets lie.
package struct SecretFolder: Sendable {
    /// The folder's path: making a URL for each secret would take as long as reading it.
    package let path: String
    private let clock: any WalletClock
    /// How long one may have it before it is taken to be stopped: longer than calls to an identity provider may take.
    private static let patience: Duration = .seconds(120)

    /// The locks of a folder, which is made, for its owner alone, with the first of them.
    ///
    /// - Parameter clock: What is waited by between two attempts at a lock that may be held for long.
    package init(_ directory: URL, clock: any WalletClock = SystemClock()) {
        path = directory.path
        self.clock = clock
    }

    /// Runs a body while no other runs one.
    ///
    /// - Throws: ``SecretStoreError`` where the lock's file can't be made, or one and the same has had it for two minutes;
    ///   `CancellationError` while it waits; what the body throws.
    package func withExclusiveAccess<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        let descriptor = try openLock(".lock", for: .tokens)
        // Closing gives the lock back, also when this process is killed.
        defer { close(descriptor) }
        // Many may wait, each for the others: time counts from the last change of hands.
        var (turn, since) = (Self.turn(in: descriptor), clock.uptime())
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw SecretStoreError(.tokens, Self.lastProblem) }
            let current = Self.turn(in: descriptor)
            if current != turn { (turn, since) = (current, clock.uptime()) }
            guard clock.uptime() - since < Self.patience else {
                throw SecretStoreError.unavailable(
                    .tokens, "another process has had them in hand for two minutes: is it stopped?")
            }
            try await clock.sleep(for: .milliseconds(10))
        }
        Self.beginTurn(in: descriptor)
        return try await body()
    }

    /// How often the lock has changed hands, as its file says.
    private static func turn(in descriptor: Int32) -> UInt64 {
        var turn: UInt64 = 0
        let count = unsafe withUnsafeMutableBytes(of: &turn) { bytes in
            unsafe pread(descriptor, bytes.baseAddress, bytes.count, 0)
        }
        return count == MemoryLayout<UInt64>.size ? turn : 0
    }

    /// Says that the lock has changed hands. Where that can't be written, as on a full disk, who waits is less patient.
    private static func beginTurn(in descriptor: Int32) {
        let turn = turn(in: descriptor) &+ 1
        _ = unsafe withUnsafeBytes(of: turn) { bytes in unsafe pwrite(descriptor, bytes.baseAddress, bytes.count, 0) }
    }

    /// Runs a body while no other process writes. The lock is not that of ``withExclusiveAccess(_:)``, which is held while
    /// the network is waited for: this one is held for as long as a secret takes to be written. It blocks the thread.
    package func whileNobodyWrites<Result>(
        _ name: SecretName, _ body: () throws(SecretStoreError) -> Result
    ) throws(SecretStoreError) -> Result {
        let descriptor = try openLock(".write", for: name)
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw SecretStoreError(name, Self.lastProblem) }
        }
        return try body()
    }

    /// Runs a body while the secrets are not moved to another store; or while nobody else uses them, to move them.
    package func whileNotMoved<Result: Sendable>(
        moving: Bool = false, _ name: SecretName, _ body: () async throws(SecretStoreError) -> Result
    ) async throws(SecretStoreError) -> Result {
        let descriptor = try openLock(".move", for: name)
        defer { close(descriptor) }
        while flock(descriptor, (moving ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw SecretStoreError(name, Self.lastProblem) }
            do { try await clock.sleep(for: .milliseconds(10)) } catch {
                throw SecretStoreError(name, "it was given up while the secrets are moved")
            }
        }
        return try await body()
    }

    private func openLock(_ lock: String, for name: SecretName) throws(SecretStoreError) -> Int32 {
        try make(for: name)
        do { return try PrivateFiles.open("\(path)/\(lock)") } catch {
            throw SecretStoreError(name, "\(PlainText.clean(path, limit: 1024)): \(error)")
        }
    }

    private func make(for name: SecretName) throws(SecretStoreError) {
        do { try PrivateFiles.makeFolder(path) } catch {
            throw SecretStoreError(name, "\(PlainText.clean(path, limit: 1024)) can't be made: \(error)")
        }
    }

    private static var lastProblem: String { FileFailure.last.description }
}
