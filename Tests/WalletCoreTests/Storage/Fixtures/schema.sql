CREATE TABLE account (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    wallet_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    scan_token TEXT NOT NULL,
    balance INTEGER NOT NULL CHECK (balance >= 0),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    version INTEGER NOT NULL,
    as_of INTEGER NOT NULL,
    device_id TEXT
) STRICT;

CREATE TABLE approval (
    intent_id TEXT PRIMARY KEY NOT NULL REFERENCES payment_intent (id),
    first_seen_at INTEGER NOT NULL,
    came_by TEXT NOT NULL CHECK (came_by IN ('stream', 'feed', 'push'))
, first_amount INTEGER CHECK (first_amount > 0), first_currency TEXT CHECK (length(first_currency) = 3), first_merchant_id TEXT, merchant_id TEXT, open_until INTEGER, alike_until INTEGER, is_kept INTEGER NOT NULL DEFAULT 0 CHECK (is_kept IN (0, 1)), revision INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE decision (
    id TEXT PRIMARY KEY NOT NULL,
    intent_id TEXT NOT NULL REFERENCES payment_intent (id),
    kind TEXT NOT NULL CHECK (kind IN ('pay', 'approve', 'decline')),
    amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    merchant_id TEXT NOT NULL,
    idempotency_key TEXT NOT NULL UNIQUE,
    body BLOB NOT NULL,
    decided_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('recorded', 'sending', 'waiting', 'unknown',
        'confirmed', 'refused', 'lapsed', 'cancelled')),
    may_have_left INTEGER NOT NULL CHECK (may_have_left IN (0, 1)),
    reason TEXT,
    settled_at INTEGER,
    transaction_id TEXT, sent_at INTEGER, refusal_code TEXT, ledger_after INTEGER CHECK (ledger_after >= 0),
    CHECK ((settled_at IS NOT NULL) = (state IN ('confirmed', 'refused', 'lapsed', 'cancelled')))
) STRICT;

CREATE TABLE feed (
    name TEXT PRIMARY KEY NOT NULL CHECK (name IN ('approvals', 'transactions')),
    after INTEGER NOT NULL,
    etag TEXT
, is_reread INTEGER NOT NULL DEFAULT 0 CHECK (is_reread IN (0, 1)), checked INTEGER CHECK (checked >= 0), read_at INTEGER) STRICT;

CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);

CREATE TABLE label (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE ledger_doubt (place INTEGER PRIMARY KEY REFERENCES ledger_transaction (place)) STRICT;

CREATE TABLE ledger_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    text_version INTEGER NOT NULL,
    -- Whether the platform has no feed, so that pages are read; how far the first walk has come, and whether
    -- it is over.
    is_paged INTEGER NOT NULL DEFAULT 0 CHECK (is_paged IN (0, 1)),
    next_page INTEGER CHECK (next_page >= 1),
    is_walked INTEGER NOT NULL DEFAULT 0 CHECK (is_walked IN (0, 1))
) STRICT;

CREATE VIRTUAL TABLE ledger_text USING fts5 (
    text, content = '', detail = none, columnsize = 0, prefix = '2 3', tokenize = 'ascii'
);

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

CREATE TABLE ledger_word (word TEXT PRIMARY KEY NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE month_total (
    month INTEGER NOT NULL,
    type INTEGER NOT NULL REFERENCES label (id),
    currency INTEGER NOT NULL REFERENCES label (id),
    count INTEGER NOT NULL CHECK (count >= 0),
    amount INTEGER NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (month, type, currency)
) STRICT;

CREATE TABLE muted_merchant (
    merchant_id TEXT PRIMARY KEY NOT NULL,
    muted_at INTEGER NOT NULL
) STRICT;

CREATE TABLE outbox (
    decision_id TEXT PRIMARY KEY NOT NULL REFERENCES decision (id),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    next_attempt_at INTEGER NOT NULL,
    waiting_for TEXT
, leased_by TEXT, leased_until INTEGER CHECK ((leased_by IS NULL) = (leased_until IS NULL))) STRICT;

CREATE TABLE payee (
    id INTEGER PRIMARY KEY,
    merchant_id TEXT NOT NULL,
    name TEXT
) STRICT;

CREATE TABLE payee_total (
    payee INTEGER NOT NULL,
    type INTEGER NOT NULL REFERENCES label (id),
    currency INTEGER NOT NULL REFERENCES label (id),
    count INTEGER NOT NULL CHECK (count >= 0),
    amount INTEGER NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (payee, type, currency)
) STRICT;

CREATE TABLE payment_intent (
    id TEXT PRIMARY KEY NOT NULL,
    merchant_id TEXT NOT NULL,
    merchant_name TEXT,
    status TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    fetched_at INTEGER NOT NULL,
    document TEXT NOT NULL CHECK (json_valid(document))
) STRICT;

CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY,
    feed TEXT NOT NULL CHECK (feed IN ('approvals', 'transactions')),
    key TEXT NOT NULL,
    sequence INTEGER,
    row_id TEXT,
    why TEXT NOT NULL,
    -- As it came, at most 4 KB; NULL where it was too long to come at all.
    document TEXT CHECK (length(document) <= 4096),
    -- From which cursor it is asked for again, and as one of how many rows; NULL in a list without cursors.
    after INTEGER,
    row_count INTEGER NOT NULL CHECK (row_count >= 1),
    found_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_attempt_at INTEGER NOT NULL
) STRICT;

CREATE TABLE spending_limit (
    currency TEXT PRIMARY KEY NOT NULL CHECK (length(currency) = 3),
    always_asks INTEGER NOT NULL DEFAULT 0 CHECK (always_asks IN (0, 1)),
    typed_above INTEGER CHECK (typed_above >= 0),
    daily INTEGER CHECK (daily >= 0)
) STRICT;

CREATE TABLE sync_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    last_sync_at INTEGER,
    server_offset INTEGER NOT NULL
, boot_session TEXT, server_earliest INTEGER, server_latest INTEGER CHECK (server_latest >= server_earliest)) STRICT;

CREATE INDEX approval_alike
    ON approval (first_merchant_id, first_amount, first_currency, first_seen_at)
    WHERE alike_until < 9223372036854775807;

CREATE INDEX approval_alike_paid
    ON approval (first_merchant_id, first_amount, first_currency, first_seen_at)
    WHERE alike_until = 9223372036854775807;

CREATE INDEX approval_by_revision ON approval (revision);

CREATE INDEX approval_open ON approval (open_until, merchant_id) WHERE open_until IS NOT NULL;

CREATE INDEX approval_open_of_merchant
    ON approval (merchant_id, open_until, first_seen_at) WHERE open_until IS NOT NULL;

CREATE INDEX approval_past ON approval (revision) WHERE open_until IS NULL AND is_kept = 0;

CREATE INDEX decision_by_time ON decision (decided_at) WHERE kind <> 'decline';

CREATE INDEX decision_of_intent ON decision (intent_id);

CREATE INDEX decision_that_may_be_paid ON decision (intent_id)
    WHERE state IN ('refused', 'lapsed') AND may_have_left;

CREATE UNIQUE INDEX decision_that_stands ON decision (intent_id)
    WHERE state NOT IN ('refused', 'lapsed', 'cancelled');

CREATE INDEX ledger_transaction_by_amount ON ledger_transaction (currency, amount);

CREATE INDEX ledger_transaction_of_intent ON ledger_transaction (intent_id) WHERE intent_id IS NOT NULL;

CREATE INDEX ledger_transaction_of_payee ON ledger_transaction (payee) WHERE payee IS NOT NULL;

CREATE INDEX ledger_transaction_of_status ON ledger_transaction (status) WHERE status <> 1;

CREATE INDEX ledger_transaction_of_type ON ledger_transaction (type) WHERE type <> 2;

CREATE UNIQUE INDEX payee_by_name ON payee (merchant_id, coalesce(name, ''));

CREATE UNIQUE INDEX quarantine_by_key ON quarantine (feed, key);

CREATE TRIGGER approval_follows_decision AFTER INSERT ON decision
    BEGIN
        UPDATE approval SET revision = 1 + (SELECT max(revision) FROM approval), (merchant_id, open_until, alike_until, is_kept) = (
    SELECT asked.merchant_id,
        CASE
            WHEN said.id IS NOT NULL AND said.settled_at IS NULL THEN 9223372036854775807
            WHEN said.state = 'confirmed' THEN NULL
            WHEN asked.status = 'pending_approval' THEN asked.expires_at
        END,
        CASE
            WHEN said.state NOT IN ('refused', 'lapsed', 'cancelled')
                THEN CASE said.kind WHEN 'decline' THEN NULL ELSE 9223372036854775807 END
            WHEN asked.status = 'completed' THEN 9223372036854775807
            WHEN asked.status = 'pending_approval' THEN asked.expires_at
        END,
        said.id IS NOT NULL OR asked.status IN ('completed', 'refunded')
    FROM payment_intent AS asked LEFT JOIN decision AS said
        ON said.rowid = (SELECT max(rowid) FROM decision WHERE intent_id = asked.id)
    WHERE asked.id = approval.intent_id)
        WHERE intent_id = NEW.intent_id;
    END;

CREATE TRIGGER approval_follows_intent AFTER UPDATE OF merchant_id, status, expires_at, document ON payment_intent
    BEGIN
        UPDATE approval SET revision = 1 + (SELECT max(revision) FROM approval), (merchant_id, open_until, alike_until, is_kept) = (
    SELECT asked.merchant_id,
        CASE
            WHEN said.id IS NOT NULL AND said.settled_at IS NULL THEN 9223372036854775807
            WHEN said.state = 'confirmed' THEN NULL
            WHEN asked.status = 'pending_approval' THEN asked.expires_at
        END,
        CASE
            WHEN said.state NOT IN ('refused', 'lapsed', 'cancelled')
                THEN CASE said.kind WHEN 'decline' THEN NULL ELSE 9223372036854775807 END
            WHEN asked.status = 'completed' THEN 9223372036854775807
            WHEN asked.status = 'pending_approval' THEN asked.expires_at
        END,
        said.id IS NOT NULL OR asked.status IN ('completed', 'refunded')
    FROM payment_intent AS asked LEFT JOIN decision AS said
        ON said.rowid = (SELECT max(rowid) FROM decision WHERE intent_id = asked.id)
    WHERE asked.id = approval.intent_id)
        WHERE intent_id = NEW.id;
    END;

CREATE TRIGGER approval_follows_state AFTER UPDATE OF state ON decision WHEN OLD.state <> NEW.state
    BEGIN
        UPDATE approval SET revision = 1 + (SELECT max(revision) FROM approval), (merchant_id, open_until, alike_until, is_kept) = (
    SELECT asked.merchant_id,
        CASE
            WHEN said.id IS NOT NULL AND said.settled_at IS NULL THEN 9223372036854775807
            WHEN said.state = 'confirmed' THEN NULL
            WHEN asked.status = 'pending_approval' THEN asked.expires_at
        END,
        CASE
            WHEN said.state NOT IN ('refused', 'lapsed', 'cancelled')
                THEN CASE said.kind WHEN 'decline' THEN NULL ELSE 9223372036854775807 END
            WHEN asked.status = 'completed' THEN 9223372036854775807
            WHEN asked.status = 'pending_approval' THEN asked.expires_at
        END,
        said.id IS NOT NULL OR asked.status IN ('completed', 'refunded')
    FROM payment_intent AS asked LEFT JOIN decision AS said
        ON said.rowid = (SELECT max(rowid) FROM decision WHERE intent_id = asked.id)
    WHERE asked.id = approval.intent_id)
        WHERE intent_id = NEW.intent_id;
    END;

CREATE TRIGGER approval_is_asked AFTER INSERT ON approval
    BEGIN
        UPDATE approval SET revision = 1 + (SELECT max(revision) FROM approval), (merchant_id, open_until, alike_until, is_kept) = (
    SELECT asked.merchant_id,
        CASE
            WHEN said.id IS NOT NULL AND said.settled_at IS NULL THEN 9223372036854775807
            WHEN said.state = 'confirmed' THEN NULL
            WHEN asked.status = 'pending_approval' THEN asked.expires_at
        END,
        CASE
            WHEN said.state NOT IN ('refused', 'lapsed', 'cancelled')
                THEN CASE said.kind WHEN 'decline' THEN NULL ELSE 9223372036854775807 END
            WHEN asked.status = 'completed' THEN 9223372036854775807
            WHEN asked.status = 'pending_approval' THEN asked.expires_at
        END,
        said.id IS NOT NULL OR asked.status IN ('completed', 'refunded')
    FROM payment_intent AS asked LEFT JOIN decision AS said
        ON said.rowid = (SELECT max(rowid) FROM decision WHERE intent_id = asked.id)
    WHERE asked.id = approval.intent_id)
        WHERE intent_id = NEW.intent_id;
    END;

CREATE TRIGGER approval_loses_decision AFTER DELETE ON decision
    BEGIN
        UPDATE approval SET revision = 1 + (SELECT max(revision) FROM approval), (merchant_id, open_until, alike_until, is_kept) = (
    SELECT asked.merchant_id,
        CASE
            WHEN said.id IS NOT NULL AND said.settled_at IS NULL THEN 9223372036854775807
            WHEN said.state = 'confirmed' THEN NULL
            WHEN asked.status = 'pending_approval' THEN asked.expires_at
        END,
        CASE
            WHEN said.state NOT IN ('refused', 'lapsed', 'cancelled')
                THEN CASE said.kind WHEN 'decline' THEN NULL ELSE 9223372036854775807 END
            WHEN asked.status = 'completed' THEN 9223372036854775807
            WHEN asked.status = 'pending_approval' THEN asked.expires_at
        END,
        said.id IS NOT NULL OR asked.status IN ('completed', 'refunded')
    FROM payment_intent AS asked LEFT JOIN decision AS said
        ON said.rowid = (SELECT max(rowid) FROM decision WHERE intent_id = asked.id)
    WHERE asked.id = approval.intent_id)
        WHERE intent_id = OLD.intent_id;
    END;

CREATE TRIGGER decision_is_kept_to_the_letter
    BEFORE UPDATE OF id, intent_id, kind, amount, currency, merchant_id, idempotency_key, body, decided_at
    ON decision
    BEGIN SELECT RAISE(ABORT, 'a decision is never rewritten'); END;

CREATE TRIGGER decision_settles_once
    BEFORE UPDATE OF state ON decision
    WHEN OLD.settled_at IS NOT NULL
        AND NOT (OLD.state IN ('refused', 'lapsed') AND OLD.may_have_left AND NEW.state = 'unknown')
    BEGIN SELECT RAISE(ABORT, 'a settled decision stays as it is'); END;

CREATE TRIGGER ledger_transaction_is_counted AFTER INSERT ON ledger_transaction WHEN NEW.status = 1
    BEGIN INSERT INTO month_total (month, type, currency, count, amount)
    VALUES (CAST(strftime('%Y%m', coalesce(NEW.created_at, NEW.place >> 4) / 1000, 'unixepoch') AS INTEGER), NEW.type, NEW.currency, 1, NEW.amount)
    ON CONFLICT (month, type, currency) DO UPDATE
    SET count = count + 1, amount = amount + excluded.amount;
INSERT INTO payee_total (payee, type, currency, count, amount)
    VALUES (coalesce(NEW.payee, 0), NEW.type, NEW.currency, 1, NEW.amount)
    ON CONFLICT (payee, type, currency) DO UPDATE
    SET count = count + 1, amount = amount + excluded.amount; END;

CREATE TRIGGER ledger_transaction_is_counted_again
    AFTER UPDATE OF status, payee ON ledger_transaction WHEN NEW.status = 1
    BEGIN INSERT INTO month_total (month, type, currency, count, amount)
    VALUES (CAST(strftime('%Y%m', coalesce(NEW.created_at, NEW.place >> 4) / 1000, 'unixepoch') AS INTEGER), NEW.type, NEW.currency, 1, NEW.amount)
    ON CONFLICT (month, type, currency) DO UPDATE
    SET count = count + 1, amount = amount + excluded.amount;
INSERT INTO payee_total (payee, type, currency, count, amount)
    VALUES (coalesce(NEW.payee, 0), NEW.type, NEW.currency, 1, NEW.amount)
    ON CONFLICT (payee, type, currency) DO UPDATE
    SET count = count + 1, amount = amount + excluded.amount; END;

CREATE TRIGGER ledger_transaction_is_gone AFTER DELETE ON ledger_transaction WHEN OLD.status = 1
    BEGIN INSERT INTO month_total (month, type, currency, count, amount)
    VALUES (CAST(strftime('%Y%m', coalesce(OLD.created_at, OLD.place >> 4) / 1000, 'unixepoch') AS INTEGER), OLD.type, OLD.currency, 1, OLD.amount)
    ON CONFLICT (month, type, currency) DO UPDATE
    SET count = count - 1, amount = amount - excluded.amount;
INSERT INTO payee_total (payee, type, currency, count, amount)
    VALUES (coalesce(OLD.payee, 0), OLD.type, OLD.currency, 1, OLD.amount)
    ON CONFLICT (payee, type, currency) DO UPDATE
    SET count = count - 1, amount = amount - excluded.amount; END;

CREATE TRIGGER ledger_transaction_is_kept_to_the_letter
    BEFORE UPDATE OF place, id, type, amount, currency, created_at ON ledger_transaction
    BEGIN SELECT RAISE(ABORT, 'a movement of money is never rewritten'); END;

CREATE TRIGGER ledger_transaction_is_not_counted_any_more
    AFTER UPDATE OF status, payee ON ledger_transaction WHEN OLD.status = 1
    BEGIN INSERT INTO month_total (month, type, currency, count, amount)
    VALUES (CAST(strftime('%Y%m', coalesce(OLD.created_at, OLD.place >> 4) / 1000, 'unixepoch') AS INTEGER), OLD.type, OLD.currency, 1, OLD.amount)
    ON CONFLICT (month, type, currency) DO UPDATE
    SET count = count - 1, amount = amount - excluded.amount;
INSERT INTO payee_total (payee, type, currency, count, amount)
    VALUES (coalesce(OLD.payee, 0), OLD.type, OLD.currency, 1, OLD.amount)
    ON CONFLICT (payee, type, currency) DO UPDATE
    SET count = count - 1, amount = amount - excluded.amount; END;
