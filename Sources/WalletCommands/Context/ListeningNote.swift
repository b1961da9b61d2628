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
        return text.flatMap { EventDelivery(rawValue: $0.trimmingCharacters(in: .whitespaces)) } ?? .no
    }

    /// Runs a body while this process writes how it listens.
    func withWriter<Result>(_ body: (@escaping @Sendable (EventDelivery) -> Void) async throws -> Result) async throws
        -> Result
    {
        let descriptor: Int32
        do { descriptor = try PrivateFiles.open(file.path) } catch {
            throw ConfigurationError.notWritable(path: file.path, why: error.description)
        }
        // Closing alone would leave the lock to a child that has the descriptor until it becomes another program.
        defer {
            flock(descriptor, LOCK_UN)
            close(descriptor)
        }
        return try await body { listening in
            // Where another process watches already, its word is as good as ours for as long as it lives.
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return }
            // All of one length, so that one write replaces whatever is there: who reads meanwhile finds no half of it.
            let text = Array(listening.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0).utf8)
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
