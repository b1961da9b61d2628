"""Reads of the history: the wallet beside the bare C interface, in one process and in turn."""

import json
import subprocess

TITLE = "Reading, {} rows"
#: So many rows are to be sorted for it as there are in the range: 42 of ten thousand, 4,000 of a million.
GROWS_WITH_ITS_ANSWER = "amount, thousands"


def measure(bench, figures):
    """Measures each size. Targets are those of the largest."""
    medians = {}
    for rows in bench.sizes:
        run = subprocess.run(
            [bench.program("wallet-benchmarks"), "queries", "--rows", str(rows), "--iterations",
             str(bench.iterations), str(bench.wallet(rows))], stdout=subprocess.PIPE, text=True, check=True)
        document = json.loads(run.stdout)
        figures.details.setdefault("queries", []).append(document)
        for operation in document["operations"]:
            medians[rows, operation["name"]] = operation["ours"]["p50_ns"]
            note(operation, rows, rows == max(bench.sizes), figures)
    small, large = bench.grown
    for name in [name for rows, name in medians if rows == large]:
        if (small, name) in medians:
            kind = next(o["kind"] for o in document["operations"] if o["name"] == name)
            is_bound = kind != "search" and name != GROWS_WITH_ITS_ANSWER
            figures.add(f"Growth of the median, {small:,} to {large:,} rows", name,
                        medians[large, name] / medians[small, name], "times", most=1.3 if is_bound else None)


def note(operation, rows, is_largest, figures):
    section = TITLE.format(f"{rows:,}")
    ours, bare, name = operation["ours"], operation["bare"], operation["name"]
    is_search = operation["kind"] == "search"
    targets = is_largest and not is_search
    figures.add(section, f"{name}: median", ours["p50_ns"] / 1e6, "ms", most=1 if targets else None)
    figures.add(section, f"{name}: 99th percentile", ours["p99_ns"] / 1e6, "ms",
                most=2 if is_largest and is_search else None)
    figures.add(section, f"{name}: bare C, median", bare["p50_ns"] / 1e6, "ms")
    figures.add(section, f"{name}: bare C, 99th percentile", bare["p99_ns"] / 1e6, "ms")
    figures.add(section, f"{name}: ratio of the medians", ours["p50_ns"] / bare["p50_ns"], "times",
                most=1.5 if targets else None)
