package fexwallet

/**
 * What the person was shown of a payment. If the platform has anything else, nothing is decided.
 *
 * @property intent the intent's id.
 * @property amount a decimal string, in [currency].
 * @property merchant the merchant's id.
 */
data class ShownTerms(val intent: String, val amount: String, val currency: String, val merchant: String)

/** The terms of an intent that was shown to the person. */
val PaymentIntent.shown: ShownTerms get() = ShownTerms(id, amount, currency, merchantId)

/** The terms of a request that was shown to the person. */
val ApprovalRequest.shown: ShownTerms get() = ShownTerms(intent, amount, currency, merchant)
