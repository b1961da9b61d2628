public import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Secrets in files that only their owner can read, for systems without a keychain.
public struct FileSecretStore: SecretStore {
    private let directory: URL
    private let clock: any WalletClock

    /// Secrets in a directory, which is made when the first one is saved.
    public init(directory: URL, clock: any WalletClock = SystemClock()) {
        self.directory = directory
        self.clock = clock
    }

    /// The secret as last saved, also by another process.
    public func load(_ name: SecretName) throws(SecretStoreError) -> Data? {
        do {
            return try Data(contentsOf: file(name))
        } catch CocoaError.fileReadNoSuchFile {
            return nil
        } catch {
            throw SecretStoreError(name, "the file is not readable")
        }
    }

    /// Saves a secret, durably and whole.
    public func save(_ secret: Data, as name: SecretName) throws(SecretStoreError) {
        try makeDirectory(for: name)
        // A file of its own, then a rename: a reader sees the old secret or the new one, never half of it.
        let draft = directory.appending(path: ".\(name.rawValue).\(getpid())")
        let descriptor = unsafe open(draft.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SecretStoreError(name, lastProblem) }
        let written = unsafe secret.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
        let synced = fsync(descriptor)
        close(descriptor)
        guard written == secret.count, synced == 0, unsafe rename(draft.path, file(name).path) == 0 else {
            let problem = lastProblem
            unsafe unlink(draft.path)
            throw SecretStoreError(name, problem)
        }
    }

    /// Removes a secret, if it is there.
    public func remove(_ name: SecretName) throws(SecretStoreError) {
        guard unsafe unlink(file(name).path) == 0 || errno == ENOENT else { throw SecretStoreError(name, lastProblem) }
    }

    /// Runs a body while no other runs one.
    public func withExclusiveAccess<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        try makeDirectory(for: .tokens)
        let descriptor = unsafe open(directory.appending(path: ".lock").path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SecretStoreError(.tokens, lastProblem) }
        // Closing gives the lock back, also when this process is killed.
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw SecretStoreError(.tokens, lastProblem) }
            try await clock.sleep(for: .milliseconds(10))
        }
        return try await body()
    }

    private func file(_ name: SecretName) -> URL { directory.appending(path: name.rawValue) }

    private func makeDirectory(for name: SecretName) throws(SecretStoreError) {
        do {
            try FileManager.default.createDirectory(
                at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw SecretStoreError(name, "the directory can't be made")
        }
    }

    private var lastProblem: String { unsafe String(cString: strerror(errno)) }
}
