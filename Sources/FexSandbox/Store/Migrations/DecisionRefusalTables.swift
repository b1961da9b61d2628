/// The refusals of decisions: the first answer to a key stands, whichever it was.
enum DecisionRefusalTables {
    static let sql = """
        CREATE TABLE decision_refusals (
          wallet_id TEXT NOT NULL REFERENCES wallets (id),
          idempotency_key TEXT NOT NULL,
          fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
          refusal TEXT NOT NULL,
          intent TEXT,
          PRIMARY KEY (wallet_id, idempotency_key)
        ) STRICT;
        """
}
