import DurableFiles
import FexValues
import Foundation
import WalletCore

/// The directory where the client keeps its profiles.
struct Home: Sendable {
    let directory: URL
    private let environment: [String: String]

    init(option: String?, environment: [String: String] = ProcessInfo.processInfo.environment) {
        self.environment = environment
        func given(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let path = option ?? given("FEX_WALLET_HOME") {
            directory = URL(filePath: path, directoryHint: .isDirectory)
        } else if let data = given("XDG_DATA_HOME"), data.hasPrefix("/") {
            // A relative one is to be ignored (XDG Base Directory Specification 0.8): it would be another in each directory.
            directory = URL(filePath: data, directoryHint: .isDirectory).appending(path: "fex-wallet")
        } else {
            directory = FileManager.default.homeDirectoryForCurrentUser.appending(path: ".local/share/fex-wallet")
        }
    }

    private var profiles: URL { directory.appending(path: "profiles") }
    private var currentFile: URL { directory.appending(path: "current") }

    /// The profile that is used where none is named.
    var currentName: String {
        get throws(ConfigurationError) {
            guard let saved = try contents(currentFile) else { return "default" }
            let name = String(decoding: saved, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            return Profile.isName(name) ? name : "default"
        }
    }

    /// The names of all profiles.
    var names: [String] {
        get throws(ConfigurationError) {
            guard FileAccess.exists(profiles.path) else {
                // Nobody may say that there are none who can't look.
                _ = try contents(profiles.appending(path: "any"))
                return []
            }
            guard let found = try? FileManager.default.contentsOfDirectory(atPath: profiles.path) else {
                throw .notReadable(
                    path: profiles.path, why: FileAccess.whyNotReadable(profiles.path) ?? "it is no directory")
            }
            var names: [String] = []
            for name in found.sorted() where try exists(name) { names.append(name) }
            return names
        }
    }

    /// A profile, its addresses overridden by the environment.
    ///
    /// - Parameter making: Whether the directory of one that only the environment describes is made.
    func load(_ name: String?, making: Bool = true) throws(ConfigurationError) -> Profile {
        var named = name
        if named == nil { named = try currentName }
        let name = named ?? "default"
        guard Profile.isName(name) else { throw .badProfileName(name) }
        var profile = try exists(name) ? read(name) : nil
        func override(_ variable: String, _ schemes: [String]) throws(ConfigurationError) -> URL? {
            guard let text = environment[variable], !text.isEmpty else { return nil }
            return try Profile.address(text, option: variable, schemes: schemes)
        }
        let api = try override("FEX_API_URL", ["http", "https"]) ?? profile?.api
        let auth = try override("FEX_AUTH_URL", ["http", "https"]) ?? profile?.auth
        guard let api, let auth else { throw .noProfile(name) }
        let nats = try override("FEX_NATS_URL", ["nats", "tls"]) ?? profile?.nats
        if profile == nil {
            profile = Profile(name: name, directory: profiles.appending(path: name), api: api, auth: auth, nats: nats)
            if making { try makeDirectory(profiles.appending(path: name)) }
        }
        profile?.api = api
        profile?.auth = auth
        profile?.nats = nats
        guard let profile else { throw .noProfile(name) }
        return profile
    }

    /// Adds a profile. Adding the same again changes nothing.
    func add(_ name: String, api: URL, auth: URL, nats: URL?) throws -> Profile {
        guard Profile.isName(name) else { throw ConfigurationError.badProfileName(name) }
        let (address, credentials) = nats.map(\.splitCredentials) ?? (nil, nil)
        let profile = Profile(
            name: name, directory: profiles.appending(path: name), api: api, auth: auth, nats: address)
        if try exists(name) {
            guard try read(name) == profile else { throw ConfigurationError.profileExists(name) }
        }
        try makeDirectory(profile.directory)
        try credentials?.save(in: profile.secrets, for: address?.absoluteString)
        try write(profile.document.text + "\n", to: file(name))
        return profile
    }

    /// Uses a profile where none is named.
    func use(_ name: String) throws(ConfigurationError) {
        guard try exists(name) else { throw .noProfile(name) }
        try write(name + "\n", to: currentFile)
    }

    /// Removes a profile with its database and secrets.
    func remove(_ name: String) throws(ConfigurationError) {
        guard try exists(name) else { throw .noProfile(name) }
        let directory = profiles.appending(path: name)
        do { try FileManager.default.removeItem(at: directory) } catch { throw Self.notWritable(directory) }
    }

    private func file(_ name: String) -> URL { profiles.appending(path: name).appending(path: "profile.json") }

    private func exists(_ name: String) throws(ConfigurationError) -> Bool {
        guard Profile.isName(name) else { return false }
        do { return try FileAccess.size(file(name).path) != nil } catch {
            throw .notReadable(path: file(name).path, why: error.description)
        }
    }

    /// What a file holds; `nil` where there is none.
    private func contents(_ file: URL) throws(ConfigurationError) -> Data? {
        do { return try FileAccess.contents(file.path) } catch {
            throw .notReadable(path: file.path, why: error.description)
        }
    }

    private static func notWritable(_ file: URL) -> ConfigurationError {
        // The first directory on the way that is there is the one that stands in it.
        var directory = file
        while directory.path != "/", !FileAccess.exists(directory.path) {
            directory = directory.deletingLastPathComponent()
        }
        let why = FileAccess.whyNotWritable(directory.path)
        if why == nil, FileAccess.isFull(directory.path) {
            return .notWritable(path: file.path, why: "no space left on the disk")
        }
        return .notWritable(path: why == nil ? file.path : directory.path, why: why ?? "the system refuses it")
    }

    private func read(_ name: String) throws(ConfigurationError) -> Profile {
        guard let data = try contents(file(name)), let document = try? JSON(parsing: data),
            let api = document["api"]?.stringValue.flatMap({ URL(string: $0) }),
            let auth = document["auth"]?.stringValue.flatMap({ URL(string: $0) })
        else { throw .unreadable(path: file(name).path) }
        return Profile(
            name: name, directory: profiles.appending(path: name), api: api, auth: auth,
            nats: document["nats"]?.stringValue.flatMap { URL(string: $0) })
    }

    private func makeDirectory(_ directory: URL) throws(ConfigurationError) {
        do {
            try FileManager.default.createDirectory(
                at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Self.notWritable(directory)
        }
    }

    private func write(_ text: String, to file: URL) throws(ConfigurationError) {
        do {
            try makeDirectory(file.deletingLastPathComponent())
            let draft = FileDraft(of: file.path)
            try draft.begin()
            try draft.write(Data(text.utf8))
            try draft.publish()
        } catch {
            throw error as? ConfigurationError ?? Self.notWritable(file)
        }
    }
}
