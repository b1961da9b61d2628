import Foundation

/// What a terminal shows, pixel by pixel, as the image that a camera would see.
struct DrawnBitmap {
    /// Rows of modules; true is dark.
    private(set) var rows: [[Bool]] = []

    /// Half blocks; `inkIsDark` says whether a drawn block is darker than the terminal's background.
    init(halfBlocks text: String, inkIsDark: Bool) {
        for line in text.split(separator: "\n") {
            let halves = line.map { character -> (Bool, Bool) in
                switch character {
                case "█": (true, true)
                case "▀": (true, false)
                case "▄": (false, true)
                default: (false, false)
                }
            }
            rows.append(halves.map { $0.0 == inkIsDark })
            rows.append(halves.map { $0.1 == inkIsDark })
        }
    }

    /// Two characters a module.
    init(ascii text: String, inkIsDark: Bool) {
        for line in text.split(separator: "\n") {
            let characters = Array(line)
            rows.append(
                stride(from: 0, to: characters.count, by: 2).map { (characters[$0] == "#") == inkIsDark })
        }
    }

    /// The bitmap as a portable bitmap image, which needs nothing of the code under test.
    func pbm(scale: Int) -> Data {
        let width = (rows.first?.count ?? 0) * scale
        var text = "P1\n\(width) \(rows.count * scale)\n"
        for row in rows {
            let line = row.map { String(repeating: $0 ? "1 " : "0 ", count: scale) }.joined() + "\n"
            text += String(repeating: line, count: scale)
        }
        return Data(text.utf8)
    }
}
