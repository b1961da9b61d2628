import CProcess

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A question whose answer is not shown as it is typed.
package enum HiddenTyping {
    /// Asks on the terminal itself, whatever standard input is. What was typed before counts for nothing.
    ///
    /// However the process ends or is suspended meanwhile, the terminal shows again what is typed; only SIGKILL leaves no time
    /// for that. One question at a time.
    ///
    /// - Parameters:
    ///   - prompt: Shown as it is.
    ///   - read: Reads the answer from the terminal's descriptor.
    /// - Returns: What `read` has; `nil` where there is no terminal.
    /// - Throws: What `read` throws.
    package static func ask<Answer>(_ prompt: String, _ read: (Int32) throws -> Answer) rethrows -> Answer? {
        let terminal = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard terminal >= 0 else { return nil }
        defer { close(terminal) }
        return try unsafe prompt.withCString { prompt in
            guard unsafe fex_hide_typing(terminal, prompt) == 0 else { return nil }
            defer {
                fex_show_typing()
                // Return was not shown either.
                _ = unsafe write(terminal, "\n", 1)
            }
            return try read(terminal)
        }
    }
}
