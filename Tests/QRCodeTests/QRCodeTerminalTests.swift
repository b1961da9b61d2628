import Foundation
import QRCode
import Testing

struct QRCodeTerminalTests {
    let text = "fex://pay?intent=pi_1&amount=5.00&currency=EUR&merchant=m"

    @Test(arguments: [false, true], [2, 3, 4])
    func `half blocks are read on the background they suit`(inverted: Bool, quietZone: Int) async throws {
        let drawn = try QRCode(text: text).terminalText(quietZone: quietZone, style: .halfBlocks(inverted: inverted))
        let seen = DrawnBitmap(halfBlocks: drawn, inkIsDark: inverted)
        #expect(try await ZBar.read(seen.pbm(scale: 3)) == text)
    }

    @Test(arguments: [false, true])
    func `plain characters are read on the background they suit`(inverted: Bool) async throws {
        let drawn = try QRCode(text: text).terminalText(style: .ascii(inverted: inverted))
        #expect(drawn.utf8.allSatisfy { [UInt8(ascii: "#"), UInt8(ascii: " "), UInt8(ascii: "\n")].contains($0) })
        #expect(try await ZBar.read(DrawnBitmap(ascii: drawn, inkIsDark: inverted).pbm(scale: 3)) == text)
    }

    @Test func `coloured half blocks are black on white on every line, and end their colours there`() async throws {
        let drawn = try QRCode(text: text).terminalText(style: .ansi)
        let start = "\u{1B}[38;5;16;48;5;231m"
        let end = "\u{1B}[0m"
        let lines = drawn.split(separator: "\n")
        #expect(lines.allSatisfy { $0.hasPrefix(start) && $0.hasSuffix(end) })
        let plain = lines.map { String($0.dropFirst(start.count).dropLast(end.count)) }.joined(separator: "\n")
        #expect(!plain.contains("\u{1B}"))
        #expect(try await ZBar.read(DrawnBitmap(halfBlocks: plain, inkIsDark: true).pbm(scale: 3)) == text)
    }

    @Test func `without colours there are no escapes`() throws {
        let code = try QRCode(text: text)
        for style in [QRCode.TerminalStyle.halfBlocks(inverted: false), .halfBlocks(inverted: true)] {
            #expect(!code.terminalText(style: style).contains("\u{1B}"))
        }
    }

    @Test(arguments: [0, 1, 4])
    func `the quiet zone is as wide as asked on every side`(quietZone: Int) throws {
        let code = try QRCode(text: text)
        let drawn = code.terminalText(quietZone: quietZone, style: .ascii(inverted: true))
        let rows = DrawnBitmap(ascii: drawn, inkIsDark: true).rows
        let side = code.size + 2 * quietZone
        #expect(rows.count == side && rows.allSatisfy { $0.count == side })
        for y in 0..<side {
            for x in 0..<side { #expect(rows[y][x] == code[x - quietZone, y - quietZone]) }
        }
    }
}
