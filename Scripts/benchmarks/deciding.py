"""Payments, and requests from the wire to the inbox: the wallet beside SQLite, libcurl and libnats in bare C."""

import json
import pathlib
import sqlite3
import subprocess
import tempfile

from event_server import EventServer
from static_server import StaticServer

#: So many payments are traced: few enough that SQLite moves no log into its file meanwhile.
TRACED = 25
#: How much longer than bare C the wallet may take, by the medians. Bare C neither signs, nor checks, nor parses, and calls
#: from its only thread; of a request it fetches the intent and commits it, as the wallet does before it shows it.
MOST = 1.3


def measure(bench, figures):
    for section, take in (("A payment", pay), ("A request of a till, from the wire to the inbox", receive)):
        runs = [take(bench) for _ in range(bench.deciding_runs)]
        # The run in the middle: its figures belong together.
        document = sorted(runs, key=ratio)[len(runs) // 2]
        figures.details.setdefault("deciding", []).append({"section": section, "runs": runs})
        report(figures, section, document)
    measure_websocket(bench, figures)
    figures.add("Durable commits", "of a payment, by strace", count_commits(bench), "commits", most=2)


def measure_websocket(bench, figures):
    """A request heard over a WebSocket, and over libnats, in turn."""
    pairs = [(receive(bench), receive(bench, over_websocket=True)) for _ in range(bench.deciding_runs)]
    figures.details["websocket"] = [{"libnats": one, "websocket": other} for one, other in pairs]
    libnats, websocket = sorted(pairs, key=lambda pair: pair[1]["ours"]["p50_ns"] / pair[0]["ours"]["p50_ns"])[
        len(pairs) // 2]
    section = "A request of a till, from the wire to the inbox, by the way it comes"
    for name, document in (("libnats", libnats), ("a WebSocket", websocket)):
        figures.add(section, f"{name}: median", document["ours"]["p50_ns"] / 1e6, "ms")
        figures.add(section, f"{name}: 99th percentile", document["ours"]["p99_ns"] / 1e6, "ms")
    figures.add(section, "ratio of the medians", websocket["ours"]["p50_ns"] / libnats["ours"]["p50_ns"], "times")


def ratio(document, bare="bare"):
    return document["ours"]["p50_ns"] / document[bare]["p50_ns"]


def report(figures, section, document):
    for name, key in (("the wallet", "ours"), ("bare C", "bare"), ("bare C without its commit", "bare_unsaved")):
        if key in document:
            figures.add(section, f"{name}: median", document[key]["p50_ns"] / 1e6, "ms")
            figures.add(section, f"{name}: 99th percentile", document[key]["p99_ns"] / 1e6, "ms")
    figures.add(section, "ratio of the medians", ratio(document), "times", most=MOST)
    if "bare_unsaved" in document:
        figures.add(section, "ratio of the medians, bare C without its commit", ratio(document, "bare_unsaved"),
                    "times")


def pay(bench):
    with tempfile.TemporaryDirectory(dir=bench.folder) as name, StaticServer(bench.pages(1_000), name) as server:
        document = run(bench, "deciding", "--api", server.url, "--payments", str(bench.iterations), name)
        if outcome(name, "wallet") != outcome(name, "bare"):
            raise SystemExit(f"the two differ: {outcome(name, 'wallet')}, {outcome(name, 'bare')}")
        return document


def receive(bench, over_websocket=False):
    with tempfile.TemporaryDirectory(dir=bench.folder) as name, StaticServer(bench.pages(1_000), name) as server, \
            EventServer() as events:
        way = ["--websocket", events.websocket] if over_websocket else []
        return run(bench, "receiving", "--api", server.url, "--events", events.url, *way, "--requests",
                   str(bench.iterations), name)


def run(bench, *arguments, wrapper=()):
    result = subprocess.run([*wrapper, bench.program("wallet-benchmarks"), *arguments], stdout=subprocess.PIPE,
                            text=True, check=True)
    return json.loads(result.stdout)


def outcome(directory, name):
    """What is written down of all payments: enough to tell whether both did the same."""
    connection = sqlite3.connect(pathlib.Path(directory) / name / "wallet.sqlite")
    found = connection.execute(
        "SELECT (SELECT count(*) FROM decision WHERE state = 'confirmed'), (SELECT count(*) FROM outbox),"
        " (SELECT count(*) FROM payment_intent WHERE status = 'completed'),"
        " (SELECT count(*) || ' ' || sum(amount) || ' ' || max(place) FROM ledger_transaction),"
        " (SELECT count(*) FROM ledger_text WHERE ledger_text MATCH 'croissant')").fetchone()
    connection.close()
    return found


def count_commits(bench):
    """The `fdatasync` and `fsync` of one payment: those of some payments less those of none, by how many they are."""
    syncs = []
    for payments in (0, TRACED):
        with tempfile.TemporaryDirectory(dir=bench.folder) as name, StaticServer(bench.pages(1_000), name) as server:
            trace = pathlib.Path(name) / "syncs"
            run(bench, "deciding", "--alone", "--api", server.url, "--known", str(TRACED), "--payments",
                str(payments), name,
                wrapper=("strace", "-f", "-c", "-e", "trace=fdatasync,fsync", "-o", str(trace)))
            syncs.append(calls(trace.read_text()))
    return (syncs[1] - syncs[0]) / TRACED


def calls(summary):
    """The calls of a summary by `strace -c`."""
    lines = [line.split() for line in summary.splitlines()]
    return sum(int(line[3]) for line in lines if line and line[-1] in ("fdatasync", "fsync"))
