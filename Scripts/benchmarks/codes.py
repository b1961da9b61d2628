"""Codes: how long it takes to tell what a scanned text is, for each kind, over the project's own cases."""

import json
import pathlib
import subprocess

CASES = pathlib.Path(__file__).parent.parent.parent / "Tests" / "Cases" / "codes"
#: What a code of a kind may take, in microseconds: Fex's own, and those of other systems.
MOST_OURS, MOST_FOREIGN = 3, 20


def measure(bench, figures):
    run = subprocess.run(
        [bench.program("wallet-benchmarks"), "codes", "--iterations", str(max(300, bench.iterations * 2)),
         *map(str, sorted(CASES.glob("*.jsonl")))], stdout=subprocess.PIPE, text=True, check=True)
    document = json.loads(run.stdout)
    figures.details["codes"] = document
    for kind in document["kinds"]:
        most = MOST_OURS if kind["name"].startswith("merchant") else MOST_FOREIGN
        section = f"Parsing a code, of {sum(other['codes'] for other in document['kinds'])}"
        figures.add(section, f"{kind['name']}: median of {kind['codes']}", kind["median_ns"] / 1e3, "µs")
        figures.add(section, f"{kind['name']}: slowest of {kind['codes']}", kind["slowest_ns"] / 1e3, "µs", most=most)
