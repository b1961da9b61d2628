/// Text from outside as a terminal shows it: of a known width, nothing in it that steers, hides, or reorders what stands around.
///
/// A terminal gives each character its columns by itself, so only what all terminals count alike is kept: an emoji of several
/// parts becomes its parts, a flag its letters, variation selectors and joiners go. What is hidden becomes `�`, and a heap of
/// marks on one letter three of them and `�`. A text with letters that run from right to left is isolated (U+2068 … U+2069,
/// Unicode's UAX 9), so that it turns no amount or id around that follows it.
public enum TerminalText {
    /// How many marks a letter carries: more would be drawn over the lines around.
    static let markLimit = 3

    /// A text on one line, cut to a number of columns; `…` stands for what is cut off.
    ///
    /// - Parameters:
    ///   - text: Anything.
    ///   - columns: The most columns that it takes, `…` included; at least 1.
    public static func shown(_ text: String, columns: Int) -> String { isolated(cut(text, columns: columns)) }

    /// A sentence of ours on one line, in which texts from outside may stand, cut to a number of columns.
    ///
    /// - Parameters:
    ///   - text: Anything.
    ///   - columns: The most columns that it takes, `…` included; at least 1.
    public static func sentence(_ text: String, columns: Int) -> String {
        let line = cut(text, columns: columns)
        // What is cut off may end a quotation.
        let isOpen = line.hasSuffix("…") && !line.utf8.count { $0 == UInt8(ascii: "\"") }.isMultiple(of: 2)
        return isolatingRuns(in: isOpen ? cut(text, columns: columns - 1) + "\"" : line)
    }

    private static func cut(_ text: String, columns: Int) -> String {
        if isPlain(text, columns: columns) { return text }
        var line = TerminalLine(columns: columns)
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            guard line.add(scalar, before: index + 1 < scalars.count ? scalars[index + 1] : nil) else { break }
        }
        return line.text
    }

    /// A text in quotation marks, as it stands in a sentence; a quotation mark in it becomes an apostrophe.
    ///
    /// - Parameters:
    ///   - text: Anything.
    ///   - columns: The most columns that it takes within the quotation marks.
    public static func quoted(_ text: String, columns: Int) -> String {
        "\"\(shown(PlainText.withoutQuotationMarks(text), columns: columns))\""
    }

    /// Whether a text is one line of simple characters without spaces to spare, which fits.
    private static func isPlain(_ text: String, columns: Int) -> Bool {
        var (last, left): (Unicode.Scalar, Int) = (" ", columns)
        for scalar in text.unicodeScalars {
            guard PlainText.isSimple(scalar), scalar != last || scalar != " " else { return false }
            left -= PlainText.simpleColumns(of: scalar)
            guard left >= 0 else { return false }
            last = scalar
        }
        return last != " " || text.isEmpty
    }

    /// Sentences that were put together of texts, fit to be shown: nothing hidden is left in any line, and letters that run from
    /// right to left are isolated where they are not yet.
    public static func lines(_ text: String) -> String {
        if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) || $0 == 0x0A }) { return text }
        // By bytes: where a character ends is of no interest here, and costs more than all else.
        return text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { line(Substring($0)) }
            .joined(separator: "\n")
    }

    private static func line(_ text: Substring) -> String {
        if text.unicodeScalars.allSatisfy(PlainText.isSimple) { return String(text) }
        var line = TerminalLine(columns: .max, keepsSpaces: true)
        let scalars = Array(text.unicodeScalars)
        var (result, isWithin) = ("", false)
        func end() {
            // What is isolated already stays so; an isolate without an end ends with the line.
            result += isWithin ? isolated(line.text) : isolatingRuns(in: line.text)
            line.begin()
        }
        for (index, scalar) in scalars.enumerated() {
            if scalar == (isWithin ? "\u{2069}" : "\u{2068}") {
                end()
                isWithin.toggle()
            } else {
                _ = line.add(scalar, before: index + 1 < scalars.count ? scalars[index + 1] : nil)
            }
        }
        end()
        return result
    }

    /// The text in an isolate of its own direction, where it needs one.
    private static func isolated(_ text: String) -> String {
        text.unicodeScalars.contains(where: runsRightToLeft) ? "\u{2068}\(text)\u{2069}" : text
    }

    /// The text with an isolate around each run of letters from right to left, and what stands between them.
    private static func isolatingRuns(in text: String) -> String {
        guard text.unicodeScalars.contains(where: runsRightToLeft) else { return text }
        var (result, between, isOpen) = (String.UnicodeScalarView(), String.UnicodeScalarView(), false)
        func close() {
            if isOpen { result.append("\u{2069}") }
            result += between
            (between, isOpen) = (.init(), false)
        }
        for scalar in text.unicodeScalars {
            if runsRightToLeft(scalar) {
                if !isOpen { close() }
                if !isOpen { result.append("\u{2068}") }
                result += between
                result.append(scalar)
                (between, isOpen) = (.init(), true)
            } else {
                between.append(scalar)
                if scalar.properties.isAlphabetic || scalar == "\"" { close() }
            }
        }
        close()
        return String(result)
    }

    /// Whether a letter runs from right to left: the blocks whose characters are R or AL by default (DerivedBidiClass.txt).
    static func runsRightToLeft(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x590...0x8FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFE, 0x10800...0x10FFF, 0x1E800...0x1EFFF: true
        default: false
        }
    }

    /// How many columns a character takes that is shown.
    static func columns(of scalar: Unicode.Scalar) -> Int {
        if scalar.value < 0x300 { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        // Vowels and last letters of a syllable of Hangul, which its first letter has the columns for.
        case .otherLetter where isFollowingJamo(scalar): return 0
        default: return WideCharacters.contains(scalar) ? 2 : 1
        }
    }

    fileprivate static func isFollowingJamo(_ scalar: Unicode.Scalar) -> Bool {
        (0x1161...0x11FF).contains(scalar.value) || (0xD7B0...0xD7FB).contains(scalar.value)
    }

    fileprivate static func carries(_ marks: Int) -> Bool { marks < markLimit }
}

/// A line as it is put together: what was shown last decides what the next character becomes.
private struct TerminalLine {
    private let columns: Int
    private let keepsSpaces: Bool
    private var shown: [Unicode.Scalar] = []
    private var used = 0
    /// Where the line ends if it has to be cut, and `…` follows.
    private var end = 0
    private var hasPendingSpace = false
    /// What the next mark stands on.
    private var base: Unicode.Scalar?
    private var marks = 0
    /// Whether something that goes unseen has just been left out.
    private var hasLeftOut = false

    init(columns: Int, keepsSpaces: Bool = false) {
        self.columns = columns
        self.keepsSpaces = keepsSpaces
    }

    var text: String { String(String.UnicodeScalarView(shown)) }

    /// Begins a part of the same line.
    mutating func begin() { shown = [] }

    /// - Returns: Whether there may be room for more.
    mutating func add(_ scalar: Unicode.Scalar, before next: Unicode.Scalar?) -> Bool {
        // What most texts are made of is not looked up in the tables of Unicode.
        if scalar != " ", PlainText.isSimple(scalar) { return append(scalar, base: scalar) }
        if isSpace(scalar) {
            guard keepsSpaces else {
                hasPendingSpace = !shown.isEmpty
                (base, marks) = (nil, 0)
                return true
            }
            return append(" ", base: nil)
        }
        let properties = scalar.properties
        if (0x1F1E6...0x1F1FF).contains(scalar.value) {
            let letter = Unicode.Scalar(scalar.value - 0x1F1E6 + 0x41) ?? scalar
            return append(letter, base: letter)
        }
        if isLeftOut(scalar, before: next) {
            hasLeftOut = true
            return true
        }
        guard PlainText.isShowable(scalar), !properties.isDefaultIgnorableCodePoint else { return addHidden() }
        let isMark = scalar.isMark
        let isJamo = TerminalText.isFollowingJamo(scalar)
        guard isMark || isJamo else { return append(scalar, base: scalar) }
        return isJamo && base == nil ? addHidden() : add(mark: scalar)
    }

    private mutating func add(mark: Unicode.Scalar) -> Bool {
        guard TerminalText.carries(marks) else {
            defer { marks += 1 }
            return TerminalText.carries(marks - 1) ? append("\u{FFFD}", base: base, marks: marks) : true
        }
        // A mark without a letter would be drawn on what stands before the text.
        if base == nil, !append("\u{25CC}", base: "\u{25CC}") { return false }
        return append(mark, base: base, marks: marks + 1)
    }

    private mutating func addHidden() -> Bool { append("\u{FFFD}", base: nil) }

    private mutating func append(_ scalar: Unicode.Scalar, base: Unicode.Scalar?, marks: Int = 0) -> Bool {
        let width = TerminalText.columns(of: scalar)
        let space = hasPendingSpace ? 1 : 0
        guard used + space + width <= columns else {
            if used == columns { shown.removeSubrange(end...) }
            shown.append("…")
            return false
        }
        if hasPendingSpace {
            note(width: 1)
            shown.append(" ")
        }
        hasPendingSpace = false
        note(width: width)
        shown.append(scalar)
        (self.base, self.marks, hasLeftOut) = (base, marks, false)
        return true
    }

    /// Remembers the last place behind which one column is left.
    private mutating func note(width: Int) {
        guard columns != .max else { return }
        if width > 0, used < columns { end = shown.count }
        used += width
    }

    /// White space, and what is as blank as that.
    private func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == " " || scalar == "\u{2800}" { return true }
        return scalar.properties.isWhitespace && scalar != "\u{2028}" && scalar != "\u{2029}" && scalar != "\u{85}"
            && (!keepsSpaces || scalar.properties.generalCategory == .spaceSeparator)
    }

    /// Whether a character only shapes the one before it, which is shown without. A second one in a row hides something.
    private func isLeftOut(_ scalar: Unicode.Scalar, before next: Unicode.Scalar?) -> Bool {
        guard let base else { return false }
        // Frames around a letter, which terminals draw beside it.
        if (0x20DD...0x20E4).contains(scalar.value) { return true }
        guard !hasLeftOut else { return false }
        let isEmoji = base.value > 0xFF && base.properties.isEmoji
        switch scalar.value {
        case 0xFE00...0xFE0F, 0xE0100...0xE01EF, 0x180B...0x180D, 0x180F: return true
        case 0x1F3FB...0x1F3FF: return isEmoji
        case 0x200C, 0x200D:
            guard let next else { return false }
            return isEmoji && next.properties.isEmoji || isJoining(base) && isJoining(next)
        default: return false
        }
    }

    /// Whether a letter is of a script whose spelling has joiners and their contrary.
    private func isJoining(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x600...0x8FF, 0x900...0xDFF, 0x1000...0x109F, 0x1780...0x18AF, 0xA840...0xA87F: true
        default: false
        }
    }
}

extension Unicode.Scalar {
    /// Whether it is drawn on what stands before it.
    var isMark: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .spacingMark: true
        default: false
        }
    }
}

extension TerminalText {
    /// A text from outside in a column; `nil` where there is nothing in it to be seen.
    package static func visible(_ text: String?, columns: Int) -> String? {
        guard let text, PlainText.isVisible(text) else { return nil }
        return shown(text, columns: columns)
    }
}
