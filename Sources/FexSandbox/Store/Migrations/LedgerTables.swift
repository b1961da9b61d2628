/// Double entry in minor units: each transaction debits one account and credits another, and nothing is ever changed.
///
/// Each entry carries its account's balance after it, and a trigger makes sure that this is the sum of all entries.
enum LedgerTables {
    static let sql = """
        CREATE TABLE accounts (
          id TEXT NOT NULL PRIMARY KEY,
          kind TEXT NOT NULL CHECK (kind IN ('treasury', 'merchant', 'wallet')),
          merchant_id TEXT REFERENCES merchants (id),
          wallet_id TEXT UNIQUE REFERENCES wallets (id),
          currency TEXT NOT NULL CHECK (length(currency) = 3),
          CHECK ((kind = 'merchant') = (merchant_id IS NOT NULL)),
          CHECK ((kind = 'wallet') = (wallet_id IS NOT NULL)),
          UNIQUE (id, currency)
        ) STRICT;
        CREATE UNIQUE INDEX accounts_of_merchant ON accounts (merchant_id, currency) WHERE kind = 'merchant';
        CREATE UNIQUE INDEX accounts_of_treasury ON accounts (currency) WHERE kind = 'treasury';

        CREATE TABLE ledger_transactions (
          seq INTEGER PRIMARY KEY AUTOINCREMENT,
          id TEXT NOT NULL UNIQUE,
          type TEXT NOT NULL CHECK (type IN ('funding', 'payment', 'refund')),
          debit_account_id TEXT NOT NULL,
          credit_account_id TEXT NOT NULL,
          amount INTEGER NOT NULL CHECK (amount > 0),
          currency TEXT NOT NULL,
          description TEXT,
          payment_intent_id TEXT REFERENCES intents (id),
          merchant_id TEXT REFERENCES merchants (id),
          wallet_id TEXT NOT NULL REFERENCES wallets (id),
          created_at INTEGER NOT NULL,
          CHECK (debit_account_id <> credit_account_id),
          CHECK ((type = 'funding') = (payment_intent_id IS NULL)),
          UNIQUE (payment_intent_id, type),
          FOREIGN KEY (debit_account_id, currency) REFERENCES accounts (id, currency),
          FOREIGN KEY (credit_account_id, currency) REFERENCES accounts (id, currency)
        ) STRICT;
        CREATE INDEX ledger_transactions_by_wallet ON ledger_transactions (wallet_id, seq) WHERE type <> 'funding';
        CREATE INDEX ledger_transactions_by_merchant ON ledger_transactions (merchant_id, seq) WHERE type <> 'funding';

        CREATE TABLE ledger_entries (
          position INTEGER PRIMARY KEY AUTOINCREMENT,
          transaction_id TEXT NOT NULL REFERENCES ledger_transactions (id),
          account_id TEXT NOT NULL REFERENCES accounts (id),
          amount INTEGER NOT NULL CHECK (amount <> 0),
          balance_after INTEGER NOT NULL,
          UNIQUE (transaction_id, account_id)
        ) STRICT;
        CREATE INDEX ledger_entries_by_account ON ledger_entries (account_id, position);

        CREATE TRIGGER ledger_entries_add_up
        BEFORE INSERT ON ledger_entries
        WHEN NEW.balance_after <> NEW.amount + COALESCE(
          (SELECT balance_after FROM ledger_entries WHERE account_id = NEW.account_id ORDER BY position DESC LIMIT 1), 0)
        BEGIN SELECT RAISE(ABORT, 'a balance is the sum of its entries'); END;

        CREATE TRIGGER ledger_entries_never_overdraw_a_wallet
        BEFORE INSERT ON ledger_entries
        WHEN NEW.balance_after < 0 AND (SELECT kind FROM accounts WHERE id = NEW.account_id) = 'wallet'
        BEGIN SELECT RAISE(ABORT, 'a wallet is never overdrawn'); END;

        CREATE TRIGGER ledger_transactions_never_change
        BEFORE UPDATE ON ledger_transactions BEGIN SELECT RAISE(ABORT, 'the ledger is never changed'); END;
        CREATE TRIGGER ledger_transactions_stay
        BEFORE DELETE ON ledger_transactions BEGIN SELECT RAISE(ABORT, 'the ledger is never changed'); END;
        CREATE TRIGGER ledger_entries_never_change
        BEFORE UPDATE ON ledger_entries BEGIN SELECT RAISE(ABORT, 'the ledger is never changed'); END;
        CREATE TRIGGER ledger_entries_stay
        BEFORE DELETE ON ledger_entries BEGIN SELECT RAISE(ABORT, 'the ledger is never changed'); END;
        """
}
