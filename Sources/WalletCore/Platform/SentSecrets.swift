import FexHTTP
import FexValues
import Foundation
import HTTPTypes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The secrets of one call. Servers, and what stands before them, repeat in errors what they were sent; errors are shown and
/// logged, and rows that can't be read are kept.
struct SentSecrets: Sendable {
    /// The members of a form that are nobody's to see (RFC 6749, 7009, 7636, 8628).
    private static let secretFields: Set<String> = [
        "password", "refresh_token", "token", "code", "code_verifier", "device_code", "client_secret",
    ]

    private let token: Redacted<String>?
    private let inForm: [Redacted<String>]

    init(_ call: PlatformCall, token: String?) {
        self.token = token.map { Redacted($0) }
        let isForm = call.headers[.contentType] == "application/x-www-form-urlencoded"
        inForm = isForm ? Self.secrets(inForm: String(decoding: call.body ?? Data(), as: UTF8.self)) : []
    }

    private static func secrets(inForm form: String) -> [Redacted<String>] {
        form.split(separator: "&").compactMap { field in
            let parts = field.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, secretFields.contains(String(parts[0])) else { return nil }
            let value = String(parts[1])
            return Redacted(PercentEncoding.decoded(value) ?? value)
        }
    }

    /// An answer in which the secrets are redacted. A success of a form may well hold a token that was sent, as a provider has it
    /// that gives no new one.
    func withheld(from answer: HTTPAnswer) -> HTTPAnswer {
        let isSuccess = (200..<300).contains(answer.response.status.code)
        let secrets = (token.map { [$0] } ?? []) + (isSuccess ? [] : inForm)
        var answer = answer
        for form in secrets.flatMap(\.forms) { answer.body.redact(Data(form.utf8)) }
        return answer
    }
}

extension Data {
    /// Puts `redacted` in the place of each occurrence of some bytes.
    fileprivate mutating func redact(_ secret: Data) {
        guard var found = occurrence(of: secret, from: 0) else { return }
        let text = self
        var (result, end) = (Data(capacity: count), 0)
        while true {
            result.append(text.dropFirst(end).prefix(found - end))
            result.append(contentsOf: "redacted".utf8)
            end = found + secret.count
            guard let next = text.occurrence(of: secret, from: end) else { break }
            found = next
        }
        result.append(text.dropFirst(end))
        self = result
    }

    /// How many bytes stand before some others, from a place on.
    private func occurrence(of other: Data, from start: Int) -> Int? {
        guard let first = other.first else { return nil }
        return unsafe withUnsafeBytes { bytes in
            unsafe other.withUnsafeBytes { other in
                guard let base = bytes.baseAddress, let sought = other.baseAddress else { return nil }
                var from = start
                while from + other.count <= bytes.count {
                    let left = bytes.count - other.count + 1 - from
                    guard let found = unsafe memchr(base + from, Int32(first), left) else { return nil }
                    from = unsafe UnsafeRawPointer(found) - base
                    if unsafe memcmp(base + from, sought, other.count) == 0 { return from }
                    from += 1
                }
                return nil
            }
        }
    }
}
