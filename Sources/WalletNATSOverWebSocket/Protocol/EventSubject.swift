/// A subject that is one word: a space or a line break in it would be an operation of its own.
package struct EventSubject: Hashable, Sendable, CustomStringConvertible {
    /// The subject.
    package let description: String

    /// A subject that a message can be published to.
    ///
    /// - Throws: ``BadSubject`` for one that is empty, has wildcards, spaces, control characters or empty parts, or more than
    ///   1024 bytes.
    package init(publishing subject: String) throws(BadSubject) {
        try self.init(subject, allowsWildcards: false)
    }

    /// A subject that can be subscribed to; it may have wildcards.
    ///
    /// - Throws: ``BadSubject`` as for ``init(publishing:)``.
    package init(subscribing subject: String) throws(BadSubject) {
        try self.init(subject, allowsWildcards: true)
    }

    private init(_ subject: String, allowsWildcards: Bool) throws(BadSubject) {
        guard subject.utf8.count <= 1024 else { throw BadSubject(problem: "is longer than 1024 bytes") }
        guard subject.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw BadSubject(problem: "has white space or control characters")
        }
        let parts = Self.parts(of: subject)
        for (index, part) in parts.enumerated() {
            guard !part.isEmpty else { throw BadSubject(problem: "has an empty part") }
            let isWildcard = part == [Self.one] || (part == [Self.rest] && index == parts.count - 1)
            if isWildcard ? !allowsWildcards : part.contains(where: { $0 == Self.one || $0 == Self.rest }) {
                throw BadSubject(problem: "has a wildcard where none may be")
            }
        }
        description = subject
    }

    /// Whether a message's subject is one that this asks for.
    package func matches(_ subject: String) -> Bool {
        let (own, other) = (Self.parts(of: description), Self.parts(of: subject))
        for (index, part) in own.enumerated() {
            if part == [Self.rest] { return other.count > index }
            guard index < other.count, part == [Self.one] || part == other[index] else { return false }
        }
        return own.count == other.count
    }

    private static let one = UInt8(ascii: "*")
    private static let rest = UInt8(ascii: ">")

    /// What stands between dots, as bytes: a server knows no characters.
    private static func parts(of subject: String) -> [ArraySlice<UInt8>] {
        Array(subject.utf8).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    }
}

/// Why a subject can be none.
package struct BadSubject: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with it; it is not repeated.
    package var problem: String

    /// That it is the subject which is wrong, and how.
    package var description: String { "the subject \(problem)" }
}
