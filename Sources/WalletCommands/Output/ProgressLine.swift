import FexValues
import Foundation
import TerminalProgram
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

    func show(_ text: String) { write("\r\(TerminalText.shown(text, columns: limit))\u{1B}[K") }

    /// A line that is longer than the terminal is wide could not be written over.
    private var limit: Int { max(1, min(78, (ScreenWidth.columns(of: STDERR_FILENO) ?? 80) - 2)) }

    func clear() { write("\r\u{1B}[K") }

    private func write(_ text: String) { try? OutputFile.standardError.write(Array(text.utf8)) }
}

extension SyncProgress {
    /// How far it has come, in words.
    var sentence: String {
        total.map { "\(received) of \($0) transactions …" } ?? "\(received) transactions …"
    }
}
