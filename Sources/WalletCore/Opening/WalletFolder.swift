import DurableFiles
public import Foundation
import Synchronization

/// A folder in which one wallet lives, and the names of what lies in it.
public struct WalletFolder: Hashable, Sendable {
    /// The folder.
    public let url: URL

    /// A folder by its place; nothing is made yet.
    public init(_ url: URL) { self.url = url }

    /// The database file.
    public var database: URL { url.appending(path: "wallet.sqlite") }

    /// The secrets: in the keychain on Apple's systems, with their locks in the folder; elsewhere in files of the folder.
    public func secrets(clock: any WalletClock = SystemClock()) -> any SecretStore {
        #if canImport(Security)
            KeychainSecretStore(service: "fex-wallet:\(url.lastPathComponent)", folder: locks, clock: clock)
        #else
            FileSecretStore(directory: locks, clock: clock)
        #endif
    }

    private var locks: URL { url.appending(path: "secrets") }

    /// Makes the folder, for its owner alone, and makes sure that nobody else could have put anything there.
    ///
    /// - Throws: ``StorageError`` where it can't be made, or is not this user's alone.
    func prepare() throws(StorageError) {
        do {
            try PrivateFiles.checkWay(to: url.path)
            if try !PrivateFiles.check(url.path, isFolder: true) { try make() }
            try PrivateFiles.checkContents(of: url.path)
        } catch let exposure as FileExposure {
            throw StorageError(.exposed, exposure.sentence, path: exposure.path)
        } catch {
            throw StorageError(error, at: url.path)
        }
    }

    private func make() throws(StorageError) {
        do { try PrivateFiles.makeFolder(url.path) } catch {
            throw StorageError(.notWritable, error.description, path: url.path)
        }
        #if os(iOS)
            // Readable once the device has been unlocked after its start: a push may come while it is locked.
            let protection: [FileAttributeKey: Any] = [
                .protectionKey: FileProtectionType.completeUntilFirstUserAuthentication
            ]
            try? FileManager.default.setAttributes(protection, ofItemAtPath: url.path)
        #endif
    }

    /// Removes the folder where nothing is left in it.
    func removeIfEmpty() throws {
        guard try FileManager.default.contentsOfDirectory(atPath: url.path).isEmpty else { return }
        try FileManager.default.removeItem(at: url)
    }
}

extension FileExposure {
    /// What is wrong, in a clause that follows on the path.
    fileprivate var sentence: String {
        switch reason {
        case .link: "it is a link"
        case .noFolder: "it is no folder"
        case .noFile: "it is a folder, and no file"
        case .foreign(let owner): "it belongs to user \(owner)"
        case .writable: "others can write it"
        case .replaceable(let folder): "everybody can replace what is in \(folder)"
        case .hidden(let failure): failure.description
        }
    }
}

/// That one wallet of this process has a folder. It ends with ``end()``, or when nothing of that wallet is left.
final class FolderClaim: Sendable {
    private static let taken = Mutex<Set<String>>([])
    private let path: Mutex<String?>

    /// - Throws: ``OpeningError/alreadyOpen(_:)`` where another one has it.
    init(_ folder: WalletFolder) throws(OpeningError) {
        // Two names of one folder are one.
        let path = folder.url.resolvingSymlinksInPath().standardizedFileURL.path
        guard FolderClaim.taken.withLock({ $0.insert(path).inserted }) else { throw .alreadyOpen(folder.url.path) }
        self.path = Mutex(path)
    }

    deinit { end() }

    func end() {
        let path = path.withLock { path in
            defer { path = nil }
            return path
        }
        if let path { FolderClaim.taken.withLock { _ = $0.remove(path) } }
    }
}
