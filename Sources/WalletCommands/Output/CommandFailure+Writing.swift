import FexValues
import TerminalProgram
import WalletCore
import WalletDocuments

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension CommandFailure {
    /// A file that can't be written, for the reason the system gives just now.
    init(unwritable name: String) {
        self.init(unwritable: OutputError.unwritable(name: name, number: errno))
    }

    /// A file that can't be written.
    init(unwritable error: OutputError) {
        self.init(.badData, "file_not_written", error.description)
        retry = .later
    }

    /// Standard output that can't be written.
    init(unwritten error: OutputError) {
        self.init(.notWritten, "output_not_written", error.description)
        retry = .later
    }

    /// The failure with what was done all the same, which the output would have said.
    ///
    /// - Parameters:
    ///   - done: What was done, in a sentence.
    ///   - money: Whether money moved by it.
    func afterDoing(_ done: String, money: MoneyEffect) -> CommandFailure {
        var failure = self
        if !done.isEmpty { failure.description += ". " + done }
        failure.money = money
        if money != .notMoved { failure.retry = money == .moved ? .never : .sameKey }
        return failure
    }
}
