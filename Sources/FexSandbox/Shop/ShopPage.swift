import FexValues

/// The sample shop's one page, `Pages/shop.html`.
struct ShopPage {
    var merchantID: String
    var merchantName: String
    var items: [ShopItem]

    /// The page as HTML.
    var html: String {
        PageTemplate(PackageResources.shop_html).filled(with: [
            "merchant_id": .text(merchantID), "merchant_name": .text(merchantName),
            "items": .list(
                items.map { item in
                    [
                        "name": .text(item.name), "details": .text(item.details),
                        "amount": .text(item.price.decimalString), "currency": .text(item.price.currency.code),
                    ]
                }),
        ])
    }
}

/// Something the sample shop sells. The price is the shop's: a browser only says which item it means.
struct ShopItem: Hashable, Sendable {
    /// What the customer reads here, on the bill and in the wallet.
    var name: String
    /// A sentence about it.
    var details: String
    var price: Money

    /// What the sample shop has.
    static func samples() throws -> [ShopItem] {
        let dollar = try Currency("USD")
        return [
            ShopItem(
                name: "Flat white", details: "Double shot, whole milk.",
                price: try Money(digits: "4.50", currency: dollar)),
            ShopItem(
                name: "House beans", details: "250 g, roasted on Monday.",
                price: try Money(digits: "12.90", currency: dollar)),
            ShopItem(
                name: "Hand grinder", details: "Steel burrs, made to be repaired.",
                price: try Money(digits: "89.00", currency: dollar)),
        ]
    }
}
