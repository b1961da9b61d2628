/// The rules for subjects. libnats copies a subject into its protocol line unseen, so a line break in one would be a
/// command of its own.
enum NATSSubject {
    /// Throws unless a message can be published to the subject.
    static func checkForPublishing(_ subject: String) throws(NATSError) {
        try check(subject, allowsWildcards: false)
    }

    /// Throws unless the subject, which may have wildcards, can be subscribed to.
    static func checkForSubscribing(_ subject: String) throws(NATSError) {
        try check(subject, allowsWildcards: true)
    }

    private static func check(_ subject: String, allowsWildcards: Bool) throws(NATSError) {
        guard subject.utf8.count <= 1024 else {
            throw NATSError(.invalidSubject, detail: "the subject is longer than 1024 bytes")
        }
        guard subject.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw NATSError(.invalidSubject, detail: "the subject has white space or control characters")
        }
        let tokens = subject.split(separator: ".", omittingEmptySubsequences: false)
        for (index, token) in tokens.enumerated() {
            if token.isEmpty {
                throw NATSError(.invalidSubject, detail: "the subject has an empty token")
            }
            let isWildcard = token == "*" || (token == ">" && index == tokens.count - 1)
            if isWildcard ? !allowsWildcards : token.contains(where: { $0 == "*" || $0 == ">" }) {
                throw NATSError(.invalidSubject, detail: "the subject has a wildcard where none may be")
            }
        }
    }
}
