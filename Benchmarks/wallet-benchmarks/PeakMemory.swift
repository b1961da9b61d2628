import Foundation

/// The most memory that this process has had, as the system counts it.
enum PeakMemory {
    /// In kibibytes; `nil` where the system doesn't tell.
    static func load() -> Int? {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
        return status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
            .flatMap { Int($0.filter(\.isNumber)) }
    }
}
