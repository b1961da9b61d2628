"""Kills `wallet-cli sync` at random moments while it reads a long history, again and again, and lets each wallet come to
the end: its database must hold, row for row, what one holds whose sync ran through."""

import argparse
import random
import sqlite3
import subprocess
import time

from customers import Customer, expect, kill, shop


def content(customer):
    """All rows of the ledger, by text: numbers of labels depend on the order in which they were met."""
    rows = """
        SELECT hex(t.id), sequence, hex(intent_id), type.text, status.text, amount, currency.text, sender.text,
            receiver.text, merchant_id, name, description, coalesce(t.created_at, place >> 4), completed_at
        FROM ledger_transaction AS t JOIN label AS type ON type.id = type JOIN label AS status ON status.id = status
            JOIN label AS currency ON currency.id = currency LEFT JOIN label AS sender ON sender.id = from_account
            LEFT JOIN label AS receiver ON receiver.id = to_account LEFT JOIN payee ON payee.id = payee
        ORDER BY place"""
    totals = """
        SELECT month, label.text, sum(count), sum(amount) FROM month_total JOIN label ON label.id = type GROUP BY 1, 2"""
    found = "SELECT rowid FROM ledger_text WHERE ledger_text MATCH '{}' ORDER BY rowid"
    answer = [customer.stored(rows), customer.stored(totals), customer.stored("SELECT word FROM ledger_word ORDER BY 1")]
    answer += [customer.stored(found.format(word)) for word in ("order", "coffee", "1*")]
    answer.append(customer.stored("SELECT name, after FROM feed ORDER BY 1"))
    expect(customer.stored("PRAGMA integrity_check") == [("ok",)], "the database is whole")
    expect(customer.stored("SELECT count(*) FROM outbox") == [(0,)], "nothing waits")
    return answer


def rows(customer):
    try:
        return customer.stored("SELECT count(*) FROM ledger_transaction")[0][0]
    except sqlite3.OperationalError:
        return 0


def sync_until_killed(customer, draw, longest):
    """One sync; whether it was killed before its end."""
    process = customer.start("sync")
    try:
        process.wait(timeout=draw.uniform(0.0, longest))
        expect(process.returncode == 0, f"a sync ends with 0: {process.returncode}")
        return False
    except subprocess.TimeoutExpired:
        kill(process)
        return True


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True, help="where fex-sandbox and wallet-cli lie")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    draw = random.Random(arguments.seed)
    with shop(arguments.programs, "--no-nats") as running:
        person = running.open_wallet("100000.00")
        running.make_history(person, arguments.rows)
        through = Customer(running, person, "through")
        begun = time.monotonic()
        through.document("sync")
        seconds = time.monotonic() - begun
        expected = content(through)
        expect(len(expected[0]) == arguments.rows, f"the history is whole: {len(expected[0])}")
        kills, moments, wallets = 0, [], 0
        while kills < arguments.kills:
            wallets += 1
            customer = Customer(running, person, f"killed-{wallets}")
            while sync_until_killed(customer, draw, seconds / 3):
                kills += 1
                moments.append(rows(customer))
            expect(content(customer) == expected, f"wallet {wallets} holds the same rows")
        inside = sum(0 < moment < arguments.rows for moment in moments)
        expect(inside >= kills // 4, f"enough kills fall within a history: {inside} of {kills}")
    print(f"kill -9: {kills}, {inside} of them within a history of {arguments.rows} rows, in {wallets} wallets;"
          " each came to the same rows as a sync that ran through")


if __name__ == "__main__":
    main()
