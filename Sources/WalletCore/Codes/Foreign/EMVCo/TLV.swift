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
        let byCharacters = TLV(counting: Array(text.unicodeScalars)) { scalars in
            var value = String.UnicodeScalarView()
            value.append(contentsOf: scalars)
            return String(value)
        }
        guard !byCharacters.isWhole else {
            self = byCharacters
            return
        }
        let byBytes = TLV(counting: Array(text.utf8).map { Unicode.Scalar($0) }) { bytes in
            String(validating: bytes.map { UInt8($0.value) }, as: UTF8.self)
        }
        self = byBytes.isWhole ? byBytes : byCharacters
    }

    private init(counting units: [Unicode.Scalar], value: (ArraySlice<Unicode.Scalar>) -> String?) {
        var objects: [Object] = []
        var rest = units[...]
        while let tag = TLV.twoDigits(rest), let length = TLV.twoDigits(rest.dropFirst(2)), rest.count >= 4 + length,
            let value = value(rest.dropFirst(4).prefix(length))
        {
            objects.append(Object(tag: tag, value: value))
            rest = rest.dropFirst(4 + length)
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

    private static func twoDigits(_ units: ArraySlice<Unicode.Scalar>) -> Int? {
        guard units.count >= 2 else { return nil }
        let digits = units.prefix(2).map { Int($0.value) - 0x30 }
        guard digits.allSatisfy((0...9).contains) else { return nil }
        return digits[0] * 10 + digits[1]
    }
}
