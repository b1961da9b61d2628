import Crypto
import DurableFiles
import FexValues
import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A folder in which one process leaves the payloads of pushes for another, each a file of its own.
///
/// It is its owner's alone, and holds no more than some: whoever sends pushes does not fill the disk. What is not kept comes by
/// the change feed.
struct HandOverFolder: Sendable {
    /// The most payloads that are kept; further ones are not.
    static let mostPayloads = 64
    private static let suffix = ".push"

    private let path: String

    init(_ url: URL) { path = url.path }

    /// Leaves a payload, whole and durable, or not at all. The same one again is one.
    ///
    /// - Returns: Whether it is there.
    @discardableResult
    func leave(_ payload: Data) -> Bool {
        guard payload.count <= ApprovalHint.longestPayload else { return false }
        let name = Hexadecimal.text(SHA256.hash(data: payload)) + Self.suffix
        do {
            if try !PrivateFiles.check(path, isFolder: true) { try PrivateFiles.makeFolder(path) }
            let names = try FileManager.default.contentsOfDirectory(atPath: path)
            guard !names.contains(name) else { return true }
            guard names.count < Self.mostPayloads else { return false }
            let draft = FileDraft(of: "\(path)/\(name)")
            try draft.begin()
            try draft.write(payload)
            try draft.publish()
            return true
        } catch {
            return false
        }
    }

    /// The names of what was left, the oldest first; none where there is no such folder, or it is not this user's alone.
    func names() -> [String] {
        guard (try? PrivateFiles.check(path, isFolder: true)) == true else { return [] }
        let files = FileManager.default
        let found = (try? files.contentsOfDirectory(atPath: path)) ?? []
        return found.filter { $0.hasSuffix(Self.suffix) }
            .map { name -> (name: String, leftAt: Date) in
                let date = (try? files.attributesOfItem(atPath: "\(path)/\(name)"))?[.modificationDate] as? Date
                return (name, date ?? .distantPast)
            }
            .sorted { ($0.leftAt, $0.name) < ($1.leftAt, $1.name) }
            .prefix(Self.mostPayloads).map(\.name)
    }

    /// What was left under a name; `nil` where it is gone, or is none that ``leave(_:)`` could have left.
    func payload(_ name: String) -> Data? {
        let file = "\(path)/\(name)"
        guard (try? PrivateFiles.check(file, isFolder: false)) == true,
            let size = try? FileAccess.size(file), (1...ApprovalHint.longestPayload).contains(size)
        else { return nil }
        return try? FileAccess.contents(file)
    }

    /// Removes what was left under a name, with the drafts of it that killed processes have left.
    func remove(_ name: String) {
        let drafts = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter {
            $0.hasPrefix(name + ".")
        }
        for file in [name] + drafts { _ = unsafe unlink("\(path)/\(file)") }
    }
}
