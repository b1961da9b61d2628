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
        } else if let data = given("XDG_DATA_HOME") {
            directory = URL(filePath: data, directoryHint: .isDirectory).appending(path: "fex-wallet")
        } else {
            directory = FileManager.default.homeDirectoryForCurrentUser.appending(path: ".local/share/fex-wallet")
        }
    }

    private var profiles: URL { directory.appending(path: "profiles") }
    private var currentFile: URL { directory.appending(path: "current") }

    /// The profile that is used where none is named.
    var currentName: String {
        let saved = try? String(contentsOf: currentFile, encoding: .utf8).trimmingCharacters(
            in: .whitespacesAndNewlines)
        return saved.flatMap { Profile.isName($0) ? $0 : nil } ?? "default"
    }

    /// The names of all profiles.
    var names: [String] {
        let found = (try? FileManager.default.contentsOfDirectory(atPath: profiles.path)) ?? []
        return found.filter { Profile.isName($0) && exists($0) }.sorted()
    }

    /// A profile, its addresses overridden by the environment.
    func load(_ name: String?) throws(ConfigurationError) -> Profile {
        let name = name ?? currentName
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
            try makeDirectory(profiles.appending(path: name))
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
        if exists(name) {
            guard try read(name) == profile else { throw ConfigurationError.profileExists(name) }
        }
        try makeDirectory(profile.directory)
        try credentials?.save(in: profile.secrets)
        try write(profile.document.text + "\n", to: file(name))
        return profile
    }

    /// Uses a profile where none is named.
    func use(_ name: String) throws(ConfigurationError) {
        guard exists(name) else { throw .noProfile(name) }
        try write(name + "\n", to: currentFile)
    }

    /// Removes a profile with its database and secrets.
    func remove(_ name: String) throws(ConfigurationError) {
        guard Profile.isName(name), exists(name) else { throw .noProfile(name) }
        do {
            try FileManager.default.removeItem(at: profiles.appending(path: name))
        } catch {
            throw .notWritable(path: profiles.appending(path: name).path)
        }
    }

    private func file(_ name: String) -> URL { profiles.appending(path: name).appending(path: "profile.json") }

    private func exists(_ name: String) -> Bool {
        Profile.isName(name) && FileManager.default.fileExists(atPath: file(name).path)
    }

    private func read(_ name: String) throws(ConfigurationError) -> Profile {
        guard let data = try? Data(contentsOf: file(name)), let document = try? JSON(parsing: data),
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
            throw .notWritable(path: directory.path)
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
            throw .notWritable(path: file.path)
        }
    }
}
