import DurableFiles
import FexValues
import Foundation
import Logging

extension Wallet {
    /// Closes the wallet: ends what listens, waits for calls in hand, and closes the database's connections.
    ///
    /// From the first moment on every new call throws ``OpeningError/closed``, and ``Sync/run()`` ends with it; sequences that
    /// watch end so, or just end. Calls in hand go on to their own answer, so that a payment on its way is written down as what
    /// became of it; they take no longer than the transport lets them. When this returns no file of the database is open, and
    /// it may be opened again. Closing again does nothing. The transports are the caller's, and are not closed.
    ///
    /// It waits for calls, so no call may wait for it: not from what a login shows its page by. Cancelling the calling task
    /// makes it no quicker.
    public func close() async {
        await store.gate.close { [self] in await endAll() }
    }

    /// Closes the wallet, and removes what it keeps on this device: the database with its log, what a repair set aside, and the
    /// secrets with their locks. Nothing else is touched, and a folder is removed only where nothing is left in it.
    ///
    /// The secrets go first. A decision that was not sent yet is lost by it: look at ``Decisions/loadOutbox()`` before. The
    /// platform is told nothing: call ``AccountService/logOut()`` before. No other process may have the wallet open. Safe to
    /// repeat, also after an error.
    ///
    /// - Throws: ``SecretStoreError`` where secrets can't be removed, and then the database is still there; ``StorageError``
    ///   where its files can't be; `CancellationError` while another process renews tokens.
    @concurrent
    public func erase() async throws {
        await close()
        try await secrets.erase()
        guard let path = store.path else { return }
        do { try DatabaseFiles(path).remove() } catch { throw StorageError(error, at: path) }
        try? folder?.removeIfEmpty()
    }

    private func endAll() async {
        do { try await store.close() } catch {
            log.error("a connection to the database stays open", metadata: ["error": "\(error)"])
        }
    }

    /// Ends what listens, and waits until nothing is in hand: for an app that goes into the background.
    ///
    /// A system that suspends a process while it holds a lock of a file may kill it. When this returns no call is under way, and
    /// so nothing is being written. ``Sync/run()`` goes on waiting, without a connection, until ``resume()``; calls are
    /// let in all the while, for what an app does in the background. Cancel the task where the system allows no more time: this
    /// returns at once then. Suspending again, or a wallet that is closed, does nothing more.
    public func suspend() async { await store.gate.suspend() }

    /// Has ``Sync/run()`` listen again after ``suspend()``: it connects anew, and fetches what came meanwhile.
    public func resume() { store.gate.resume() }
}

/// The files that a database is made of, and those that a repair leaves beside it.
struct DatabaseFiles {
    private let path: String

    init(_ path: String) { self.path = path }

    /// Removes all that are there; the database first, so that no log without its database is ever taken for another's.
    func remove() throws {
        let files = FileManager.default
        let (directory, name) = (URL(filePath: path).deletingLastPathComponent(), URL(filePath: path).lastPathComponent)
        let set = ["", "-wal", "-shm", "-journal", ".mend", ".setting-aside"].map { name + $0 }
        let beside = (try? files.contentsOfDirectory(atPath: directory.path)) ?? []
        for file in set + beside.filter({ $0.hasPrefix(name + ".damaged-") }) {
            do { try files.removeItem(at: directory.appending(path: file)) } catch CocoaError.fileNoSuchFile {}
        }
    }
}
