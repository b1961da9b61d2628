import Foundation
import WalletCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How far something has come, on one line of a terminal that is written over; nobody else is shown any.
struct ProgressLine: Sendable {
    init?(_ terminal: Terminal) {
        guard !terminal.isQuiet, isatty(STDERR_FILENO) != 0, ProcessInfo.processInfo.environment["TERM"] != "dumb"
        else { return nil }
    }

    func show(_ text: String) { write("\r\(PlainText.clean(text, limit: 78))\u{1B}[K") }

    func clear() { write("\r\u{1B}[K") }

    private func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}

extension SyncProgress {
    /// How far it has come, in words.
    var sentence: String {
        total.map { "\(received) of \($0) transactions …" } ?? "\(received) transactions …"
    }
}
