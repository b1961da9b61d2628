public import FexValues

/// A payment that a merchant asks for, as the platform has it.
///
/// Amount, currency and merchant are the platform's word, never a code's or an event's.
public struct PaymentIntent: Identifiable, Hashable, Sendable {
    /// Its id at the platform, by which it is fetched.
    public var id: IntentID
    /// Who asks for the money.
    public var merchantID: MerchantID
    /// The merchant's name as registered; text from outside.
    public var merchantName: String?
    /// What is to be paid, above zero.
    public var amount: Money
    /// Where it stands, as the platform last said.
    public var status: IntentStatus
    /// When it lapses, on the platform's clock.
    public var expiresAt: Timestamp
    /// What it is for, in the merchant's words; text from outside.
    public var summary: String?
    /// The wallet it is aimed at, if a till asked one wallet.
    public var targetWallet: WalletID?
    /// The wallet that paid it.
    public var completedBy: WalletID?
    /// When it was paid, on the platform's clock; `nil` where it isn't, or the platform doesn't say.
    public var completedAt: Timestamp?
    /// When the merchant asked, on the platform's clock.
    public var createdAt: Timestamp?
    /// When it last changed.
    public var updatedAt: Timestamp?
    /// What the platform said, fields this version doesn't know included, within bounds: a merchant chooses much of it.
    ///
    /// Pictures of the code (`qr_code_url`, `qr_data`) are left out, texts are cut, `metadata` of more than 4 KB is `null`, and
    /// of unknown fields as many are kept as fit into 8 KB.
    public internal(set) var document: JSON

    /// An intent read from a document of the platform.
    ///
    /// - Throws: ``MalformedDocument`` naming the field that no platform could have sent in good faith.
    package init(document: JSON) throws(MalformedDocument) {
        let fields = try JSONFields(document, at: "payment_intent")
        id = try fields.id("id")
        merchantID = try fields.id("merchant_id")
        merchantName = try fields.optionalString("merchant_name")?.bounded(toBytes: IntentBounds.name)
        amount = try fields.money()
        guard amount.minorUnits > 0 else { throw fields.malformed("amount", "is zero") }
        status = IntentStatus(rawValue: try fields.string("status").bounded(toBytes: IntentBounds.word))
        expiresAt = try fields.timestamp("expires_at")
        summary = try fields.optionalString("description")?.bounded(toBytes: IntentBounds.text)
        targetWallet = try fields.optionalID("target_wallet_id")
        completedBy = try fields.optionalID("completed_by")
        completedAt = try fields.optionalTimestamp("completed_at")
        createdAt = try fields.optionalTimestamp("created_at")
        updatedAt = try fields.optionalTimestamp("updated_at")
        self.document = .object(IntentBounds.bounded(fields.object, amount: amount, expiresAt: expiresAt))
    }
}

extension PaymentIntent {
    /// What a person is shown and says yes or no to: the intent with its amount and merchant as they are here.
    public var terms: Terms { Terms(intent: id, amount: amount, merchant: merchantID) }

    /// The merchant's name fit to be shown; `nil` where it has none, or one in which there is nothing to see.
    public var shownName: String? {
        let name = PlainText.clean(merchantName ?? "", limit: 80)
        return PlainText.isVisible(name) ? name : nil
    }

    /// The merchant's name fit to be shown, or its id where it has none.
    public var shownMerchant: String { shownName ?? merchantID.rawValue }
}

/// What a person says yes or no to: exactly this is signed and sent.
public struct Terms: Hashable, Sendable {
    /// The intent that is decided on.
    public var intent: IntentID
    /// What is paid, to the minor unit.
    public var amount: Money
    /// The merchant that is paid.
    public var merchant: MerchantID

    /// The terms of an intent, as a person was shown them.
    public init(intent: IntentID, amount: Money, merchant: MerchantID) {
        self.intent = intent
        self.amount = amount
        self.merchant = merchant
    }
}
