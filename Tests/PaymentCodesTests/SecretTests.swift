import FexValues
import Testing

@testable import PaymentCodes

/// Secrets that are of no use to anybody: made for this test.
@Suite struct SecretTests {
    static let keys = [
        "nsec1uemjvfrksn7mqtp4g7jqw7sy26ztytmw72hdqgrj3yj0mnnvhxus3cqzd9",
        "NSEC1UEMJVFRKSN7MQTP4G7JQW7SY26ZTYTMW72HDQGRJ3YJ0MNNVHXUS3CQZD9",
        "KyznWeHunWNEHDXTsnJCyJvjpvyZDAL2GMejAKXaoYPWX7wYpyre",
        "93DueiiaxewEK2zF7GVNgwNAfdaPzp5qDusw5iqBAYxRf43SNDo",
        "T7KtB9XJfu5cjft22ifbP3B2FPzDAKyM4yVdwYQ3drKGRzKJupcK",
        "xprv9xq2Deb4S5jSpbGNau9oK2R4md5zF61wfhZQUTusejiq1Qusq41vKmbVT2Y1fhhJt1JV1gT3wLTrzXKg3FYUvTAH9StfPgGf1hAxd2T3rdB",
        "zprvAcVxMCMS12VZFW4ucjkp6q2E6wkywGCAiffNstWhiWMdvvPpCDYvYRzZwQaR3HbjKwsjSup6jQGJzRk1FPQ43sxPnjBjJ42FDzgH2VVwaxz",
        "tprv8hCopxhCRNwcJmTGSMuEvdq1Ra5uwKpzrjScFNd2DdBzgVZBrNqPA32SQDN76N8tfiK46TuLc4hS3JHHeqb8g61PRi84MUq4XYwTL5v1cXx",
        "AGE-SECRET-KEY-1DGP4W0J20CCVTM4F2HAJXMA3Y3WXW5U4EAPQQ8VHT36XQ6X95T5QTXXWF7",
        "6PYTUdFZYmFAydDSYhLCH8sGmN5kCTGZSfjc99rM5mQwi43H2wMJNknGnj",
    ]

    static let phrases = [
        "blouse elbow latin floor crouch merge unfold enable human wedding motor glare",
        "predict spatial announce olympic expose happy demise talk fox lazy aunt fade narrow tattoo maid",
        """
        mistake pig once dizzy evil snack earn roast regular ticket surface brief build silent unfair coyote fossil expand \
        rural gesture citizen spend boy bracket
        """,
    ]

    private func foreign(_ text: String) throws -> ForeignCode {
        guard case .foreign(let code) = try ScannedCode(parsing: text) else {
            throw CodeError(.unreadable(.address, problem: "not a foreign code"))
        }
        return code
    }

    /// Whether six characters of a secret in a row stand in a text.
    private func isHidden(_ secret: String, in text: String) -> Bool {
        let letters = Array(secret)
        return (0...letters.count - 6).allSatisfy { !text.contains(String(letters[$0..<$0 + 6])) }
    }

    @Test(arguments: keys)
    func `a private key is named, and never shown`(key: String) throws {
        for text in [key, "\u{FEFF}\(key)\u{200B}", "\(key.prefix(20))\n\(key.dropFirst(20))", "it is \(key), old"] {
            let code = try foreign(text)
            #expect(code.kind == .secret)
            #expect(code.summary.contains("private key") && code.checksumValid == true)
            #expect(isHidden(key, in: code.summary) && isHidden(key, in: "\(code)"))
        }
    }

    @Test(arguments: keys)
    func `a misread key is a secret still`(key: String) throws {
        let last = key.last == "q" || key.last == "2" ? "p" : key == key.uppercased() ? "Q" : "2"
        let misread = key.dropLast() + (key.lowercased().hasPrefix("nsec") && last == "2" ? "q" : last)
        let code = try foreign(String(misread))
        #expect(code.kind == .secret && code.checksumValid == false)
    }

    @Test(arguments: ["bitcoin:", "BITCOIN:", "litecoin://"])
    func `a private key in the place of an address is a secret`(scheme: String) throws {
        let code = try foreign("\(scheme)KyznWeHunWNEHDXTsnJCyJvjpvyZDAL2GMejAKXaoYPWX7wYpyre?amount=1")
        #expect(code.kind == .secret && !code.summary.contains("KyznWeHunWNEHDX"))
    }

    @Test(arguments: ["bitcoin:", "litecoin:", "dogecoin:", "bitcoin:?bc=", "bitcoin:bc1q"])
    func `a misread key in the place of an address is cut short`(start: String) throws {
        let code = try foreign(start + "5wkT5SMi2LYBfoVspM6Mzw28bJ5gB52gWB5KEAPsMuHQaFkC9U8")
        #expect(!code.summary.contains("LYBfoVspM6Mz"))
    }

    @Test(arguments: phrases)
    func `the words of a wallet are named, and never shown`(phrase: String) throws {
        let words = phrase.split(separator: " ").map(String.init)
        let numbered = words.enumerated().map { "\($0.offset + 1). \($0.element)" }.joined(separator: "\n")
        for text in [
            phrase, phrase.uppercased(), words.joined(separator: "\n"), words.joined(separator: ", "), numbered,
            words.joined(separator: "\u{3000}"), words.joined(separator: " \u{FFFD}"), "\u{200E}\(phrase)\u{AD}",
            "backup (\(phrase))",
        ] {
            let code = try foreign(text)
            #expect(code.kind == .secret)
            #expect(
                code.summary
                    == "\(words.count) words that a wallet is restored from, which nobody else may see, so it is not shown here"
            )
        }
        // One word of the list for another: in 15 of 16 cases the checksum tells.
        let swapped = ([words[1], words[0]] + words.dropFirst(2)).joined(separator: " ")
        #expect(try foreign(swapped).kind == .text)
        // Not a wallet's words as they stand, and most of one's.
        for text in ["x\(phrase)", "\(phrase) zoo", "zoo \(phrase)"] {
            let summary = try foreign(text).summary
            #expect(!summary.contains(words[1]) && !summary.contains(words[words.count - 2]))
        }
    }

    @Test(arguments: [
        "pay to DE89370400440532013000 please", "order 0b5c9a3e-8d1f-4c1e-9a7e-000000000001",
        "Donaudampfschifffahrtsgesellschaft",
    ])
    func `long words of people's are shown whole`(text: String) throws {
        #expect(try foreign(text).summary == "\"\(text)\"")
    }

    @Test(arguments: keys)
    func `a key with something attached to it is cut short`(key: String) throws {
        for text in ["x\(key)", "\(key)x", "keep x\(key)x safe", "key=\(key)9"] {
            #expect(!(try foreign(text)).summary.contains(key.dropFirst(8).prefix(12)))
        }
    }

    @Test(arguments: [
        "please bring twelve small cups and saucers to the harbour on friday", String(phrases[0].prefix(70)),
        "keys that begin with nsec1 are nobody's", "xprv", "AGE-SECRET-KEY-1", "eyes.a.b", "BEGIN PRIVATE KEY",
        "xpub6Cb8umr3ok1FjBnK8C7ynj6wsdShQarPkFeTFMsmyvg8TgMYvvJ41zLEwKAfHHAD4iRdNxs1JzCL1cMdyebU9qGSZMANq8SAM2y6QD1qgRy",
        String(repeating: "zoo ", count: 12), "ABANDON ABANDON abandon",
    ])
    func `what is no secret is shown`(text: String) throws {
        let code = try foreign(text)
        #expect(code.kind == .text && code.summary.contains(text.prefix(8)))
    }

    @Test(arguments: [
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIHidden\n-----END PRIVATE KEY-----",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nhidden", "PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: hidden",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJlaGlkZGVuaGlkZGVu",
        "nostr+walletconnect://b889ff5b?relay=wss%3A%2F%2Frelay.example&secret=hidden",
        "lndconnect://node.example:10009?macaroon=hidden",
    ])
    func `keys in armour, tokens and connections are secrets`(text: String) throws {
        let code = try foreign(text)
        #expect(code.kind == .secret && !code.summary.contains("hidden") && !code.summary.contains("eyJ"))
    }

    @Test func `a key pair of Solana's is told from a signature`() throws {
        // Seed and public key of the first test in RFC 8032, 7.1; then its signature, of the same length.
        let pair = try foreign(
            "49W385L4rePHy6PAaQUovbD2aacgN4HsKXSMeUzRg4fmwXszN91JuMFrQRj3vMDpZuRF3ZknQBuRBoWQJEfXstMw")
        #expect(pair.kind == .secret)
        let signature = try foreign(
            "5awYiUvGiDFA33EJjj4TXJG44a5afJc8QjWRpGgQiu6b23jCr7yndW2fmp9ujwqJVe32J456wV3VF78Asb1obnTc")
        #expect(signature.kind == .text)
    }
}

// MARK: - Never sent

extension SecretTests {
    @Test(
        arguments: keys + [
            "bc1q64wjfcjl54snjl68jay2rxp8n4qq30egj37k53", "cashuAeyJoaWRkZW4iOiJoaWRkZW4ifQ",
            "ghp_000000000000000000000000000000000000", "glpat-00000000000000000000", "AKIA0000000000000000",
            "0x0101010101010101010101010101010101010101010101010101010101010101",
        ])
    func `no key or code of another system becomes an intent's id`(text: String) throws {
        #expect(IntentID(typed: text) == nil)
        #expect(IntentID(typed: "\u{A0}\(text)\u{200B}") == nil)
        let error = try #require(throws: CodeError.self) { try ScannedCode(parsing: "fex://pay?intent=\(text)") }
        guard case .unreadable(.intent, _) = error.reason else {
            Issue.record("\(error)")
            return
        }
        #expect(isHidden(text, in: error.description))
    }

    @Test(arguments: [
        "pi_1", " pi_1\n", "\u{FEFF}pi_1\u{A0}", "0b5c9a3e-8d1f-4c1e-9a7e-000000000001", "wal_7", "hello",
    ])
    func `an id is taken without what nobody sees around it`(text: String) throws {
        #expect(IntentID(typed: text)?.rawValue == InvisibleText.trimmed(text))
    }
}

private enum InvisibleText {
    static func trimmed(_ text: String) -> String { String(text.filter { $0.isASCII && !$0.isWhitespace }) }
}
