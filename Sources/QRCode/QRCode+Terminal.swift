extension QRCode {
    /// How a code is drawn with characters.
    public enum TerminalStyle: Hashable, Sendable {
        /// Half blocks in black on white whatever the terminal's own colours are: for a terminal that knows 256 colours.
        case ansi
        /// Half blocks without escapes, for pipes and `NO_COLOR`. Light modules are drawn, which suits a dark
        /// background; inverted, dark modules are, which suits a light one.
        case halfBlocks(inverted: Bool)
        /// Two `#` or two spaces a module, for terminals without Unicode. Which is drawn is as with half blocks.
        case ascii(inverted: Bool)
    }

    /// The code as lines of text, each ending in a line feed.
    ///
    /// Half blocks put two rows of modules on a line, and add a light row if there is an odd one.
    ///
    /// - Parameters:
    ///   - quietZone: The light modules around the code, which readers need; four by the standard.
    ///   - style: How to draw.
    public func terminalText(quietZone: Int = 4, style: TerminalStyle = .halfBlocks(inverted: false)) -> String {
        let margin = max(quietZone, 0)
        let range = -margin..<size + margin
        switch style {
        case .ansi:
            return halfBlockLines(range, drawsDark: true)
                .map { "\u{1B}[38;5;16;48;5;231m\($0)\u{1B}[0m\n" }.joined()
        case .halfBlocks(let inverted):
            return halfBlockLines(range, drawsDark: inverted).map { $0 + "\n" }.joined()
        case .ascii(let inverted):
            return range.map { y in
                range.map { x in self[x, y] == inverted ? "##" : "  " }.joined() + "\n"
            }.joined()
        }
    }

    private func halfBlockLines(_ range: Range<Int>, drawsDark: Bool) -> [String] {
        stride(from: range.lowerBound, to: range.upperBound, by: 2).map { y in
            String(
                range.map { x -> Character in
                    switch (self[x, y] == drawsDark, self[x, y + 1] == drawsDark) {
                    case (true, true): "█"
                    case (true, false): "▀"
                    case (false, true): "▄"
                    case (false, false): " "
                    }
                })
        }
    }
}
