import Foundation
import QRCode
import Testing

struct QRCodeTests {
    static let texts = [
        "fex://pay?intent=0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b&amount=29.99&currency=USD&merchant=m-1",
        #"{"payment_intent_id":"pi_1","amount":99.99,"currency":"USD","merchant_id":"m","merchant_name":"Café Zoë ☕"}"#,
        "7", "line\nbreak", String(repeating: "0123456789abcdef", count: 60),
    ]

    @Test(arguments: texts, QRCode.Correction.allCases)
    func `a reader finds in the image what was encoded`(text: String, correction: QRCode.Correction) async throws {
        let code = try QRCode(text: text, correction: correction)
        #expect(try await ZBar.read(code.png(scale: 3)) == text)
    }

    @Test(arguments: [2, 3, 7, 24], [2, 4, 9])
    func `an image of any scale and quiet zone is read`(scale: Int, quietZone: Int) async throws {
        let code = try QRCode(text: "a wallet's own code")
        #expect(try await ZBar.read(code.png(scale: scale, quietZone: quietZone)) == "a wallet's own code")
    }

    @Test(arguments: [(1, 4, 29), (8, 4, 232), (3, 0, 63), (0, -1, 21)])
    func `an image is as wide and high as scale and quiet zone make it`(scale: Int, quietZone: Int, side: Int) throws {
        let png = try QRCode(text: "x").png(scale: scale, quietZone: quietZone)
        // The header: signature, length, "IHDR", width, height.
        let sides = [16, 20].map { start in png[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
        #expect(sides == [side, side])
    }

    @Test(arguments: [
        (QRCode.Correction.low, 2953), (.medium, 2331), (.quartile, 1663), (.high, 1273),
    ])
    func `a code holds so much and no more`(correction: QRCode.Correction, limit: Int) throws {
        let longest = try QRCode(text: String(repeating: "x", count: limit), correction: correction)
        #expect(longest.size == 177)
        #expect(throws: QRCodeError.tooLong(bytes: limit + 1, limit: limit)) {
            try QRCode(text: String(repeating: "x", count: limit + 1), correction: correction)
        }
    }

    @Test func `length is counted in bytes, not in letters`() {
        #expect(throws: QRCodeError.tooLong(bytes: 1600, limit: 1273)) {
            try QRCode(text: String(repeating: "é", count: 800), correction: .high)
        }
    }

    @Test func `no text is no code`() {
        #expect(throws: QRCodeError.empty) { try QRCode(text: "") }
    }

    @Test func `an error does not repeat the text`() {
        let secret = String(repeating: "scan-token", count: 400)
        let error = #expect(throws: QRCodeError.self) { try QRCode(text: secret) }
        #expect(error.map { "\($0)".contains("scan-token") } == false)
    }

    @Test func `a code has its three corners, and light all around`() throws {
        let code = try QRCode(text: "corner")
        let last = code.size - 1
        for (x, y) in [(0, 0), (last, 0), (0, last), (3, 3), (last - 3, 3), (3, last - 3)] { #expect(code[x, y]) }
        for (x, y) in [(1, 1), (last - 1, 1), (-1, 0), (0, -1), (code.size, 0), (0, code.size)] {
            #expect(!code[x, y])
        }
    }
}
