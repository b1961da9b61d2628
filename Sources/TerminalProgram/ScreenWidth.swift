import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How many columns there are to write in.
package enum ScreenWidth {
    /// What help is written for on a narrower screen, which then breaks its lines: beside the names of options there have to
    /// be some columns for words, which ArgumentParser checks in debug builds.
    private static let narrowest = 60
    private static let widest = 1000

    /// The columns of the terminal at standard output, or those that `COLUMNS` asks for; `nil` where neither is known.
    package static let current: Int? = asked ?? columns(of: STDOUT_FILENO)

    /// The columns of the terminal that a descriptor leads to; `nil` where it is none, or doesn't know.
    package static func columns(of descriptor: Int32) -> Int? {
        var size = winsize()
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    private static var asked: Int? {
        ProcessInfo.processInfo.environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    }

    /// Has ArgumentParser, which reads `COLUMNS`, write for a width that it can write for.
    static func bound() {
        let columns = min(max(current ?? 80, narrowest), widest)
        unsafe setenv("COLUMNS", "\(columns)", 1)
    }
}
