"""How long the main actor of an app stands still while the wallet is opened, logs in, syncs, and waits for another process."""

import json
import sqlite3
import subprocess
import tempfile
import time

from static_server import StaticServer

#: How long the other process holds the database, in seconds.
HELD = 3
STEPS = {"idle": "nothing", "opening": "opening", "logging_in": "logging in", "syncing": "syncing {rows:,} rows",
         "held": f"opening for the first time, while another holds the database for {HELD} s"}


def measure(bench, figures):
    rows = 1_000 if bench.is_small else 20_000
    runs = [run(bench, rows) for _ in range(bench.deciding_runs)]
    figures.details["stalls"] = {"rows": rows, "runs": runs}
    section = "The main actor's longest stall while the wallet is called on it"
    for step, name in STEPS.items():
        # Of several runs the one that is best: what the machine did beside is not the wallet's.
        least = min(document[f"{step}_ns"] for document in runs) / 1e6
        figures.add(section, name.format(rows=rows), least, "ms", most=None if step == "idle" else 50)


def run(bench, rows):
    with tempfile.TemporaryDirectory(dir=bench.folder) as name, StaticServer(bench.pages(rows), name) as server:
        process = subprocess.Popen(
            [bench.program("wallet-benchmarks"), "stalls", "--api", server.url, "--auth", server.url,
             f"{name}/wallet"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if process.stdout.readline() != "hold\n":
            raise SystemExit("wallet-benchmarks stalls ended before its last step")
        other = sqlite3.connect(f"{name}/wallet/held/wallet.sqlite", isolation_level=None)
        other.execute("PRAGMA journal_mode = wal")
        other.execute("BEGIN IMMEDIATE")
        process.stdin.write("held\n")
        process.stdin.flush()
        time.sleep(HELD)
        other.execute("ROLLBACK")
        other.close()
        document = json.loads(process.communicate(timeout=60)[0])
        if process.returncode != 0:
            raise SystemExit("wallet-benchmarks stalls failed")
        return document
