import Foundation

/// Where the sandbox that started last leaves its ready document, so that a till on the same machine finds it by itself.
///
/// A file in a folder of the user's cache that its owner alone can enter. The secrets in it are a sandbox's, and end with it.
enum LatestSandbox {
    private static var directory: URL {
        let environment = ProcessInfo.processInfo.environment
        if let cache = environment["XDG_CACHE_HOME"], !cache.isEmpty {
            return URL(filePath: cache, directoryHint: .isDirectory).appending(path: "fex-sandbox")
        }
        return FileManager.default.homeDirectoryForCurrentUser.appending(path: ".cache/fex-sandbox")
    }

    /// The ready document's file.
    static var file: URL { directory.appending(path: "ready.json") }

    /// Leaves a ready document. A sandbox does without where there is no room for it.
    static func leave(_ document: Data) {
        try? FileManager.default.createDirectory(
            at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try? document.write(to: file, options: .atomic)
    }

    /// Removes a ready document, unless another sandbox has left its own since.
    static func remove(_ document: Data) {
        if FileManager.default.contents(atPath: file.path) == document { try? FileManager.default.removeItem(at: file) }
    }
}
