#if canImport(Security)
    import Dispatch
    import FexValues
    public import Foundation
    import Security

    /// Secrets in the keychain of Apple's systems: generic passwords that stay on this device, are readable once it has been unlocked
    /// after it was started, and are in no backup that another device could take over.
    ///
    /// Written by Apple's documentation; no system of Apple's has built or run it yet. `SecretStoreContract` is there for
    /// the first that does.
    ///
    /// The keychain has no compare-and-set. Processes that share a folder (an app and its extensions that of their app group)
    /// take turns by its locks.
    public struct KeychainSecretStore: SecretStore {
        private let folder: SecretFolder
        private let items: KeychainItems

        /// A store; nothing is loaded yet.
        ///
        /// - Parameters:
        ///   - service: What tells these secrets from those of others (`kSecAttrService`): one a wallet.
        ///   - accessGroup: The keychain group that an app shares with its extensions; `nil`: the app's first.
        ///   - folder: Where the locks lie; it is made with the first of them.
        public init(
            service: String, accessGroup: String? = nil, folder: URL, clock: any WalletClock = SystemClock()
        ) {
            self.folder = SecretFolder(folder, clock: clock)
            items = KeychainItems(service: service, accessGroup: accessGroup)
        }

        /// The secret as last saved, also by another process.
        ///
        /// - Throws: ``SecretStoreError``: locked before the first unlocking since the device was started
        ///   (`errSecInteractionNotAllowed`); else what the system says.
        public func load(_ name: SecretName) async throws(SecretStoreError) -> Data? {
            let items = items
            return try await BlockingWork.run { () throws(SecretStoreError) in try items.load(name) }
        }

        /// Saves a secret, durably and whole.
        ///
        /// - Throws: ``SecretStoreError``, as ``load(_:)``.
        public func save(_ secret: Data, as name: SecretName) async throws(SecretStoreError) {
            let (folder, items) = (folder, items)
            try await BlockingWork.run { () throws(SecretStoreError) in
                try folder.whileNobodyWrites(name) { () throws(SecretStoreError) in try items.save(secret, as: name) }
            }
        }

        /// Saves a secret where it still is as expected, with no other process of this wallet in between.
        ///
        /// - Throws: ``SecretStoreError``, as ``load(_:)``.
        public func replace(
            _ name: SecretName, expected: Data?, with secret: Data
        ) async throws(SecretStoreError) -> Bool {
            let (folder, items) = (folder, items)
            return try await BlockingWork.run { () throws(SecretStoreError) in
                try folder.whileNobodyWrites(name) { () throws(SecretStoreError) in
                    guard try items.load(name) == expected else { return false }
                    try items.save(secret, as: name)
                    return true
                }
            }
        }

        /// Removes all secrets with their locks, and the locks' folder unless something else is in it.
        ///
        /// - Throws: ``SecretStoreError``, as ``load(_:)``; `CancellationError` while it waits.
        public func erase() async throws {
            try await withExclusiveAccess { for name in SecretName.allCases { try await remove(name) } }
            folder.removeLocks()
        }

        /// Removes a secret, if it is there.
        ///
        /// - Throws: ``SecretStoreError``, as ``load(_:)``.
        public func remove(_ name: SecretName) async throws(SecretStoreError) {
            let (folder, items) = (folder, items)
            try await BlockingWork.run { () throws(SecretStoreError) in
                try folder.whileNobodyWrites(name) { () throws(SecretStoreError) in try items.remove(name) }
            }
        }

        /// Runs a body while no other process of this wallet runs one.
        ///
        /// - Throws: ``SecretStoreError`` where the lock's file can't be made; `CancellationError` while it waits; what the
        ///   body throws.
        public func withExclusiveAccess<Result: Sendable>(
            _ body: @Sendable () async throws -> Result
        ) async throws -> Result {
            try await folder.withExclusiveAccess(body)
        }
    }

    /// The items of one wallet. Each call blocks while another process of the system looks.
    private struct KeychainItems: Sendable {
        let service: String
        let accessGroup: String?

        func load(_ name: SecretName) throws(SecretStoreError) -> Data? {
            var query = query(name)
            query[kSecReturnData as String] = true
            query[kSecMatchLimit as String] = kSecMatchLimitOne
            var found: CFTypeRef?
            let status = unsafe SecItemCopyMatching(query as CFDictionary, &found)
            switch status {
            case errSecSuccess:
                guard let secret = found as? Data else { throw SecretStoreError(name, "the keychain gave no data") }
                return secret
            case errSecItemNotFound: return nil
            default: throw Self.error(status, name)
            }
        }

        func save(_ secret: Data, as name: SecretName) throws(SecretStoreError) {
            let query = query(name)
            let attributes: [String: Any] = [
                kSecValueData as String: secret,
                kSecAttrAccessible as String: kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly,
            ]
            var status = SecItemUpdate(query as CFDictionary, attributes as CFDictionary)
            if status == errSecItemNotFound {
                let item = query.merging(attributes) { $1 }
                status = unsafe SecItemAdd(item as CFDictionary, nil)
            }
            guard status == errSecSuccess else { throw Self.error(status, name) }
        }

        func remove(_ name: SecretName) throws(SecretStoreError) {
            let status = SecItemDelete(query(name) as CFDictionary)
            guard status == errSecSuccess || status == errSecItemNotFound else { throw Self.error(status, name) }
        }

        private func query(_ name: SecretName) -> [String: Any] {
            var query: [String: Any] = [
                kSecClass as String: kSecClassGenericPassword, kSecAttrService as String: service,
                kSecAttrAccount as String: name.rawValue,
                // Of the two keychains that macOS has this is the one with access groups and classes of protection.
                kSecUseDataProtectionKeychain as String: true,
            ]
            if let accessGroup { query[kSecAttrAccessGroup as String] = accessGroup }
            return query
        }

        private static func error(_ status: OSStatus, _ name: SecretName) -> SecretStoreError {
            let said = SecCopyErrorMessageString(status, nil).map { $0 as String } ?? "no words for it"
            let problem = "the keychain: \(said) (\(status))"
            return switch status {
            // The device has not been unlocked since it was started, or the item may not be read without a person now.
            case errSecInteractionNotAllowed, errSecInteractionRequired: .locked(name)
            case errSecNotAvailable: .unavailable(name, problem)
            case errSecMissingEntitlement:
                SecretStoreError(name, "\(problem): the app is not signed for that keychain group")
            default: SecretStoreError(name, problem)
            }
        }
    }

    /// Work that blocks, on threads that are none of the cooperative pool.
    enum BlockingWork {
        private static let queue = DispatchQueue(label: "WalletCore.keychain", attributes: .concurrent)

        static func run<Value: Sendable, Failure: Error>(
            _ body: @escaping @Sendable () throws(Failure) -> Value
        ) async throws(Failure) -> Value {
            let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
                queue.async { continuation.resume(returning: Result { () throws(Failure) in try body() }) }
            }
            return try result.get()
        }
    }
#endif
