extension QRCode {
    /// The code as an SVG image, black on white, one unit a module: it is sharp at any size.
    ///
    /// - Parameter quietZone: The light modules around the code, which readers need; four by the standard.
    public func svg(quietZone: Int = 4) -> String {
        let margin = max(quietZone, 0)
        let side = size + 2 * margin
        let dark = (0..<size).flatMap { y in
            darkRuns(inRow: y).map { "M\($0.lowerBound + margin) \(y + margin)h\($0.count)v1h-\($0.count)z" }
        }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(side) \(side)" shape-rendering="crispEdges">
            <rect width="\(side)" height="\(side)" fill="#fff"/>
            <path fill="#000" d="\(dark.joined())"/>
            </svg>

            """
    }

    /// The columns of dark modules that stand side by side.
    private func darkRuns(inRow y: Int) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for x in 0..<size where self[x, y] {
            if let last = runs.last, last.upperBound == x {
                runs[runs.count - 1] = last.lowerBound..<x + 1
            } else {
                runs.append(x..<x + 1)
            }
        }
        return runs
    }
}
