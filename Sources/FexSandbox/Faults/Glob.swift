#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A pattern as `fnmatch(3)` reads it: `*` stands for anything, `/` and nothing included, `?` for one byte, `[a-f]` and
/// `[!a-f]` for one byte of a set or outside it, and `\` takes away the meaning of what follows.
struct Glob: Hashable, Sendable {
    private let pattern: String

    /// A pattern.
    init(_ pattern: String) { self.pattern = pattern }

    /// Whether the pattern fits the whole text.
    func matches(_ text: String) -> Bool {
        // C reads up to a NUL, and would compare with less than what was written.
        guard !pattern.utf8.contains(0), !text.utf8.contains(0) else { return false }
        return unsafe fnmatch(pattern, text, 0) == 0
    }
}
