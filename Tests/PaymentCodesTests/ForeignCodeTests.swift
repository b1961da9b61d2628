import FexValues
import Testing

@testable import PaymentCodes

@Suite struct ForeignCodeTests {
    func foreign(_ text: String) throws -> ForeignCode {
        guard case .foreign(let code) = try ScannedCode(parsing: text) else {
            throw CodeError(.unreadable(.address, problem: "not a foreign code: \(text)"))
        }
        return code
    }

    @Test(arguments: ForeignCodeSample.all)
    func `another system's code is named, and what it says is told`(sample: ForeignCodeSample) throws {
        let code = try foreign(sample.text)
        #expect(code.kind == sample.kind)
        #expect(code.summary == sample.summary)
        #expect(code.checksumValid == sample.checksumValid)
        #expect(code.name == sample.kind.name)
    }

    @Test func `there is a sample of every kind`() {
        #expect(Set(ForeignCodeSample.all.map(\.kind)) == Set(ForeignCode.Kind.allCases))
    }

    /// A sample with the last character changed of the part that its checksum covers, or of the checksum itself.
    private func damaged(_ sample: ForeignCodeSample) -> String {
        var text = sample.text
        let index = text.index(before: text.firstIndex(of: "?") ?? text.endIndex)
        text.replaceSubrange(index...index, with: ["4", "5", "q", "Q"].contains(text[index]) ? "7" : "4")
        return text
    }

    private static let checked = (ForeignCodeSample.emvco + ForeignCodeSample.coins).filter { $0.checksumValid == true }

    @Test(arguments: checked.filter { !$0.isKnownByItsChecksum })
    func `a misread code keeps its name, and its checksum is said not to fit`(sample: ForeignCodeSample) throws {
        let code = try foreign(damaged(sample))
        #expect(code.kind == sample.kind)
        #expect(code.checksumValid == false)
        #expect(code.summary.hasSuffix("its checksum does not fit, so it is damaged or was misread"))
    }

    @Test(arguments: checked.filter(\.isKnownByItsChecksum))
    func `a bare word that only its checksum would tell is text without it`(sample: ForeignCodeSample) throws {
        #expect(try foreign(damaged(sample)).kind == .text)
    }

    @Test(arguments: [
        ("CH4431999123000889012", "CH4431999123000889013"),
        ("210000000003139471430009017", "210000000003139471430009018"),
        ("\nEPD\n", "\n"), ("\nEPD\n", "\nEPE\n"), ("RF18539007547034", "RF18539007547035"),
        ("BE72000000001616", "BE72000000001617"), ("SI50051008012345678", "SI50051008012345679"),
        ("HR5223900011234567890", "HR5223900011234567891"), ("160000000000012395", "160000000000012396"),
        ("CZ4220100000002800123456", "CZ4220100000002800123457"), ("Celje\n117", "Celje\n118"),
    ])
    func `a bill whose account or reference was misread says so`(original: String, damaged: String) throws {
        let samples = (ForeignCodeSample.bills + ForeignCodeSample.banks).filter { $0.text.contains(original) }
        try #require(!samples.isEmpty)
        for sample in samples {
            let code = try foreign(sample.text.replacing(original, with: damaged))
            #expect(code.kind == sample.kind)
            #expect(code.checksumValid == false)
        }
    }

    @Test func `a merchant's code cut off anywhere is named as damaged, or isn't one yet`() throws {
        for sample in ForeignCodeSample.emvco {
            for length in 6..<sample.text.count {
                let code = try foreign(String(sample.text.prefix(length)))
                #expect(code.checksumValid != true)
                if length > 100 { #expect(code.kind == sample.kind && code.summary.contains("checksum")) }
            }
        }
    }

    @Test func `a merchant's code that repeats a field leaves it unlogged`() throws {
        let code = try foreign("00020152040000530384054041.0054041.5058020059015A6304")
        #expect(code.kind == .emvco && code.checksumValid == false)
        let twice = try foreign("000201520400005303840540410005404200058029915901A5901B63040000")
        #expect(!twice.summary.contains("100") && !twice.summary.contains("200"))
        #expect(!twice.summary.contains("\"A\"") && !twice.summary.contains("\"B\""))
    }

    @Test(arguments: [
        "000201", "0002015", "00020102101234567890", "000201520400005303840", "00020112345678",
        "000202520400005802CN", "0002010102", "SPC", "SPC\n0200",
        "SPC\n0300\n1\n",
        "SPC\n0200\n2\n", "SPCX\n0200\n1\n", " x\nSPC\n0200\n1\n", "BCD", "BCD\n003\n1\nSCT\n", "BCD\n002\n9\nSCT\n",
        "BCD\n002\n1\nSCTX\n", "bitcoin:", "Bitcoin: the future of money",
        "bitcoin:!!!", "lightning:", "lightning: strikes", "lightning:hello", "lnbc1hello", "ethereum:",
        "ethereum:hello",
        "ethereum:0x1234", "0x1234", "0xfb6916095ca1df60bb79Ce92ce3ea74c37c5d35g", "ethereum: what is it?",
        "ethereum:0xfb6916095ca1df60bb79Ce92ce3ea74c37c5d359@x", "taler:", "taler://", "taler: a coin",
        "talers://pay/a/b",
        "BEGIN:VCARD", "MECARD:", "BIZCARD:", "SPD*", "SPD*x*ACC:1", "SPDX1.0*ACC:1", "UPNQR", "UPNQRX\n", "HRVHUB30",
        "HRVHUB31\nEUR\n", "K:PR|", "K:XX|V:01|C:1", "K:PR", "ST0001", "ST00014|Name=x", "ST00012", "ST00012AName=x",
        "upi://", "upi:?pa=a@b", "0000", "000580001KPC0DPQP3146TNR", "telephone", "geography", "smsx:1", "http:",
        "https://", "https:///path", "https://?x",
        "https://#", "https://a b.example/", "https://user@", "https://:80/", "https://a:b/", "https://a:123456/",
        "https://evil.example\\@bank.example/", "https://[::1", "https://[zz]/", "https://./", "https://\u{200B}/",
        "https://a\u{202E}b.example/", "ttps://example.com", "www.example.com", "ftp://example.com",
        "see https://example.com", "ann@example.com", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "wifi",
    ])
    func `what only begins like a code is text`(text: String) throws {
        let code = try foreign(text)
        #expect(code.kind == .text)
        #expect(!code.summary.isEmpty && code.checksumValid == nil)
    }

    @Test(arguments: [
        "WIFI:T:WPA;S:net;P:hunter2;;", "WIFI:P:hunter2;;", "WIFI:hunter2", "wifi: hunter2", "WIFI:T:hunter2;S:net;;",
        "WIFI:S:net;P:a;S:hunter2;;", "WIFI:S:net;;P:hunter2", "WIFI:T:WPA;S:net;P:\\;\\;hunter2;;",
        "https://ann:hunter2@example.com/", "https://example.com/hunter2?hunter2#hunter2",
        "taler://restore/hunter2/sync.example", "taler://pay/shop.example/hunter2/?c=hunter2", "taler://hunter/hunter2",
        "otpauth://totp/x?secret=hunter2", "otpauth://totp/Zoë's shop?secret=hunter2", "ssh://ann:hunter2@example.com",
        "WIFI:T:WPA2-EAP;S:net;I:hunter2;P:hunter2;;",
        "https://ann:hunter2@/", "https://ann:hunter2@exa_mple\\.com/", "DPP:K:hunter2;;",
        "OTPAUTH://TOTP/x?SECRET=hunter2", "otpauth://totp/x&secret=hunter2", "otpauth:hotp/x%3Fsecret%3Dhunter2",
        "otpauth://totp/x?issuer=y%26secret=hunter2", "otpauth-migration://offline?data=hunter2",
        "otpauth:secret:hunter2",
        "WIFI:t:wpa;s:net;p:hunter2;;", "wifi:S:net;T:nopass;P:hunter2;;", "WIFI:S:net;K:hunter2;T:SAE;;",
        "WIFI:S:net;T:wpa\nP:hunter2", "BEGIN:VCARD\nFN:Ann\nKEY:hunter2\nEND:VCARD",
    ])
    func `a secret in a code is not told`(text: String) throws {
        #expect(!(try foreign(text)).summary.contains("hunter2"))
    }

    @Test(arguments: [
        "\u{1B}[2J\u{202E}\u{9B}31m\u{7}", "a\u{200B}b\u{2028}c\u{E000}\u{E0041}", "x\n\n\ty",
        "\u{FEFF}\u{2066}z\u{2069}",
    ])
    func `nothing that a code's maker wrote can steer a terminal`(hostile: String) throws {
        let encoded = hostile.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let length = String(hostile.unicodeScalars.count)
        let object = (length.count == 1 ? "0" : "") + length + hostile
        let texts: [(ForeignCode.Kind, String)] = [
            (.text, "a" + hostile),
            (.emvco, "000201" + "5204000059" + object + "60" + object + "53" + object + "54" + object),
            (.epc, "BCD\n002\n1\nSCT\n\n\(hostile)\n\(hostile)\nEUR\(hostile)\n\n\n\(hostile)"),
            (.upi, "upi://pay?pa=\(encoded)&pn=\(encoded)&am=\(encoded)&cu=\(encoded)&tn=\(encoded)"),
            (.upi, "upi://pay?pa=\(hostile)&am=1&cu=\(encoded)"),
            (
                .bitcoin,
                "bitcoin:175tWpb8K1S7NmH4Zx6rewF9WQrcZv245W?label=\(encoded)&message=\(encoded)&amount=\(encoded)"
            ),
            (.ethereum, "ethereum:a.eth/\(hostile)?value=\(encoded)"),
            (.taler, "taler://pay/\(hostile)/x"), (.wifi, "WIFI:S:\(hostile);T:\(hostile);;"),
            (.vcard, "BEGIN:VCARD\nFN:\(hostile)\nORG:\(hostile)"), (.vcard, "MECARD:N:\(hostile);;"),
            (.swissQRBill, "SPC\n0200\n1\n\(hostile)\nS\n\(hostile)"),
            (.spayd, "SPD*1.0*ACC:\(hostile)*RN:\(encoded)*MSG:\(encoded)*AM:\(encoded)*CC:\(hostile)*X-VS:\(encoded)"),
            (.upnQR, "UPNQR\n" + String(repeating: "\(hostile)\n", count: 20)),
            (.hub3, "HRVHUB30\n" + String(repeating: "\(hostile)\n", count: 14)),
            (.ipsRS, "K:PR|V:01|R:\(hostile)|N:\(hostile)|I:\(hostile)|S:\(hostile)|RO:\(hostile)|P:\(hostile)"),
            (.st00012, "ST00012|Name=\(hostile)|Sum=\(hostile)|Purpose=\(hostile)|PersonalAcc=\(hostile)"),
            (.otpauth, "otpauth://totp/\(encoded):\(encoded)?issuer=\(encoded)"),
            (.email, "mailto:\(encoded)?subject=\(encoded)"), (.email, "MATMSG:TO:\(hostile);SUB:\(hostile);;"),
            (.tel, "tel:\(encoded);ext=\(hostile)"), (.sms, "smsto:\(encoded):\(hostile)"),
            (.geo, "geo:\(hostile),\(hostile)?q=\(encoded)"),
            (.event, "BEGIN:VEVENT\nSUMMARY:\(hostile)\nLOCATION:\(hostile)\nDTSTART;TZID=\(hostile):20270101T0000"),
            (.vcard, "BIZCARD:N:\(hostile);C:\(hostile);;"),
        ]
        for (kind, text) in texts {
            let code = try foreign(text)
            #expect(code.kind == kind)
            #expect(PlainText.isClean(code.summary))
            #expect(
                PlainText.clean(code.summary, limit: 2_000) == code.summary, "not on one line: \(text.debugDescription)"
            )
        }
    }

    @Test func `a payee's name can't go on as a statement of ours`() throws {
        let code = try foreign("upi://pay?pa=a@b&pn=Shop%22%20at%20%22bank@real%22%2C%20paid&am=5")
        #expect(code.summary == #"5.00 INR to "Shop' at 'bank@real', paid" at "a@b""#)
        let accented = try foreign("upi://pay?pa=a@b&pn=Shop%22%CC%81%20paid&am=5")
        #expect(accented.summary == "5.00 INR to \"Shop'\u{301} paid\" at \"a@b\"")
    }

    @Test(arguments: [
        ("upi://pay?pa=a@b&am=1&am=2", #"to "a@b", with several amounts"#), ("upi://pay?am=-5", "an unreadable amount"),
        ("upi://pay?am=1e5", "an unreadable amount"),
        ("upi://pay?am=10.005", "an amount that is not allowed (10.005 INR has too many decimals)"),
        ("upi://pay?am=5&cu=ZZZ", "5 ZZZ"), ("upi://pay?am=5&cu=, paid", "5 of an unknown currency"),
        ("upi://pay?am=99999999999999999999999", "an unreadable amount"), ("upi://pay", "with no amount set"),
        ("ethereum:a.eth?value=1e9999", #"an unreadable amount to "a.eth""#),
        ("ethereum:a.eth?value=-1", #"an amount that is not allowed (below zero) to "a.eth""#),
        ("ethereum:a.eth?value=0", #"0 ETH to "a.eth""#),
        ("bitcoin:?amount=1,5&lightning=x", "an unreadable amount, payable over Lightning"),
    ])
    func `an amount that can't be read is said to be so`(text: String, summary: String) throws {
        #expect(try foreign(text).summary == summary)
    }
}
