import FexValues
import WalletCore

extension FuzzTarget {
    /// Intents and transactions of the wire: what is taken of them is bounded, fit to be shown, and read back the same.
    static let documents = FuzzTarget(
        name: "documents", maximumLength: 16_384, seeds: { try corpus("documents.txt") },
        run: { bytes in
            guard let document = try? JSON(parsing: bytes) else { return }
            take(intent: document)
            take(transaction: document)
        })

    private static func take(intent document: JSON) {
        do throws(MalformedDocument) {
            let intent = try PaymentIntent(document: document)
            hold(intent.amount.minorUnits > 0, "the amount is zero")
            hold(PlainText.clean(intent.shownMerchant) == intent.shownMerchant, "the merchant can't be shown")
            hold(intent.document.text.utf8.count <= 32_768, "what is kept has no bound")
            hold((try? PaymentIntent(document: intent.document)) == intent, "what is kept is another intent")
        } catch {
            hold(PlainText.isClean(error.description), "the problem can't be shown")
        }
    }

    private static func take(transaction document: JSON) {
        do throws(MalformedDocument) {
            let transaction = try LedgerTransaction(document: document)
            for text in [transaction.summary, transaction.merchantName, transaction.fromAccount, transaction.toAccount]
            {
                hold(text.map { $0.utf8.count <= 1024 && !$0.utf8.contains(0) } ?? true, "a text can't be stored")
            }
        } catch {
            hold(PlainText.isClean(error.description), "the problem can't be shown")
        }
    }
}
