import DurableFiles
import Foundation
import Synchronization
import WalletCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How a watching process tells others of the same profile how it listens.
///
/// The file is locked for as long as the process lives, so that what a killed process left behind is not believed.
struct ListeningNote {
    let file: URL

    /// How some process listens for this profile at the moment.
    func read() -> EventDelivery {
        let descriptor = unsafe open(file.path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return .no }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else { return .no }
        let text = try? String(contentsOf: file, encoding: .utf8)
        return text.flatMap { EventDelivery(rawValue: $0) } ?? .no
    }

    /// Runs a body while this process writes how it listens.
    func withWriter<Result>(_ body: (@escaping @Sendable (EventDelivery) -> Void) async throws -> Result) async throws
        -> Result
    {
        let descriptor: Int32
        do { descriptor = try PrivateFiles.open(file.path) } catch {
            throw ConfigurationError.notWritable(path: file.path, why: error.description)
        }
        defer { close(descriptor) }
        return try await body { listening in
            // Where another process watches already, its word is as good as ours for as long as it lives.
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return }
            let text = Array(listening.rawValue.utf8)
            ftruncate(descriptor, 0)
            _ = unsafe text.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        }
    }
}

extension EventDelivery {
    /// The state in words.
    var sentence: String {
        switch self {
        case .stream: "by the event stream"
        case .poll: "by asking every few seconds: the event stream is away"
        case .no: "no"
        }
    }
}
