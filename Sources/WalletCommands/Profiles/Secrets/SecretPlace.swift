import ArgumentParser
import DurableFiles
import FexValues
import Foundation

/// Where a profile's secrets can be.
enum SecretKeeping: String, CaseIterable, Hashable, Sendable, ExpressibleByArgument {
    /// In files of the profile's folder, with a passphrase over them or without.
    case plain
    /// In the keyring of the desktop.
    case secretService = "secret_service"
}

/// Where the secrets of a profile are, as a file of its folder says. Without the file they are plain.
///
/// It is not part of the profile's document: a profile that only the environment describes has none.
struct SecretPlace: Hashable, Sendable {
    /// Where all of them are.
    var kept = SecretKeeping.plain
    /// What tells the profile's items in a keyring from others.
    var id: String?
    /// Where copies may be that a move has yet to remove, since its process was killed.
    var unfinished: SecretKeeping?

    init(in keeping: SecretKeeping, id: String?) {
        kept = keeping
        self.id = id
    }

    private static func file(in profile: URL) -> String { profile.path + "/secret-store.json" }

    /// What the file of a profile says.
    ///
    /// - Parameter profile: The profile's folder.
    /// - Throws: ``ConfigurationError`` where it can't be read or understood: then nobody looks elsewhere.
    init(in profile: URL) throws(ConfigurationError) {
        let file = Self.file(in: profile)
        let data: Data?
        do { data = try FileAccess.contents(file) } catch {
            throw .notReadable(path: file, why: error.description)
        }
        guard let data else { return }
        guard let document = try? JSON(parsing: data),
            let kept = document["secrets"]?.stringValue.flatMap(SecretKeeping.init)
        else { throw .unreadable(path: file) }
        self.kept = kept
        id = document["id"]?.stringValue
        if let text = document["unfinished"]?.stringValue {
            guard let keeping = SecretKeeping(rawValue: text) else { throw .unreadable(path: file) }
            unfinished = keeping
        }
        guard id != nil || kept == .plain && unfinished == nil else { throw .unreadable(path: file) }
    }

    /// Writes the file; durable and whole when this returns.
    func save(in profile: URL) throws(ConfigurationError) {
        let document: JSON = [
            "secrets": .string(kept.rawValue), "id": .optional(id), "unfinished": .optional(unfinished?.rawValue),
        ]
        let file = Self.file(in: profile)
        do {
            try PrivateFiles.makeFolder(profile.path)
            let draft = FileDraft(of: file)
            try draft.begin()
            try draft.write(Data("\(document.text)\n".utf8))
            try draft.publish()
        } catch {
            throw .notWritable(path: file, why: error.description)
        }
    }
}
