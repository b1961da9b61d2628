import DurableFiles
import FexHTTP
import FexValues
import Foundation
import NATSClient
import WalletCurl

/// How a profile's servers may be reached, and whom it trusts there beside whom the system does.
struct ProfileTrust: Hashable, Sendable {
    /// The servers whose keys can be pinned. (libnats has no pins: for events there are authorities.)
    enum Server: String, CaseIterable, Sendable {
        case api
        case auth
    }

    /// Whether addresses without encryption are taken, though they lead to other machines.
    var isInsecure = false
    /// Certificates of authorities in PEM, in a file of the profile's folder; `nil` where the system's alone are trusted.
    var authorities: String?
    /// The keys of which a server has to have one.
    var pins: [Server: [PublicKeyPin]] = [:]

    /// Whether nothing of it was said.
    var isEmpty: Bool { self == ProfileTrust() }
}

extension ProfileTrust {
    /// Reads pins as they are typed: `SHA256` for both servers, `api=SHA256` or `auth=SHA256` for one.
    static func pins(_ texts: [String]) throws(CommandFailure) -> [Server: [PublicKeyPin]] {
        var pins: [Server: [PublicKeyPin]] = [:]
        for text in texts.flatMap({ $0.split(whereSeparator: { ";,".contains($0) }) }) {
            let named = Server.allCases.first { text.hasPrefix("\($0.rawValue)=") }
            let digest = named.map { text.dropFirst($0.rawValue.count + 1) } ?? text
            guard let pin = PublicKeyPin(String(digest)) else {
                throw CommandFailure(
                    .usage, "bad_pin",
                    "--pin: \"\(PlainText.clean(String(text), limit: 80))\" is not the SHA-256 of a public key: "
                        + "`sha256//` and base64, or 64 hexadecimal digits, with `api=` or `auth=` before it where it is of one "
                        + "server. Events have no pins: name their authority by --ca")
            }
            for server in named.map({ [$0] }) ?? Server.allCases where !pins[server, default: []].contains(pin) {
                pins[server, default: []].append(pin)
            }
        }
        return pins
    }

    /// Reads a file with certificates of authorities; whatever else is in it is left out.
    static func authorities(in path: String) throws(CommandFailure) -> String {
        func unusable(_ why: String) -> CommandFailure {
            CommandFailure(.badData, "bad_authorities", "--ca: \(PlainText.clean(path, limit: 1024)) \(why)")
        }
        let data: Data?
        do { data = try FileAccess.contents(path) } catch { throw unusable("can't be read: \(error)") }
        guard let data else { throw unusable("is not there") }
        let text = String(decoding: data.prefix(1 << 20), as: UTF8.self)
        let (begin, end) = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----")
        let certificates = text.ranges(of: begin).compactMap { start in
            text[start.upperBound...].firstRange(of: end).map { String(text[start.lowerBound..<$0.upperBound]) + "\n" }
        }
        guard !certificates.isEmpty else { throw unusable("holds no certificate in PEM") }
        guard certificates.allSatisfy(NATSLibrary.takes(authorities:)) else {
            throw unusable("holds a certificate that can't be read")
        }
        return certificates.joined()
    }
}

extension ProfileTrust {
    /// What is kept of it in the profile's document; the authorities are in a file of their own.
    var members: [JSONObject.Member] {
        let pins = Server.allCases.compactMap { server in
            self.pins[server].map { JSONObject.Member(server.rawValue, .array($0.map { .string($0.description) })) }
        }
        return [
            JSONObject.Member("insecure", .bool(isInsecure)),
            JSONObject.Member("ca", .optional(authorities == nil ? nil : Profile.authoritiesName)),
            JSONObject.Member("pins", .object(JSONObject(pins))),
        ]
    }

    /// What a profile's document says; `nil` where it can't be understood, so that no pin is left out unseen.
    ///
    /// - Parameter authorities: What the profile's file of authorities holds.
    init?(_ document: JSON, authorities: String?) {
        isInsecure = document["insecure"]?.boolValue ?? false
        if document["ca"]?.stringValue != nil {
            guard let authorities else { return nil }
            self.authorities = authorities
        }
        guard let pins = document["pins"], pins != .null else { return }
        for server in Server.allCases {
            guard let texts = pins[server.rawValue]?.arrayValue else { continue }
            let known = texts.compactMap { $0.stringValue.flatMap(PublicKeyPin.init) }
            guard known.count == texts.count, !known.isEmpty else { return nil }
            self.pins[server] = known
        }
    }
}
