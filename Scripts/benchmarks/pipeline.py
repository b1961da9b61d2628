"""What a sync is measured against: curl to files, and SQLite's own JSON functions from there into tables."""

import pathlib
import re
import sqlite3
import subprocess
import time

#: One statement from the files into a table without indexes.
PLAIN = """
CREATE TABLE plain (
    sequence INTEGER, id TEXT, intent_id TEXT, type TEXT, status TEXT, amount INTEGER, currency TEXT,
    from_account TEXT, to_account TEXT, merchant_id TEXT, merchant_name TEXT, description TEXT, created_at INTEGER,
    completed_at INTEGER
) STRICT;
INSERT INTO plain
    SELECT row.value ->> 'seq', row.value ->> 'transaction_id', row.value ->> '$.metadata.payment_intent_id',
        row.value ->> 'transaction_type', row.value ->> 'status',
        CAST(replace(row.value ->> 'amount', '.', '') AS INTEGER), row.value ->> 'currency',
        row.value ->> 'from_account_id', row.value ->> 'to_account_id', row.value ->> 'merchant_id',
        row.value ->> 'merchant_name', row.value ->> 'description',
        CAST(round((julianday(row.value ->> 'created_at') - 2440587.5) * 86400000) AS INTEGER),
        CAST(round((julianday(row.value ->> 'completed_at') - 2440587.5) * 86400000) AS INTEGER)
    FROM generate_series(0, :last, 1000) AS page,
        json_each(readfile(:pages || '/' || page.value || '.json'), '$.transactions') AS row;
"""

#: From there into the wallet's own tables. Ids stay text: this SQLite knows no bytes of a hexadecimal text.
SAME_SHAPE = """
INSERT OR IGNORE INTO label (text)
    SELECT type FROM plain UNION SELECT status FROM plain UNION SELECT currency FROM plain
    UNION SELECT from_account FROM plain UNION SELECT to_account FROM plain;
INSERT INTO payee (merchant_id, name) SELECT DISTINCT merchant_id, merchant_name FROM plain;
INSERT INTO ledger_transaction (place, id, sequence, intent_id, type, status, amount, currency, from_account,
        to_account, payee, description, completed_at)
    SELECT (plain.created_at << 4) + row_number() OVER (PARTITION BY plain.created_at ORDER BY sequence) - 1,
        plain.id, sequence, intent_id, type.id, status.id, amount, currency.id, payer.id, taker.id, payee.id,
        description, completed_at
    FROM plain JOIN label AS type ON type.text = type JOIN label AS status ON status.text = status
        JOIN label AS currency ON currency.text = currency JOIN label AS payer ON payer.text = from_account
        JOIN label AS taker ON taker.text = to_account
        JOIN payee ON payee.merchant_id = plain.merchant_id AND coalesce(payee.name, '') = coalesce(merchant_name, '')
    ORDER BY 1;
INSERT INTO ledger_text (rowid, text)
    SELECT place, coalesce(name, '') || ' ' || coalesce(description, '')
    FROM ledger_transaction LEFT JOIN payee ON payee.id = payee;
CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, ledger_text, row);
INSERT INTO ledger_word SELECT term FROM temp.vocabulary WHERE length(term) >= 4 AND term NOT GLOB '[0-9]*';
INSERT INTO month_total
    SELECT CAST(strftime('%Y%m', (place >> 4) / 1000, 'unixepoch') AS INTEGER), type, currency, count(*), sum(amount)
    FROM ledger_transaction WHERE status = 1 GROUP BY 1, 2, 3;
INSERT INTO payee_total
    SELECT payee, type, currency, count(*), sum(amount) FROM ledger_transaction WHERE status = 1 GROUP BY 1, 2, 3;
"""

TABLES = ("label", "payee", "ledger_transaction", "month_total", "payee_total", "ledger_text", "ledger_word")


def schema(wallet_database):
    """The statements that make the wallet's ledger, with its indexes and without its triggers."""
    connection = sqlite3.connect(f"file:{wallet_database}?mode=ro", uri=True)
    rows = connection.execute(
        "SELECT sql FROM sqlite_master WHERE tbl_name IN (%s) AND type IN ('table', 'index') AND sql IS NOT NULL"
        % ", ".join("?" * len(TABLES)), TABLES).fetchall()
    connection.close()
    text = ";\n".join(sql for sql, in rows) + ";\n"
    # The wallet finds the words itself; here the tokenizer has to.
    text = re.sub(r"tokenize = '\w+'", "tokenize = 'unicode61 remove_diacritics 2'", text)
    return text + "INSERT INTO label (id, text) VALUES (1, 'completed'), (2, 'payment'), (3, 'refund');\n"


def fetch(url, rows, directory):
    """curl to files; how many seconds it takes."""
    feed = pathlib.Path(directory) / "feed"
    feed.mkdir()
    configuration = feed / "configuration"
    configuration.write_text("".join(
        f'url = "{url}/wallet/api/v1/transactions?after={after}&limit=1000"\noutput = "{feed}/{after}.json"\n'
        for after in range(0, rows, 1000)))
    start = time.perf_counter()
    subprocess.run(["curl", "--silent", "--fail", "--config", str(configuration)], check=True)
    return time.perf_counter() - start


def insert(directory, rows, wallet_database=None):
    """From the files into a database; how many seconds it takes, and where the database is.

    With a wallet's database the tables are the same as there, otherwise it is one without an index."""
    directory = pathlib.Path(directory)
    database = directory / ("same.sqlite" if wallet_database else "plain.sqlite")
    script = [
        "PRAGMA journal_mode = WAL;", f".parameter set :pages \"'{directory / 'feed'}'\"",
        f".parameter set :last {rows - 1}", "BEGIN;",
    ]
    if wallet_database:
        script += [schema(wallet_database), PLAIN.replace("CREATE TABLE", "CREATE TEMP TABLE"), SAME_SHAPE]
    else:
        script.append(PLAIN)
    script.append("COMMIT;")
    start = time.perf_counter()
    run = subprocess.run(
        ["sqlite3", "-bail", str(database)], input="\n".join(script), text=True, capture_output=True)
    seconds = time.perf_counter() - start
    if run.returncode != 0 or run.stderr:
        raise SystemExit(f"sqlite3: {run.stderr}")
    return seconds, database
