#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How a program ends itself.
package enum ProgramEnd {
    /// Ends the process with an exit code, and runs nothing that libraries have registered for its end.
    ///
    /// `exit` has OpenSSL free what threads of the dispatch library still use as they end: now and then a program that had
    /// done its work ended with SIGSEGV. What was written is written: there is no buffer of ours to be flushed.
    package static func end(_ code: Int32) -> Never {
        fflush(nil)
        _exit(code)
    }
}

/// What a program prints when a fault of its own ends it.
package enum CrashReports {
    /// Has the process end by a fault's signal alone.
    ///
    /// On Linux Swift's runtime catches these signals before `main`, and prints the registers and the memory they point to:
    /// in a wallet, keys and what somebody bought. It reads `SWIFT_BACKTRACE` before any code of ours runs, so that setting
    /// the variable comes too late, and a person's own setting would win. To give the signals back undoes all of it.
    package static func turnOff() {
        for number in [SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGQUIT, SIGSEGV, SIGTRAP] { signal(number, SIG_DFL) }
    }
}
