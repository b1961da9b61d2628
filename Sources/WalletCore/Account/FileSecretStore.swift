import DurableFiles
import FexValues
public import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Secrets in files that only their owner can read, for systems without a keychain.
public struct FileSecretStore: SecretStore {
    /// The directory's path: making a URL of each secret's would take as long as reading it.
    private let directory: String
    private let folder: SecretFolder

    /// A store in a directory, which is made, for its owner alone, when the first secret is saved.
    ///
    /// - Parameter clock: What ``withExclusiveAccess(_:)`` waits by between two attempts at its lock.
    public init(directory: URL, clock: any WalletClock = SystemClock()) {
        self.directory = directory.path
        folder = SecretFolder(directory, clock: clock)
    }

    /// The secret as last saved, also by another process.
    ///
    /// - Throws: ``SecretStoreError`` where the file is there and can't be read.
    public func load(_ name: SecretName) throws(SecretStoreError) -> Data? {
        do { return try FileAccess.contents(file(name)) } catch {
            throw SecretStoreError(name, "\(PlainText.clean(file(name), limit: 1024)): \(error)")
        }
    }

    /// Saves a secret, durably and whole.
    ///
    /// - Throws: ``SecretStoreError`` where the directory or the file can't be written; then the secret kept before is
    ///   still there.
    public func save(_ secret: Data, as name: SecretName) throws(SecretStoreError) {
        try folder.whileNobodyWrites(name) { () throws(SecretStoreError) in try write(secret, as: name) }
    }

    /// Saves a secret where it still is as expected, with no other writer in between.
    ///
    /// - Throws: ``SecretStoreError`` where the file can't be read or written; then nothing has changed.
    public func replace(_ name: SecretName, expected: Data?, with secret: Data) throws(SecretStoreError) -> Bool {
        try folder.whileNobodyWrites(name) { () throws(SecretStoreError) in
            guard try load(name) == expected else { return false }
            try write(secret, as: name)
            return true
        }
    }

    /// Removes a secret, if it is there.
    ///
    /// - Throws: ``SecretStoreError`` where the file is there and can't be removed.
    public func remove(_ name: SecretName) throws(SecretStoreError) {
        guard try isThere(name) else { return }
        try folder.whileNobodyWrites(name) { () throws(SecretStoreError) in
            // What a killed process may have left of it.
            _ = unsafe unlink(draftPath(of: name))
            guard unsafe unlink(file(name)) == 0 || errno == ENOENT else {
                throw SecretStoreError(name, "\(PlainText.clean(file(name), limit: 1024)): \(lastProblem)")
            }
        }
    }

    /// Removes all secrets with their locks, and the directory unless something else is in it.
    ///
    /// - Throws: ``SecretStoreError`` where one can't be removed; `CancellationError` while it waits.
    @concurrent
    public func erase() async throws {
        guard try isThere(.tokens) else { return }
        try await withExclusiveAccess { for name in SecretName.allCases { try remove(name) } }
        folder.removeLocks()
    }

    /// Whether the directory is there; one that can't be looked for may be.
    private func isThere(_ name: SecretName) throws(SecretStoreError) -> Bool {
        do { return try FileAccess.size(directory) != nil } catch {
            throw SecretStoreError(name, "\(PlainText.clean(directory, limit: 1024)): \(error)")
        }
    }

    /// Runs a body while no other runs one.
    ///
    /// - Throws: ``SecretStoreError`` where the lock's file can't be made; `CancellationError` while it waits; what the
    ///   body throws.
    public func withExclusiveAccess<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        try await folder.withExclusiveAccess(body)
    }

    private func write(_ secret: Data, as name: SecretName) throws(SecretStoreError) {
        // Writers take turns, so one temporary name is enough; the next write removes what a killed process left under
        // it.
        let draft = FileDraft(of: file(name), by: draftPath(of: name))
        do {
            try draft.begin()
            try draft.write(secret)
            try draft.publish()
        } catch {
            throw SecretStoreError(name, "\(PlainText.clean(file(name), limit: 1024)): \(error)")
        }
    }

    private func file(_ name: SecretName) -> String { "\(directory)/\(name.rawValue)" }
    private func draftPath(of name: SecretName) -> String { "\(directory)/.\(name.rawValue).part" }

    private var lastProblem: String { FileFailure.last.description }
}
