import FexValues
import Foundation
import GRDB

extension WalletStore {
    /// The ledger for histories of any size: a row's place is its time, what repeats is stored once, and totals are kept.
    static func migrateV5(_ db: Database) throws {
        try db.execute(
            sql: """
                -- Texts that repeat in row after row: types, statuses, currencies, accounts. Never changed, never deleted.
                CREATE TABLE label (
                    id INTEGER PRIMARY KEY,
                    text TEXT NOT NULL UNIQUE
                ) STRICT;
                INSERT INTO label (id, text) VALUES (1, 'completed'), (2, 'payment'), (3, 'refund');

                -- A merchant under one name. Under a new name it is another row: a payment keeps the name it was made under.
                CREATE TABLE payee (
                    id INTEGER PRIMARY KEY,
                    merchant_id TEXT NOT NULL,
                    name TEXT
                ) STRICT;
                CREATE UNIQUE INDEX payee_by_name ON payee (merchant_id, coalesce(name, ''));

                ALTER TABLE ledger_transaction RENAME TO ledger_transaction_v1;
                DROP INDEX ledger_transaction_newest_first;
                DROP INDEX ledger_transaction_of_intent;

                -- `place` is the time of creation in milliseconds since 1970 times 16, and which of its millisecond a row
                -- is: the order of the history, and where a page begins. `created_at` is given where a millisecond had more
                -- than 16. An id that is a UUID in lower case is kept as its 16 bytes.
                CREATE TABLE ledger_transaction (
                    place INTEGER PRIMARY KEY CHECK (place >= 0),
                    id ANY NOT NULL UNIQUE CHECK (typeof(id) = 'text' OR (typeof(id) = 'blob' AND length(id) = 16)),
                    sequence INTEGER,
                    intent_id ANY CHECK (typeof(intent_id) IN ('null', 'text')
                        OR (typeof(intent_id) = 'blob' AND length(intent_id) = 16)),
                    type INTEGER NOT NULL REFERENCES label (id),
                    status INTEGER NOT NULL REFERENCES label (id),
                    amount INTEGER NOT NULL CHECK (amount >= 0),
                    currency INTEGER NOT NULL REFERENCES label (id),
                    from_account INTEGER REFERENCES label (id),
                    to_account INTEGER REFERENCES label (id),
                    payee INTEGER REFERENCES payee (id),
                    description TEXT,
                    created_at INTEGER CHECK (created_at <> place >> 4),
                    completed_at INTEGER
                ) STRICT;

                CREATE TRIGGER ledger_transaction_is_kept_to_the_letter
                    BEFORE UPDATE OF place, id, type, amount, currency, created_at ON ledger_transaction
                    BEGIN SELECT RAISE(ABORT, 'a movement of money is never rewritten'); END;

                -- How much was moved, by month (UTC, as 202601) and by payee; 0 stands for one that is not known.
                CREATE TABLE month_total (
                    month INTEGER NOT NULL,
                    type INTEGER NOT NULL REFERENCES label (id),
                    currency INTEGER NOT NULL REFERENCES label (id),
                    count INTEGER NOT NULL CHECK (count >= 0),
                    amount INTEGER NOT NULL CHECK (amount >= 0),
                    PRIMARY KEY (month, type, currency)
                ) STRICT;
                CREATE TABLE payee_total (
                    payee INTEGER NOT NULL,
                    type INTEGER NOT NULL REFERENCES label (id),
                    currency INTEGER NOT NULL REFERENCES label (id),
                    count INTEGER NOT NULL CHECK (count >= 0),
                    amount INTEGER NOT NULL CHECK (amount >= 0),
                    PRIMARY KEY (payee, type, currency)
                ) STRICT;

                -- The words of each row, by which it is found; kept by the wallet beside the row, which holds the text.
                CREATE VIRTUAL TABLE ledger_text USING fts5 (
                    text, content = '', detail = none, columnsize = 0, prefix = '2 3', tokenize = 'ascii'
                );
                -- Which words of four letters and more there are: what the beginning of a word can mean.
                CREATE TABLE ledger_word (word TEXT PRIMARY KEY NOT NULL) STRICT, WITHOUT ROWID;

                -- How the ledger is read. `text_version` says by which rules words were found.
                CREATE TABLE ledger_state (
                    id INTEGER PRIMARY KEY CHECK (id = 1),
                    text_version INTEGER NOT NULL,
                    -- Whether the platform has no feed, so that pages are read; how far the first walk has come, and whether
                    -- it is over.
                    is_paged INTEGER NOT NULL DEFAULT 0 CHECK (is_paged IN (0, 1)),
                    next_page INTEGER CHECK (next_page >= 1),
                    is_walked INTEGER NOT NULL DEFAULT 0 CHECK (is_walked IN (0, 1))
                ) STRICT;
                INSERT INTO ledger_state (id, text_version) VALUES (1, 0);

                -- What is to be looked at again where pages are read: payments that have been paid back since.
                CREATE TABLE ledger_doubt (place INTEGER PRIMARY KEY REFERENCES ledger_transaction (place)) STRICT;

                -- When the first byte of a decision was about to be sent.
                ALTER TABLE decision ADD COLUMN sent_at INTEGER;
                """)
        try moveLedger(db)
        try db.execute(
            sql: """
                DROP TABLE ledger_transaction_v1;
                CREATE INDEX ledger_transaction_of_intent ON ledger_transaction (intent_id) WHERE intent_id IS NOT NULL;
                CREATE INDEX ledger_transaction_of_payee ON ledger_transaction (payee) WHERE payee IS NOT NULL;
                CREATE INDEX ledger_transaction_by_amount ON ledger_transaction (currency, amount);
                -- Nearly all are completed payments: those are found in the order of the history.
                CREATE INDEX ledger_transaction_of_status ON ledger_transaction (status) WHERE status <> 1;
                CREATE INDEX ledger_transaction_of_type ON ledger_transaction (type) WHERE type <> 2;
                \(totals)
                """)
    }

    /// The triggers that keep totals, of what is completed.
    private static var totals: String {
        func add(_ row: String, _ sign: String) -> String {
            let month = """
                CAST(strftime('%Y%m', coalesce(\(row).created_at, \(row).place >> 4) / 1000, 'unixepoch') AS INTEGER)
                """
            // The INSERT of what is taken away never happens: it was counted before.
            return [("month_total", "month", month), ("payee_total", "payee", "coalesce(\(row).payee, 0)")].map {
                """
                INSERT INTO \($0.0) (\($0.1), type, currency, count, amount)
                    VALUES (\($0.2), \(row).type, \(row).currency, 1, \(row).amount)
                    ON CONFLICT (\($0.1), type, currency) DO UPDATE
                    SET count = count \(sign) 1, amount = amount \(sign) excluded.amount;
                """
            }.joined(separator: "\n")
        }
        return """
            CREATE TRIGGER ledger_transaction_is_counted AFTER INSERT ON ledger_transaction WHEN NEW.status = 1
                BEGIN \(add("NEW", "+")) END;
            CREATE TRIGGER ledger_transaction_is_not_counted_any_more
                AFTER UPDATE OF status, payee ON ledger_transaction WHEN OLD.status = 1
                BEGIN \(add("OLD", "-")) END;
            CREATE TRIGGER ledger_transaction_is_counted_again
                AFTER UPDATE OF status, payee ON ledger_transaction WHEN NEW.status = 1
                BEGIN \(add("NEW", "+")) END;
            CREATE TRIGGER ledger_transaction_is_gone AFTER DELETE ON ledger_transaction WHEN OLD.status = 1
                BEGIN \(add("OLD", "-")) END;
            """
    }

    /// Gives each row of the first schema its place.
    private static func moveLedger(_ db: Database) throws {
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO label (text)
                    SELECT type FROM ledger_transaction_v1 UNION SELECT status FROM ledger_transaction_v1
                    UNION SELECT currency FROM ledger_transaction_v1
                    UNION SELECT from_account FROM ledger_transaction_v1 WHERE from_account IS NOT NULL
                    UNION SELECT to_account FROM ledger_transaction_v1 WHERE to_account IS NOT NULL;
                INSERT OR IGNORE INTO payee (merchant_id, name)
                    SELECT merchant_id, merchant_name FROM payment_intent
                    WHERE id IN (SELECT intent_id FROM ledger_transaction_v1);
                """)
        // Whatever the platform's time was before 1970, there was no platform.
        let old = """
            SELECT old.id, intent_id, max(created_at, 0) AS created_at,
                (SELECT payee.id FROM payee JOIN payment_intent USING (merchant_id)
                    WHERE payment_intent.id = intent_id AND name IS merchant_name) AS payee
            FROM ledger_transaction_v1 AS old ORDER BY 3, 1
            """
        var place: Int64 = -1
        try db.eachRow(old) { row in
            let id = try row.text(0, "ledger_transaction.id")
            let createdAt = try row.time(2, "ledger_transaction.created_at").milliseconds
            place = max(place + 1, createdAt << 4)
            try db.execute(
                sql: """
                    INSERT INTO ledger_transaction (place, id, sequence, intent_id, type, status, amount, currency,
                        from_account, to_account, payee, description, created_at, completed_at)
                    SELECT :place, :stored_id, sequence, :stored_intent, (SELECT id FROM label WHERE text = type),
                        (SELECT id FROM label WHERE text = status), amount, (SELECT id FROM label WHERE text = currency),
                        (SELECT id FROM label WHERE text = from_account), (SELECT id FROM label WHERE text = to_account),
                        :payee, description, :created_at, completed_at
                    FROM ledger_transaction_v1 WHERE id = :id
                    """,
                arguments: [
                    "place": place, "stored_id": compact(id),
                    "stored_intent": row.optionalText(1, "ledger_transaction.intent_id").map { compact($0) } ?? .null,
                    "payee": row.optionalInteger(3, "payee.id"),
                    "created_at": place >> 4 == createdAt ? nil : createdAt, "id": id,
                ])
        }
    }

    /// A UUID in lower case as its bytes, any other text as it is.
    private static func compact(_ text: String) -> DatabaseValue {
        let digits = text.utf8.filter { $0 != UInt8(ascii: "-") }
        let isUUID = text.wholeMatch(of: /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/) != nil
        guard isUUID else { return text.databaseValue }
        func value(_ digit: UInt8) -> UInt8 { digit < 0x3A ? digit - 0x30 : digit - 0x57 }
        return Data(stride(from: 0, to: 32, by: 2).map { value(digits[$0]) << 4 | value(digits[$0 + 1]) }).databaseValue
    }
}
