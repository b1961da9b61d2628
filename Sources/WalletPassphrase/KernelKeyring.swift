import DurableFiles
import Foundation

#if os(Linux)
    import CKeyUtils
    import Glibc
#endif

/// Keeps a key in the kernel's memory for a time, for the processes of this user: it is on no disk, and no program has to run.
///
/// Where the system has no such keyring, nothing is kept.
struct KernelKeyring: Sendable {
    /// What the key is called; it is the user's to see.
    private let name: String

    init(name: String) { self.name = name }

    #if os(Linux)
        /// The longest that is read.
        private static let largest = 64

        /// Keeps a key in the place of one of that name, which the kernel removes when the time is up.
        ///
        /// - Parameter duration: From a second to a week.
        /// - Throws: ``FileFailure`` where the kernel refuses: there are quotas.
        func keep(_ secret: Data, for duration: Duration) throws(FileFailure) {
            let key = unsafe secret.withUnsafeBytes { bytes in
                unsafe add_key("user", name, bytes.baseAddress, bytes.count, fex_user_keyring)
            }
            guard key >= 0 else { throw .last }
            let seconds = UInt32(clamping: min(max(duration.components.seconds, 1), 7 * 86_400))
            // Another session of the same user does not possess the key: it may read it all the same.
            guard keyctl_setperm(key, fex_own_permissions) == 0, keyctl_set_timeout(key, seconds) == 0 else {
                let failure = FileFailure.last
                keyctl_revoke(key)
                throw failure
            }
        }

        /// The key that is kept; `nil` if there is none, or its time is up.
        func load() -> Data? {
            let key = unsafe keyctl_search(fex_user_keyring, "user", name, 0)
            guard key >= 0 else { return nil }
            var buffer = [CChar](repeating: 0, count: Self.largest)
            let count = unsafe keyctl_read(key_serial_t(key), &buffer, buffer.count)
            guard (1...Self.largest).contains(count) else { return nil }
            return Data(buffer[..<count].map { UInt8(bitPattern: $0) })
        }

        /// Removes the key.
        func forget() {
            let key = unsafe keyctl_search(fex_user_keyring, "user", name, 0)
            guard key >= 0 else { return }
            keyctl_revoke(key_serial_t(key))
            keyctl_unlink(key_serial_t(key), fex_user_keyring)
        }
    #else
        func keep(_ secret: Data, for duration: Duration) throws(FileFailure) { throw FileFailure(number: ENOSYS) }
        func load() -> Data? { nil }
        func forget() {}
    #endif
}
