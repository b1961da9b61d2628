/// What payments are said to be for.
struct Words {
    /// A word that stands in every third row.
    static let frequent = "payment"
    /// A word that stands in some hundred rows, however many there are.
    static let rare = "zanzibar"

    /// The rare word stands once in so many rows.
    private let rarity: Int
    private let ranks = Zipf(count: usual.count)

    init(rows: Int) { rarity = max(10, rows / 100) }

    /// The description of a row, if it has one: a few words, some with a number.
    func description(_ drawing: Drawing, row: Int) -> String? {
        let length = drawing.number(.length, below: 30)
        guard length > 0 else { return nil }
        var words: [String] = row % 3 == 1 ? [row % 2 == 0 ? "Payment" : "payment"] : []
        for word in 0..<(1 + length % 4) {
            words.append(Words.usual[ranks.rank(of: drawing.fraction(.words, UInt64(word)))])
        }
        if drawing.number(.number, below: 100) < 20 { words.append("#\(drawing.number(.number, below: 1_000_000, 1))") }
        if row % rarity == 7 { words.append("Zanzibar") }
        return words.joined(separator: " ")
    }

    private static let usual = """
        coffee lunch order invoice ticket taxi dinner groceries breakfast fuel rent water electricity phone book shirt
        shoes haircut medicine parking delivery noodles rice bread milk fruit vegetables fish chicken beef tea juice beer
        wine cake ice cream pizza burger salad soup snack table counter room hotel night bus train flight ferry toll
        museum cinema concert game toy gift flowers candle soap shampoo paper pen ink printer cable charger battery lamp
        chair desk sofa bed pillow towel plate cup glass knife fork spoon pan pot oven fridge fan heater repair service
        cleaning laundry tailoring course lesson school fees tuition insurance tax donation membership subscription
        monthly yearly weekly deposit balance advance part final second third first for and with at two three four
        café crème brûlée señor jalapeño über straße ångström naïve façade кофе чай хлеб обед книга 咖啡 午餐 書籍 茶 魚
        កាហ្វេ បាយ ទឹក قهوة خبز شاي कॉफ़ी चाय दोपहर กาแฟ ข้าว น้ำ plumbing garden seeds fertiliser timber nails paint
        brush ladder rope canvas tent compass helmet bicycle tyre engine oil filter brake mirror licence passport visa
        photo frame album guitar strings piano drum violin tripod lens camera film studio hall stadium arena gallery
        clinic dentist optician vaccine bandage crutch hearing aid vitamins protein yoga pilates swimming tennis golf
        """.split(whereSeparator: \.isWhitespace).map(String.init)
}
