import DurableFiles
import FexValues
import Foundation
import WalletCore
import WalletPassphrase
import WalletSecretService

/// The secrets of a profile, wherever they are kept.
///
/// Where that is, is looked up at each call: a process that goes on for days follows when another moves them. Writers wait while
/// they are moved. Readers don't: who finds none looks whether the secrets have moved meanwhile.
struct ProfileSecrets: SecretStore {
    /// The profile's folder.
    let directory: URL
    /// Makes the store of each place; the id is for a keyring.
    private let makeKeeper: @Sendable (SecretKeeping, String) -> any SecretKeeper

    /// The secrets of a profile.
    ///
    /// - Parameter name: The profile's name, for people who look into their keyring.
    init(directory: URL, name: String) {
        self.init(directory: directory) { keeping, id in
            switch keeping {
            case .plain: FileKeeper(vault: SecretVault(directory: Self.folder(of: directory)))
            case .secretService:
                SecretServiceStore(folder: Self.folder(of: directory), profile: id, label: name)
            }
        }
    }

    init(directory: URL, makeKeeper: @escaping @Sendable (SecretKeeping, String) -> any SecretKeeper) {
        self.directory = directory
        self.makeKeeper = makeKeeper
    }

    private static func folder(of profile: URL) -> URL { profile.appending(path: "secrets") }
    private var folder: SecretFolder { SecretFolder(Self.folder(of: directory)) }

    // MARK: A store

    func load(_ name: SecretName) async throws(SecretStoreError) -> Data? {
        var place = try place(for: name)
        while true {
            let found: Result<Data?, SecretStoreError>
            do { found = .success(try await keeper(place).load(name)) } catch { found = .failure(error) }
            if case .success(.some(let secret)) = found { return secret }
            let now = try self.place(for: name)
            if now.kept == place.kept, now.id == place.id { return try found.get() }
            place = now
        }
    }

    func save(_ secret: Data, as name: SecretName) async throws(SecretStoreError) {
        try await whileNotMoved(name) { keeper throws(SecretStoreError) in try await keeper.save(secret, as: name) }
    }

    func replace(_ name: SecretName, expected: Data?, with secret: Data) async throws(SecretStoreError) -> Bool {
        try await whileNotMoved(name) { keeper throws(SecretStoreError) in
            try await keeper.replace(name, expected: expected, with: secret)
        }
    }

    func remove(_ name: SecretName) async throws(SecretStoreError) {
        // Nothing is made to remove what isn't there.
        let place = try place(for: name)
        guard place.kept != .plain || FileAccess.exists(folder.path) else { return }
        try await whileNotMoved(name) { keeper throws(SecretStoreError) in try await keeper.remove(name) }
    }

    func withExclusiveAccess<Result: Sendable>(_ body: @Sendable () async throws -> Result) async throws -> Result {
        // The same lock wherever they are kept, so that a move does not let a second one in.
        try await folder.withExclusiveAccess(body)
    }

    // MARK: Where they are

    /// Makes sure that they can be read and kept at the moment.
    func check() async throws(SecretStoreError) { try await keeper(place(for: .tokens)).check() }

    /// Keeps the secrets of a new profile in a place, and makes sure that it can be opened.
    ///
    /// - Throws: ``ConfigurationError`` where they are kept elsewhere already; ``SecretStoreError``.
    func begin(in keeping: SecretKeeping) async throws {
        let place = try SecretPlace(in: directory)
        guard place.kept != keeping else { return }
        let id = UUID().uuidString.lowercased()
        try await makeKeeper(keeping, id).check()
        var new = SecretPlace(in: keeping, id: id)
        new.unfinished = place.unfinished
        try new.save(in: directory)
    }

    /// Moves all secrets, without loss: they are written where they are to be, read back, and only then removed where they
    /// were. Whoever is killed in between has moved them or not; what is left over is removed by ``finishMoving()``.
    ///
    /// - Returns: Whether they were elsewhere before.
    /// - Throws: ``SecretStoreError``, ``ConfigurationError``: then they are whole in one of both places.
    func move(to keeping: SecretKeeping) async throws -> Bool {
        try await finishMoving()
        return try await exclusively { () throws(SecretStoreError) in
            var place = try place(for: .tokens)
            guard place.kept != keeping else { return false }
            let from = place.kept
            place.id = place.id ?? UUID().uuidString.lowercased()
            let (old, new) = (keeper(place), makeKeeper(keeping, place.id ?? ""))
            try await old.check()
            try await new.check()
            // Before anything is copied: who finds this knows where copies may be.
            place.unfinished = keeping
            try save(place)
            for name in SecretName.allCases { try await copy(name, from: old, to: new) }
            place.kept = keeping
            place.unfinished = from
            try save(place)
            try await removeLeftovers(place)
            return true
        }
    }

    /// Removes the copies that a move has left whose process was killed.
    ///
    /// - Throws: ``SecretStoreError`` where they can't be removed at the moment.
    func finishMoving() async throws(SecretStoreError) {
        guard try place(for: .tokens).unfinished != nil else { return }
        try await exclusively { () throws(SecretStoreError) in try await removeLeftovers(place(for: .tokens)) }
    }

    /// Removes all secrets, from wherever they are and from where a move has left copies.
    ///
    /// - Throws: ``SecretStoreError`` where they can't be removed.
    func removeAll() async throws(SecretStoreError) {
        let place = try place(for: .tokens)
        for keeping in SecretKeeping.allCases where keeping == place.kept || keeping == place.unfinished {
            try await makeKeeper(keeping, place.id ?? "").removeAll()
        }
    }

    // MARK: -

    private func copy(
        _ name: SecretName, from old: any SecretKeeper, to new: any SecretKeeper
    ) async throws(SecretStoreError) {
        guard let secret = try await old.load(name) else { return try await new.remove(name) }
        try await new.save(secret, as: name)
        guard try await new.load(name) == secret else { throw SecretStoreError(name, "it came back changed") }
    }

    private func removeLeftovers(_ place: SecretPlace) async throws(SecretStoreError) {
        guard let unfinished = place.unfinished else { return }
        try await makeKeeper(unfinished, place.id ?? "").removeAll()
        try save(SecretPlace(in: place.kept, id: place.kept == .plain ? nil : place.id))
    }

    private func keeper(_ place: SecretPlace) -> any SecretKeeper { makeKeeper(place.kept, place.id ?? "") }

    private func place(for name: SecretName) throws(SecretStoreError) -> SecretPlace {
        do { return try SecretPlace(in: directory) } catch { throw SecretStoreError(name, error.description) }
    }

    private func save(_ place: SecretPlace) throws(SecretStoreError) {
        do { try place.save(in: directory) } catch { throw SecretStoreError(.tokens, error.description) }
    }

    private func whileNotMoved<Value: Sendable>(
        _ name: SecretName, _ body: (any SecretKeeper) async throws(SecretStoreError) -> Value
    ) async throws(SecretStoreError) -> Value {
        try await folder.whileNotMoved(name) { () throws(SecretStoreError) in
            try await body(keeper(place(for: name)))
        }
    }

    private func exclusively<Value: Sendable>(
        _ body: () async throws(SecretStoreError) -> Value
    ) async throws(SecretStoreError) -> Value {
        try await folder.whileNotMoved(moving: true, .tokens, body)
    }
}
