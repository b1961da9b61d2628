import Foundation

/// What a terminal with light letters on a dark ground shows, as a picture.
struct TerminalPhotograph {
    /// Rows of points, two to a line of text; `true` is light.
    private var points: [[Bool]] = []

    /// A picture of the lines that are drawn with blocks.
    init(of text: String) {
        for line in text.split(separator: "\n") where line.contains(where: { "█▀▄".contains($0) }) {
            points.append(line.map { $0 == "█" || $0 == "▀" })
            points.append(line.map { $0 == "█" || $0 == "▄" })
        }
    }

    /// The picture with eight pixels to a point, and some of the dark terminal around it.
    var portableGraymap: Data {
        let (scale, margin) = (8, 24)
        let width = (points.map(\.count).max() ?? 0) * scale + 2 * margin
        let height = points.count * scale + 2 * margin
        var pixels = Data(repeating: 0, count: width * height)
        for (y, row) in points.enumerated() {
            for (x, isLight) in row.enumerated() where isLight {
                for line in 0..<scale {
                    let start = (margin + y * scale + line) * width + margin + x * scale
                    pixels.replaceSubrange(start..<start + scale, with: repeatElement(255, count: scale))
                }
            }
        }
        return Data("P5 \(width) \(height) 255\n".utf8) + pixels
    }
}
