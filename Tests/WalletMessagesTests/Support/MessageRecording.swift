import FexValues
import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A recording of what wallets say in tests, in the file that FEX_RECORDED_MESSAGES names; none where it names none.
///
/// `Scripts/test` has `Scripts/checks/messages/recorded.py` hold it against the schema.
enum MessageRecording {
    private static let file = Mutex(
        ProcessInfo.processInfo.environment["FEX_RECORDED_MESSAGES"].map {
            // Others of this process add to it too: each write is at the end.
            FileHandle(fileDescriptor: unsafe open($0, O_WRONLY | O_APPEND | O_CLOEXEC))
        })

    /// Adds a message as a line.
    ///
    /// - Parameter method: The method of the request that it answers.
    static func add(_ message: JSON, answering method: String?) {
        file.withLock { file in
            guard let file else { return }
            let line: JSON = ["door": "messages", "method": .optional(method), "message": message]
            try? file.write(contentsOf: line.data + Data("\n".utf8))
        }
    }
}
