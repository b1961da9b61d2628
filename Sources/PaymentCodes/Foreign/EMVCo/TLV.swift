/// Objects of two digits that name one, two that give its length, and its value: how EMVCo's codes are made.
struct TLV {
    /// One object.
    struct Object {
        /// 0 to 99.
        let tag: Int
        let value: String
    }

    /// The objects, in order, as far as the text could be read.
    let objects: [Object]

    /// Whether the text was objects to its end. If not, it was cut off, or a length in it is wrong.
    let isWhole: Bool

    /// The objects in a text.
    ///
    /// EMVCo counts a value's length in characters; some makers count bytes of UTF-8 instead. That reading is taken where
    /// it comes out even and the other doesn't.
    init(_ text: String) {
        let byCharacters = TLV(counting: text.unicodeScalars, digit: { $0.value }, value: { String($0) })
        guard !byCharacters.isWhole, text.utf8.contains(where: { $0 >= 0x80 }) else {
            self = byCharacters
            return
        }
        let byBytes = TLV(counting: text.utf8, digit: { UInt32($0) }, value: { String($0) })
        self = byBytes.isWhole ? byBytes : byCharacters
    }

    /// - Parameters:
    ///   - units: What lengths count.
    ///   - digit: The value of a unit in ASCII.
    ///   - value: The text that some units are; `nil` if they are a part of a character.
    private init<Units: Collection>(
        counting units: Units, digit: (Units.Element) -> UInt32, value: (Units.SubSequence) -> String?
    ) {
        var objects: [Object] = []
        var rest = units[...]
        func number() -> Int? {
            var number = 0
            for _ in 0..<2 {
                guard let digit = rest.first.map(digit), (0x30...0x39).contains(digit) else { return nil }
                number = number * 10 + Int(digit) - 0x30
                rest = rest.dropFirst()
            }
            return number
        }
        while !rest.isEmpty {
            let start = rest
            guard let tag = number(), let length = number(),
                let end = rest.index(rest.startIndex, offsetBy: length, limitedBy: rest.endIndex),
                let value = value(rest[..<end])
            else {
                rest = start
                break
            }
            objects.append(Object(tag: tag, value: value))
            rest = rest[end...]
        }
        self.objects = objects
        self.isWhole = rest.isEmpty
    }

    /// The value of the one object with a tag; `nil` if there are several, as there is no telling which is meant.
    func only(_ tag: Int) -> String? {
        let matches = objects.filter { $0.tag == tag }
        return matches.count == 1 ? matches[0].value : nil
    }

    /// What the objects with a tag say.
    subscript(tag: Int) -> CodeField {
        CodeField(objects.lazy.filter { $0.tag == tag }.map { CodeField.trimmed($0.value) })
    }

    /// The objects within the one object with a tag, where it holds objects.
    func template(_ tag: Int) -> TLV? { only(tag).map { TLV($0) } }
}
