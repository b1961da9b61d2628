public import Foundation

extension QRCode {
    /// The code as a PNG image, black on white, one bit a pixel.
    ///
    /// - Parameters:
    ///   - scale: The pixels that a side of a module has; at least 1.
    ///   - quietZone: The light modules around the code, which readers need; four by the standard.
    public func png(scale: Int = 8, quietZone: Int = 4) -> Data {
        let scale = max(scale, 1)
        let margin = max(quietZone, 0)
        let side = (size + 2 * margin) * scale
        var image = BilevelPNG(width: side, height: side)
        for y in -margin..<size + margin {
            // All pixel rows of one row of modules are the same.
            var row = BilevelPNG.Row(width: side)
            for x in 0..<size where self[x, y] {
                row.darken((x + margin) * scale..<(x + margin + 1) * scale)
            }
            for _ in 0..<scale { image.append(row) }
        }
        return image.encoded()
    }
}
