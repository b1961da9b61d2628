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
