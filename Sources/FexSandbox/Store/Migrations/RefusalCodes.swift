/// Refusals are named as the wallet's contract names them, and keep what was said beside the code.
enum RefusalCodes {
    static let sql = """
        ALTER TABLE decision_refusals ADD COLUMN detail TEXT;
        UPDATE decision_refusals SET refusal = 'not_this_wallet' WHERE refusal = 'not_aimed_at_wallet';
        UPDATE decision_refusals SET refusal = 'insufficient_balance', detail = 'it holds another currency'
        WHERE refusal = 'currency_mismatch';
        """
}
