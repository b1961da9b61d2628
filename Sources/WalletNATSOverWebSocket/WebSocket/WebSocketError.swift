import FexValues

/// Why a WebSocket connection is not to be had, or no more.
public struct WebSocketError: Error, Hashable, Sendable {
    /// What kind of failure it is.
    public struct Code: Hashable, Sendable {
        private enum Kind { case unreachable, refused, insecure, closed, lost }

        private let kind: Kind

        /// No server answered at the address.
        public static let unreachable = Code(kind: .unreachable)
        /// What answered does not speak WebSocket there.
        public static let refused = Code(kind: .refused)
        /// A secure connection could not be made.
        public static let insecure = Code(kind: .insecure)
        /// The server closed the connection, and ``WebSocketError/closeCode`` says why.
        public static let closed = Code(kind: .closed)
        /// The connection is gone without a word.
        public static let lost = Code(kind: .lost)
    }

    /// What kind of failure it is.
    public var code: Code
    /// The status of a close frame (RFC 6455, 7.4), if one came.
    public var closeCode: Int?
    /// A short text for a log, without secrets. It may quote the server: it is cleaned before it is shown.
    public var detail: String

    /// An error.
    ///
    /// - Parameters:
    ///   - closeCode: The status of a close frame: 1000–4999.
    ///   - detail: A short text for a log, without secrets.
    public init(_ code: Code, closeCode: Int? = nil, detail: String) {
        self.code = code
        self.closeCode = closeCode
        self.detail = detail
    }
}

extension WebSocketError: CustomStringConvertible {
    /// What is known, on one line.
    public var description: String {
        let status = closeCode.map { " (\($0))" } ?? ""
        return PlainText.clean(detail.isEmpty ? "the connection was closed\(status)" : detail + status, limit: 200)
    }
}
