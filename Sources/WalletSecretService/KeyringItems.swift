import Dispatch
import FexValues
import Foundation
import WalletCore

#if os(Linux)
    import CSecretService
    import Glibc
#endif

/// The items of one profile, and the threads on which libsecret blocks: none of the cooperative pool.
struct KeyringItems: Sendable {
    let profile: String
    let label: String
    let patience: Duration

    private static let queue = DispatchQueue(label: "WalletSecretService.blocking", attributes: .concurrent)

    /// The result of a body that makes calls, each of which blocks.
    func run<Value: Sendable>(
        _ name: SecretName, _ body: @escaping @Sendable (KeyringCalls) throws(SecretStoreError) -> Value
    ) async throws(SecretStoreError) -> Value {
        let result: Result<Value, SecretStoreError> = await withCheckedContinuation { continuation in
            Self.queue.async {
                continuation.resume(
                    returning: Result { () throws(SecretStoreError) in
                        try SessionBus.check(for: name)
                        return try body(KeyringCalls(items: self))
                    })
            }
        }
        return try result.get()
    }
}

/// Calls to the service, on the thread that makes them.
struct KeyringCalls {
    fileprivate let items: KeyringItems

    #if os(Linux)
        @unsafe private typealias Answer = fex_secret_answer

        func check() throws(SecretStoreError) {
            _ = try unsafe perform(.tokens) { limit, answer in unsafe fex_secret_check(limit, &answer) }
        }

        func load(_ name: SecretName) throws(SecretStoreError) -> Data? {
            try unsafe perform(name) { limit, answer in
                unsafe withItem(name) { unsafe fex_secret_load($0, limit, &answer) }
            }
        }

        func save(_ secret: Data, as name: SecretName) throws(SecretStoreError) {
            _ = try unsafe perform(name) { limit, answer in
                unsafe secret.withUnsafeBytes { bytes in
                    let start = unsafe bytes.bindMemory(to: UInt8.self).baseAddress
                    unsafe withItem(name) { unsafe fex_secret_save($0, start, bytes.count, limit, &answer) }
                }
            }
        }

        /// Removes one item, or all.
        func remove(_ name: SecretName?) throws(SecretStoreError) {
            _ = try unsafe perform(name ?? .tokens) { limit, answer in
                unsafe withItem(name) { unsafe fex_secret_remove($0, limit, &answer) }
            }
        }

        @unsafe
        private func withItem(_ name: SecretName?, _ body: (fex_secret_item) -> Void) {
            unsafe items.profile.withCString { profile in
                unsafe "Fex Wallet: \(items.label)".withCString { label in
                    guard let name else {
                        return unsafe body(fex_secret_item(profile: profile, name: nil, label: label))
                    }
                    unsafe name.rawValue.withCString { name in
                        unsafe body(fex_secret_item(profile: profile, name: name, label: label))
                    }
                }
            }
        }

        /// Makes a call within its limit of time, and reads its answer.
        @unsafe
        private func perform(
            _ name: SecretName, _ call: (OpaquePointer, inout Answer) -> Void
        ) throws(SecretStoreError) -> Data? {
            var answer = unsafe Answer()
            guard let limit = unsafe fex_secret_limit_make(&answer) else { throw unsafe Self.error(answer, name) }
            let alarm = unsafe Alarm(limit)
            alarm.set(after: items.patience)
            unsafe call(limit, &answer)
            alarm.stop()
            defer { unsafe fex_secret_forget(&answer) }
            switch unsafe answer.status {
            case FEX_SECRET_DONE:
                return unsafe answer.bytes.map { unsafe Data(bytes: $0, count: answer.count) } ?? Data()
            case FEX_SECRET_NONE: return nil
            default: throw unsafe Self.error(answer, name)
            }
        }

        @unsafe
        private static func error(_ answer: Answer, _ name: SecretName) -> SecretStoreError {
            let said = unsafe withUnsafeBytes(of: answer.problem) { bytes in
                unsafe PlainText.clean(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self), limit: 256)
            }
            return switch unsafe answer.status {
            case FEX_SECRET_LOCKED: .locked(name)
            case FEX_SECRET_NO_LIBRARY: .unavailable(name, said)
            case FEX_SECRET_NO_SERVICE: .unavailable(name, "no Secret Service answers on the session bus: \(said)")
            case FEX_SECRET_NO_COLLECTION:
                .unavailable(name, "the Secret Service has no default collection: is there a keyring, and is it open?")
            case FEX_SECRET_LATE: .unavailable(name, "the Secret Service has not answered in time")
            default: SecretStoreError(name, "the Secret Service: \(said)")
            }
        }
    #else
        private static let elsewhere = "this system has no Secret Service"
        func check() throws(SecretStoreError) { throw .unavailable(.tokens, Self.elsewhere) }
        func load(_ name: SecretName) throws(SecretStoreError) -> Data? { throw .unavailable(name, Self.elsewhere) }
        func save(_ secret: Data, as name: SecretName) throws(SecretStoreError) {
            throw .unavailable(name, Self.elsewhere)
        }
        func remove(_ name: SecretName?) throws(SecretStoreError) {
            throw .unavailable(name ?? .tokens, Self.elsewhere)
        }
    #endif
}

#if os(Linux)
    /// Ends a call whose time is up. The limit lives as long as whoever may still end it.
    @safe
    private final class Alarm: @unchecked Sendable {
        private let limit: OpaquePointer
        private let timer = DispatchSource.makeTimerSource(queue: .global())

        init(_ limit: OpaquePointer) { unsafe self.limit = limit }

        deinit { unsafe fex_secret_limit_free(limit) }

        func set(after time: Duration) {
            timer.schedule(deadline: .now() + .milliseconds(Int(time / .milliseconds(1))))
            timer.setEventHandler { [self] in unsafe fex_secret_limit_end(limit) }
            timer.activate()
        }

        func stop() { timer.cancel() }
    }
#endif
