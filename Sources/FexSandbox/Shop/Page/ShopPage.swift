import FexValues

/// The sample shop's one page.
struct ShopPage {
    var merchantID: String
    var merchantName: String
    var items: [ShopItem]

    /// The page as HTML.
    var html: String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(merchantName.htmlEscaped)</title>
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="/shop.css">
        <script src="/fex-pay.js" defer></script>
        <script src="/shop.js" defer></script>
        </head>
        <body data-merchant-id="\(merchantID.htmlEscaped)">
        <header>
        <h1>\(merchantName.htmlEscaped)</h1>
        <p class="soft">A sample shop: what you pay here is play money.</p>
        </header>
        <main>
        <p id="news" role="status" aria-live="polite">Choose something, and pay with your wallet.</p>
        <ul>
        \(items.map(html).joined(separator: "\n"))
        </ul>
        </main>
        </body>
        </html>

        """
    }

    private func html(_ item: ShopItem) -> String {
        let name = item.name.htmlEscaped
        let amount = item.price.decimalString
        let currency = item.price.currency.code
        return """
            <li>
            <h2>\(name)</h2>
            <p class="soft">\(item.details.htmlEscaped)</p>
            <p class="price">\(amount) \(currency)</p>
            <button type="button" aria-label="Pay \(amount) \(currency) for \(name)" data-amount="\(amount)" \
            data-currency="\(currency)" data-description="\(name)">Pay with Fex</button>
            </li>
            """
    }
}

extension String {
    /// The text with nothing left in it that HTML, or an attribute in quotes, would take for markup.
    fileprivate var htmlEscaped: String {
        var escaped = ""
        for character in unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
