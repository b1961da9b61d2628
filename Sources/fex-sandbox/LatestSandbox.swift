import DurableFiles
import Foundation
import TerminalProgram

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where the sandbox that started last leaves its ready document, so that a till on the same machine finds it by itself.
///
/// A file in a folder of the user's cache that its owner alone can enter. The secrets in it are a sandbox's, and end with it.
enum LatestSandbox {
    /// `nil` where its path is no UTF-8: Swift would replace bytes of it, and name another directory.
    private static var directory: URL? {
        do {
            // A relative one is to be ignored (XDG Base Directory Specification 0.8).
            if let cache = try ProgramArguments.variable("XDG_CACHE_HOME"), cache.hasPrefix("/") {
                return URL(filePath: cache, directoryHint: .isDirectory).appending(path: "fex-sandbox")
            }
            guard let home = try ProgramArguments.variable("HOME") else { return nil }
            return URL(filePath: home, directoryHint: .isDirectory).appending(path: ".cache/fex-sandbox")
        } catch {
            return nil
        }
    }

    /// The ready document's file; `nil` where there is no place for it.
    static var file: URL? { directory?.appending(path: "ready.json") }

    /// Leaves a ready document, for its owner's eyes alone. A sandbox does without where there is no room for it, or where
    /// others could read or change it.
    static func leave(_ document: Data) {
        guard let directory, let file, makeOwn(directory) else { return }
        let draft = FileDraft(of: file.path)
        guard (try? draft.begin()) != nil, (try? draft.write(document)) != nil else { return }
        try? draft.publish()
    }

    /// Makes a directory that only its owner can enter, or makes one so; whether it is one of this user's own, and no link.
    private static func makeOwn(_ directory: URL) -> Bool {
        try? FileManager.default.createDirectory(
            at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        // What is looked at is what is changed, whatever takes its name meanwhile.
        let descriptor = unsafe open(directory.path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var found = stat()
        guard unsafe fstat(descriptor, &found) == 0, found.st_uid == geteuid() else { return false }
        return found.st_mode & 0o077 == 0 || fchmod(descriptor, 0o700) == 0
    }

    /// Removes a ready document, unless another sandbox has left its own since.
    static func remove(_ document: Data) {
        guard let file, FileManager.default.contents(atPath: file.path) == document else { return }
        try? FileManager.default.removeItem(at: file)
    }
}
