import Crypto
import FexHTTP
import FexValues
import Foundation
import HTTPTypes
import Synchronization

/// Makes the proofs by which the platform sees that a call comes from who has the key of its token (DPoP, RFC 9449).
final class DPoPProofs: Sendable {
    /// Where the key is kept.
    let keys: DPoPKeys
    private let time: ServerTime
    private let entropy: Entropy
    /// The last nonce that each origin gave (section 8).
    private let nonces = Mutex<[HTTPOrigin: String]>([:])

    init(keys: DPoPKeys, time: ServerTime, entropy: Entropy) {
        self.keys = keys
        self.time = time
        self.entropy = entropy
    }

    /// A proof for one request; each request needs one of its own (section 4.2).
    ///
    /// - Parameters:
    ///   - token: The access token that goes with the call; `nil` where tokens are asked for.
    ///   - moment: When it is made on the server's clock; `nil` for now, as the wallet knows it.
    func proof(
        of call: PlatformCall, by key: DPoPKey, token: String?, at moment: Timestamp?
    ) throws -> String {
        var claims = JSONObject([
            .init("jti", .string(entropy.uuid())), .init("htm", .string(call.method.rawValue)),
            .init("htu", .string("\(call.address.origin)\(call.address.path)")),
            .init("iat", .integer((moment ?? time.now()).milliseconds / 1000)),
        ])
        if let token { claims["ath"] = .string(Data(SHA256.hash(data: Data(token.utf8))).base64URL) }
        if let nonce = nonces.withLock({ $0[call.address.origin] }) { claims["nonce"] = .string(nonce) }
        return try key.sign(.object(claims))
    }

    /// Keeps the nonce of an answer, if it has one, for the next calls to its origin.
    func keepNonce(of answer: HTTPFields, from origin: HTTPOrigin) {
        guard let nonce = answer.dpopNonce else { return }
        nonces.withLock { $0[origin] = nonce }
    }
}

/// Why the platform has refused a proof, and what it says to mend it (RFC 9449, sections 5, 7.1, 8 and 9).
struct DPoPRefusal: Hashable, Sendable {
    /// What is wrong with the proof.
    enum Fault: String, Hashable, Sendable {
        /// It is without the nonce that the platform wants.
        case nonce = "use_dpop_nonce"
        /// It is not valid; mostly since it is not from now.
        case proof = "invalid_dpop_proof"
    }

    /// What is wrong.
    var fault: Fault
    /// What time it is at the platform, where the answer says so.
    var date: Timestamp?
    /// Whether the answer gives a nonce.
    var hasNonce: Bool

    /// Whether another proof may be accepted.
    var canBeMended: Bool { fault == .proof || hasNonce }

    /// What an answer says of the proof; `nil` if nothing.
    ///
    /// The identity provider says it by its error's code, and the API in a challenge. What is no such word may be anybody's.
    init?(status: Int, headers: HTTPFields, document: JSON) {
        guard [400, 401].contains(status) else { return nil }
        let code = headers.dpopError ?? (document["success"] == nil ? document["error"]?.stringValue : nil)
        guard let fault = code.flatMap(Fault.init) else { return nil }
        self.fault = fault
        date = headers[.date].flatMap { Timestamp(httpDate: $0) }
        hasNonce = headers.dpopNonce != nil
    }
}

extension HTTPField.Name {
    /// `DPoP`: a proof.
    static var dpop: HTTPField.Name { HTTPField.Name("DPoP")! }
    /// `DPoP-Nonce`: what the next proof has to hold.
    fileprivate static var dpopNonce: HTTPField.Name { HTTPField.Name("DPoP-Nonce")! }
}

extension HTTPFields {
    /// The longest nonce that is taken, in bytes: it goes with each call.
    private static let nonceLimit = 1024

    /// The nonce of an answer, if it is one (section 8.1).
    fileprivate var dpopNonce: String? {
        guard let nonce = self[.dpopNonce], (1...Self.nonceLimit).contains(nonce.utf8.count),
            nonce.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !#""\"#.utf8.contains($0) })
        else { return nil }
        return nonce
    }

    /// The error in a challenge of the scheme `DPoP` (section 7.1; RFC 9110, section 11.6.1).
    fileprivate var dpopError: String? {
        var scheme = ""
        for part in self[values: .wwwAuthenticate].flatMap(\.commaSeparated) {
            var parameter = part
            // `DPoP algs="ES256"` begins a challenge, and `error="…"` goes on with it.
            let word = part.prefix { $0 != " " && $0 != "=" }
            if word.endIndex == part.endIndex || part[word.endIndex] == " " {
                scheme = word.lowercased()
                parameter = part[word.endIndex...].drop { $0 == " " }
            }
            let pair = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard scheme == "dpop", pair.count == 2, pair[0].lowercased() == "error" else { continue }
            return pair[1].filter { $0 != "\"" }
        }
        return nil
    }
}

extension String {
    /// The parts between commas that are in no quotation marks, without spaces around them.
    fileprivate var commaSeparated: [Substring] {
        var isQuoted = false
        return split { character in
            if character == "\"" { isQuoted.toggle() }
            return character == "," && !isQuoted
        }.map { part in
            let tail = part.drop { $0 == " " || $0 == "\t" }
            let end = tail.lastIndex { $0 != " " && $0 != "\t" }
            return tail[..<(end.map { tail.index(after: $0) } ?? tail.startIndex)]
        }
    }
}
