import FexValues
import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A recording of what `wallet-cli --json` prints in tests, in the file that FEX_RECORDED_MESSAGES names; none where it names none.
///
/// `Scripts/test` has `Scripts/checks/messages/recorded.py` hold it against the schema.
enum DocumentRecording {
    private static let file = Mutex(
        ProcessInfo.processInfo.environment["FEX_RECORDED_MESSAGES"].map {
            // Others of this process add to it too: each write is at the end.
            FileHandle(fileDescriptor: unsafe open($0, O_WRONLY | O_APPEND | O_CLOEXEC))
        })

    /// Commands with commands of their own, whose name is two words.
    private static let groups: [String: Set<String>] = [
        "profile": ["add", "list", "use", "remove"], "approvals": ["watch", "mute", "unmute"],
        "outbox": ["retry", "cancel"], "history": ["export"], "proof": ["export", "verify"], "devices": ["revoke"],
        "limits": ["set", "remove"], "secrets": ["move"], "passphrase": ["set", "remove"],
    ]
    private static let single: Set<String> = [
        "login", "logout", "status", "lock", "unlock", "scan", "pay", "code", "approve", "decline", "sync", "show",
        "balance", "doctor",
    ]

    /// Adds each document of a program's output, if it is a wallet's.
    static func add(_ output: String, of arguments: [String]) {
        guard let command = command(arguments) else { return }
        file.withLock { file in
            guard let file else { return }
            for text in output.split(separator: "\n") {
                guard let document = try? JSON(parsing: String(text)) else { continue }
                let line: JSON = ["door": "terminal", "command": .string(command), "document": document]
                try? file.write(contentsOf: line.data + Data("\n".utf8))
            }
        }
    }

    private static func command(_ arguments: [String]) -> String? {
        guard let index = arguments.firstIndex(where: { single.contains($0) || groups[$0] != nil }) else { return nil }
        let (first, second) = (arguments[index], arguments[(index + 1)...].first { !$0.hasPrefix("-") })
        guard let second, groups[first]?.contains(second) == true else { return first }
        return "\(first) \(second)"
    }
}
