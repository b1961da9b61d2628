import Foundation
import QRCode
import Testing

struct QRCodeSVGTests {
    @Test(arguments: ["7", "scan_0197a1b2c3d47e5f", String(repeating: "0123456789abcdef", count: 60)], [0, 4])
    func `an image is dark where the code is, light all around, and read as what was encoded`(
        text: String, quietZone: Int
    ) async throws {
        let code = try QRCode(text: text)
        let svg = code.svg(quietZone: quietZone)
        let side = code.size + 2 * quietZone
        #expect(svg.contains("viewBox=\"0 0 \(side) \(side)\"") && svg.contains("width=\"\(side)\" height=\"\(side)\""))
        let dark = try Self.darkModules(of: svg)
        for y in 0..<side {
            for x in 0..<side { #expect(dark.contains([x, y]) == code[x - quietZone, y - quietZone]) }
        }
        let margin = 4 - quietZone
        let drawn = (-margin..<side + margin).map { y in
            (-margin..<side + margin).map { x in dark.contains([x, y]) ? "##" : "  " }.joined() + "\n"
        }
        #expect(try await ZBar.read(DrawnBitmap(ascii: drawn.joined(), inkIsDark: true).pbm(scale: 3)) == text)
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")))
    func `an image is well-formed XML`() async throws {
        let svg = try QRCode(text: "scan_1").svg()
        let root = try await XMLRoot.name(of: svg)
        #expect(root == "{http://www.w3.org/2000/svg}svg")
    }

    /// What the path's runs of one row cover.
    private static func darkModules(of svg: String) throws -> Set<[Int]> {
        var dark = Set<[Int]>()
        for run in svg.matches(of: /M(\d+) (\d+)h(\d+)v1h-(\d+)z/) {
            let numbers = [run.1, run.2, run.3, run.4].compactMap { Int($0) }
            try #require(numbers.count == 4 && numbers[2] == numbers[3])
            for x in numbers[0]..<numbers[0] + numbers[2] { dark.insert([x, numbers[1]]) }
        }
        return dark
    }
}
