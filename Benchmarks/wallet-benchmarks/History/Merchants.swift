/// The merchants of a generated history: a few at which somebody pays every week, and many at which once.
struct Merchants {
    static let count = 3000

    private let ids: [String]
    private let ranks = Zipf(count: count)

    init(seed: UInt64) {
        ids = (0..<Merchants.count).map { Drawing(seed: ~seed, row: $0).uuid(.id) }
    }

    /// The rank of a merchant, 0 for the one that is met most often.
    func rank(of fraction: Double) -> Int { ranks.rank(of: fraction) }

    func id(_ rank: Int) -> String { ids[rank] }

    /// The name of a merchant at a row's time; some have none, some take another one now and then.
    func name(_ rank: Int, at row: Int) -> String? {
        guard rank % 15 != 8 else { return nil }
        let script = Merchants.scripts[rank % Merchants.scripts.count]
        let number = rank / Merchants.scripts.count
        let first = script.first[number % script.first.count]
        let second = script.second[number / script.first.count % script.second.count]
        let branch = number / (script.first.count * script.second.count)
        let name = "\(first)\(script.space)\(second)" + (branch == 0 ? "" : " \(branch + 1)")
        return rank % 50 == 27 && row / 2500 % 2 == 1 ? "\(name) & Co." : name
    }

    private struct Script {
        var first: [String]
        var second: [String]
        var space = " "
    }

    private static let latin = Script(
        first: [
            "Green", "Golden", "Riverside", "Old Town", "Sunrise", "Lucky", "Blue Lotus", "Corner", "Royal", "Happy",
            "Northern", "Little", "Grand", "Silver", "Mekong", "Harbour",
        ],
        second: ["Bakery", "Pharmacy", "Market", "Noodles", "Coffee", "Books", "Hardware", "Garage", "Mart", "Grill"])

    /// Half of the merchants write Latin letters, with and without accents; the others what their customers read.
    private static let scripts = [
        latin,
        Script(
            first: ["Café", "Bäckerei", "Épicerie", "Łódź", "Señor", "Smørrebrød", "Crêperie", "Apotheke"],
            second: ["Zoë", "Müller", "Étoile", "Ángel", "Bjørn", "François", "Größe", "Çelik"]),
        latin,
        Script(
            first: ["ហាងកាហ្វេ", "ផ្សារ", "ភោជនីយដ្ឋាន", "ឱសថស្ថាន"], second: ["ភ្នំពេញ", "អង្គរ", "មេគង្គ", "សុខ"]),
        latin,
        Script(first: ["Кафе", "Аптека", "Пекарня", "Рынок"], second: ["Ёлка", "Москва", "Дружба", "Утро"]),
        latin,
        Script(first: ["東京", "京都", "大阪", "金龍"], second: ["ラーメン", "書店", "薬局", "珈琲"], space: ""),
        latin,
        Script(first: ["مقهى", "مخبز", "صيدلية", "سوق"], second: ["النيل", "السلام", "الياسمين", "القمر"]),
        latin,
        Script(first: ["ร้านกาแฟ", "ตลาด", "ครัว", "ร้านยา"], second: ["สยาม", "บ้านสวน", "เชียงใหม่", "ดอกบัว"], space: ""),
    ]
}
