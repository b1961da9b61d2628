"""First syncs: the wallet beside curl and sqlite3, from a static server; and from the sandbox."""

import json
import pathlib
import sqlite3
import statistics
import subprocess
import tempfile

import pipeline
from static_server import StaticServer


def sync(bench, directory, *options):
    """A new wallet's first sync, in a process of its own."""
    run = subprocess.run(
        [bench.program("wallet-benchmarks"), "sync", *options, str(directory)], stdout=subprocess.PIPE, text=True,
        check=True)
    return json.loads(run.stdout)


def contents(database):
    """Enough to tell whether two ledgers are the same."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    found = connection.execute(
        "SELECT count(*), sum(amount), min(place), max(place), count(DISTINCT payee), count(description), sum(sequence)"
        " FROM ledger_transaction").fetchone()
    connection.close()
    return found


def measure(bench, figures):
    rows = bench.synced
    ours, same, plain, peaks = [], [], [], []
    for _ in range(bench.repeats):
        with tempfile.TemporaryDirectory(dir=bench.folder) as name, StaticServer(bench.pages(rows), name) as server:
            directory = pathlib.Path(name)
            document = sync(bench, directory / "wallet", "--api", server.url, "--auth", server.url)
            ours.append(document["nanoseconds"] / 1e9)
            peaks.append(document["peak_kib"])
            database = directory / "wallet" / "wallet.sqlite"
            fetched = pipeline.fetch(server.url, rows, directory)
            seconds, theirs = pipeline.insert(directory, rows, database)
            same.append(fetched + seconds)
            plain.append(fetched + pipeline.insert(directory, rows)[0])
            if contents(database) != contents(theirs):
                raise SystemExit(f"the two ledgers differ: {contents(database)}, {contents(theirs)}")
    report(bench, figures, rows, [statistics.median(times) for times in (ours, same, plain)])
    figures.details["sync"] = {"rows": rows, "ours_s": ours, "same_tables_s": same, "plain_table_s": plain,
                               "peak_kib": peaks}
    section = "Memory of a sync"
    figures.add(section, f"peak, {rows:,} rows", max(peaks) / 1024, "MB", most=60)
    measure_largest(bench, figures, section)
    if bench.has_sandbox:
        measure_sandbox(bench, figures, rows)


def report(bench, figures, rows, medians):
    ours, same, plain = medians
    section = f"A first sync of {rows:,} rows, from a static server"
    figures.add(section, "the wallet", rows / ours, "rows/s")
    figures.add(section, "curl, and sqlite3 into the same tables", rows / same, "rows/s")
    figures.add(section, "curl, and sqlite3 into one plain table", rows / plain, "rows/s")
    figures.add(section, "speed, of that into the same tables", same / ours, "times",
                least=0.5 if not bench.is_small else None)
    figures.add(section, "speed, of that into one plain table", plain / ours, "times")


def measure_largest(bench, figures, section):
    rows = max(bench.sizes)
    if rows == bench.synced:
        return
    with tempfile.TemporaryDirectory(dir=bench.folder) as name, StaticServer(bench.pages(rows), name) as server:
        document = sync(bench, pathlib.Path(name) / "wallet", "--api", server.url, "--auth", server.url)
    figures.add(section, f"peak, {rows:,} rows", document["peak_kib"] / 1024, "MB", most=60)
    figures.add(section, f"speed, {rows:,} rows", rows / (document["nanoseconds"] / 1e9), "rows/s")


def measure_sandbox(bench, figures, rows):
    import platform_client

    with tempfile.TemporaryDirectory(dir=bench.folder) as name, \
            platform_client.running(bench.programs, name, ["--nats-port", "0"]) as sandbox:
        wallet = sandbox.ready["wallets"][0]
        connection = platform_client.Connection(sandbox.port, timeout=600)
        sandbox.control(
            connection, "POST", "transactions", json.dumps({"wallet_id": wallet["wallet_id"], "count": rows}))
        document = sync(
            bench, pathlib.Path(name) / "wallet", "--api", sandbox.ready["api"], "--auth", sandbox.ready["auth"],
            "--username", wallet["username"], "--password", wallet["password"])
        figures.add(f"A first sync of {rows:,} rows, from the sandbox", "the wallet",
                    rows / (document["nanoseconds"] / 1e9), "rows/s")
