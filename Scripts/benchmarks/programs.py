"""The file a wallet leaves behind, and the terminal client on it: whole processes, timed."""

import csv
import datetime
import pathlib
import re
import sqlite3
import statistics
import subprocess
import tempfile
import time


def measure_file(bench, figures):
    """Bytes a row, once the log is in the file."""
    rows = max(bench.sizes)
    database = bench.wallet(rows) / "wallet.sqlite"
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    parts = connection.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC").fetchall()
    connection.close()
    section = f"The file, {rows:,} rows"
    figures.add(section, "bytes a row", database.stat().st_size / rows, "bytes",
                most=None if bench.is_small else 280)
    for name, size in parts:
        if size / rows >= 0.5:
            figures.add(section, f"  {name}", size / rows, "bytes")


class Client:
    """`wallet-cli` with a benchmark's wallet as its profile."""

    def __init__(self, bench, rows):
        self.program = bench.program("wallet-cli")
        self.environment = bench.client_environment(rows)
        if not (bench.wallet(rows) / "profile.json").exists():
            self.run("profile", "add", "default", "--api", "http://127.0.0.1:9", "--auth", "http://127.0.0.1:9")

    def run(self, *arguments, wrapper=()):
        run = subprocess.run([*wrapper, self.program, *arguments], env=self.environment, capture_output=True, text=True)
        if run.returncode != 0:
            raise SystemExit(f"wallet-cli {' '.join(arguments)}: {run.stderr}")
        return run

    def peak(self, *arguments):
        """The most memory of the process, in MB. GNU time forks: what this process holds does not count."""
        run = self.run(*arguments, wrapper=("/usr/bin/time", "--format", "peak=%M"))
        return int(re.search(r"peak=(\d+)", run.stderr).group(1)) / 1024


def measure_client(bench, figures):
    rows = max(bench.sizes)
    client = Client(bench, rows)
    times = []
    for _ in range(bench.client_runs):
        start = time.perf_counter()
        run = client.run("history")
        times.append(time.perf_counter() - start)
    if len(run.stdout.splitlines()) < 50:
        raise SystemExit(f"wallet-cli history shows too little: {run.stdout}")
    section = f"wallet-cli history, {rows:,} rows"
    figures.add(section, f"whole process, median of {bench.client_runs}", statistics.median(times) * 1000, "ms",
                most=40)
    figures.add(section, "whole process, slowest", max(times) * 1000, "ms")
    figures.add(section, "peak memory", max(client.peak("history") for _ in range(3)), "MB", most=40)


def measure_export(bench, figures):
    """The export, read back by another's parser and compared row by row."""
    client = Client(bench, max(bench.sizes))
    if "history export" not in client.run("history", "export", "--help").stdout:
        return  # this client has none
    section = "wallet-cli history export"
    for rows in (min(bench.sizes), max(bench.sizes)):
        client = Client(bench, rows)
        with tempfile.TemporaryDirectory(dir=bench.folder) as directory:
            file = pathlib.Path(directory) / "history.csv"
            start = time.perf_counter()
            peak = client.peak("history", "export", "--to", str(file))
            seconds = time.perf_counter() - start
            compare(file, bench.wallet(rows) / "wallet.sqlite")
        figures.add(section, f"{rows:,} rows: speed", rows / seconds, "rows/s")
        figures.add(section, f"{rows:,} rows: peak memory", peak, "MB")


#: The columns of the export, as they are found in the database.
EXPORTED = """
SELECT lower(hex(t.id)), coalesce(lower(hex(intent_id)), ''), type.text, status.text, amount, currency.text,
    coalesce(merchant_id, ''), coalesce(payee.name, ''), coalesce(description, ''),
    coalesce(created_at, place >> 4), coalesce(completed_at, '')
FROM ledger_transaction AS t JOIN label AS currency ON currency.id = currency
    JOIN label AS status ON status.id = status JOIN label AS type ON type.id = type
    LEFT JOIN payee ON payee.id = payee ORDER BY place DESC
"""


def compare(file, database):
    """Each row of the export with the database's, and by that their number and their sum."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    with open(file, newline="", encoding="utf-8-sig") as text:
        rows = zip(csv.DictReader(text), connection.execute(EXPORTED), strict=True)
        for line, (record, row) in enumerate(rows, start=2):
            found = (
                record["id"].replace("-", ""), record["intent"].replace("-", ""), record["type"], record["status"],
                int(record["amount"].replace(".", "")), record["currency"], record["merchant"],
                unguarded(record["merchant_name"]), unguarded(record["description"]),
                milliseconds(record["created_at"]), milliseconds(record["completed_at"]))
            if found != row:
                raise SystemExit(f"line {line} of the export is {found}, and not {row}")
    connection.close()


def milliseconds(moment):
    """The time of an RFC 3339 text in milliseconds; nothing of nothing."""
    if not moment:
        return ""
    return round(datetime.datetime.fromisoformat(moment).timestamp() * 1000)


def unguarded(text):
    """A cell without what keeps a spreadsheet from taking it for a formula."""
    return text[1:] if re.match(r"'[=+\-@\t\r]", text) else text
