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
