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
        if var path = option ?? given("FEX_WALLET_HOME") {
            // With either at its end a link would be looked through.
            while path.count > 1, path.hasSuffix("/") || path.hasSuffix("/.") { path.removeLast() }
            directory = URL(filePath: path, directoryHint: .isDirectory)
        } else if let data = given("XDG_DATA_HOME"), data.hasPrefix("/") {
            // A relative one is to be ignored (XDG Base Directory Specification 0.8): it would be another in each directory.
            directory = URL(filePath: data, directoryHint: .isDirectory).appending(path: "fex-wallet")
        } else {
            let home = given("HOME").flatMap {
                $0.hasPrefix("/") ? URL(filePath: $0, directoryHint: .isDirectory) : nil
            }
            directory = (home ?? FileManager.default.homeDirectoryForCurrentUser)
                .appending(path: ".local/share/fex-wallet")
        }
    }

    private var profiles: URL { directory.appending(path: "profiles") }
    private var currentFile: URL { directory.appending(path: "current") }

    /// The profile that is used where none is named.
    var currentName: String {
        get throws(ConfigurationError) {
            try checkPrivacy()
            guard let saved = try contents(currentFile) else { return "default" }
            let name = String(decoding: saved, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            return Profile.isName(name) ? name : "default"
        }
    }

    /// The names of all profiles.
    var names: [String] {
        get throws(ConfigurationError) {
            try checkPrivacy()
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
    /// - Parameters:
    ///   - making: Whether the directory of one that only the environment describes is made.
    ///   - isToBeReached: Whether anything is to be sent to its addresses, so that they have to be safe.
    func load(
        _ name: String?, making: Bool = true, isToBeReached: Bool = true
    ) throws(ConfigurationError) -> Profile {
        var named = name
        if named == nil { named = try currentName }
        let name = named ?? "default"
        guard Profile.isName(name) else { throw .badProfileName(name) }
        try checkPrivacy(of: name)
        let stored = try exists(name) ? read(name) : nil
        var sources: [String: String] = [:]
        func address(_ key: String, _ variable: String, _ schemes: [String]) throws(ConfigurationError) -> URL? {
            guard let text = environment[variable], !text.isEmpty else { return nil }
            sources[key] = variable
            return try Profile.address(text, option: variable, schemes: schemes)
        }
        let api = try address("api", "FEX_API_URL", ["http", "https"]) ?? stored?.api
        let auth = try address("auth", "FEX_AUTH_URL", ["http", "https"]) ?? stored?.auth
        guard let api, let auth else { throw .noProfile(name) }
        let given = try address("nats", "FEX_NATS_URL", ["nats", "tls"])?.splitCredentials
        let profile = Profile(
            name: name, directory: profiles.appending(path: name), api: api, auth: auth,
            nats: given?.address ?? stored?.nats, eventCredentials: given?.credentials,
            trust: stored?.trust ?? ProfileTrust())
        // That nobody looks for secrets in another place than theirs.
        _ = try SecretPlace(in: profile.directory)
        if isToBeReached { try profile.checkWays(sources) }
        if stored == nil, making { try makeDirectory(profile.directory) }
        return profile
    }

    /// Adds a profile. Adding the same addresses again changes nothing, but for how they are reached and whom is trusted
    /// there, where that is said.
    ///
    /// - Parameter keeping: Where its secrets are kept; `nil`: plain, or as they are.
    func add(
        _ name: String, api: URL, auth: URL, nats: URL?, trust: ProfileTrust = ProfileTrust(),
        keeping: SecretKeeping? = nil
    ) async throws -> Profile {
        guard Profile.isName(name) else { throw ConfigurationError.badProfileName(name) }
        try checkPrivacy(of: name)
        let (address, credentials) = nats.map(\.splitCredentials) ?? (nil, nil)
        var profile = Profile(
            name: name, directory: profiles.appending(path: name), api: api, auth: auth, nats: address, trust: trust)
        if try exists(name) {
            let stored = try read(name)
            guard stored.addresses == profile.addresses else { throw ConfigurationError.profileExists(name) }
            if trust.isEmpty { profile.trust = stored.trust }
            let kept = try SecretPlace(in: profile.directory).kept
            if let keeping, keeping != kept { throw ConfigurationError.secretsElsewhere(name, kept) }
        }
        try profile.checkWays(["api": "--api", "auth": "--auth", "nats": "--nats"])
        // Where no secrets could be kept, nothing is.
        if let keeping { try await profile.secrets.begin(in: keeping) }
        try makeDirectory(profile.directory)
        try checkPrivacy(of: name)
        // Where the secrets are locked, nothing is changed.
        if let credentials {
            try await profile.secrets.save(credentials.secret(for: address?.absoluteString), as: .eventCredentials)
        }
        // Before the document that says that they are there.
        if let authorities = profile.trust.authorities { try write(authorities, to: profile.authoritiesFile) }
        try write(profile.document.text + "\n", to: file(name))
        return profile
    }

    /// Uses a profile where none is named.
    func use(_ name: String) throws(ConfigurationError) {
        try checkPrivacy()
        guard try exists(name) else { throw .noProfile(name) }
        try write(name + "\n", to: currentFile)
    }

    /// Removes a profile with its database and secrets.
    func remove(_ name: String) throws(ConfigurationError) {
        try checkPrivacy(of: name)
        guard try exists(name) else { throw .noProfile(name) }
        let directory = profiles.appending(path: name)
        do { try FileManager.default.removeItem(at: directory) } catch { throw Self.notWritable(directory) }
    }

    /// Holds the home to be this user's alone, with what it says of all profiles, and everything of one profile.
    private func checkPrivacy(of name: String? = nil) throws(ConfigurationError) {
        do {
            try PrivateFiles.checkWay(to: directory.path)
            guard try PrivateFiles.check(directory.path, isFolder: true, mayBeOpen: true) else { return }
            try PrivateFiles.check(currentFile.path, isFolder: false)
            guard try PrivateFiles.check(profiles.path, isFolder: true) else { return }
            // Another folder than a home, named by mistake, is not taken from others.
            PrivateFiles.takeFromOthers(directory.path)
            guard let name, Profile.isName(name) else { return }
            let profile = profiles.appending(path: name).path
            guard try PrivateFiles.check(profile, isFolder: true) else { return }
            try PrivateFiles.checkContents(of: profile)
        } catch {
            throw ConfigurationError(error)
        }
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
        var profile = Profile(
            name: name, directory: profiles.appending(path: name), api: api, auth: auth,
            nats: document["nats"]?.stringValue.flatMap { URL(string: $0) })
        let authorities = try contents(profile.authoritiesFile).map { String(decoding: $0, as: UTF8.self) }
        guard let trust = ProfileTrust(document, authorities: authorities) else {
            throw .unreadable(path: file(name).path)
        }
        profile.trust = trust
        return profile
    }

    private func makeDirectory(_ directory: URL) throws(ConfigurationError) {
        do { try PrivateFiles.makeFolder(directory.path) } catch { throw Self.notWritable(directory) }
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
