"""Codes with random changes: by the ten thousand in one process, and some hundred through the program itself.

Each ends without a signal and within its time, and no secret is printed: no twenty characters of a key in a row, and
never all of a wallet's words.
"""

import argparse
import json
import pathlib
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor

from cases import CASES, Wallet

#: More than the longest code takes on a busy machine.
MOST_MICROSECONDS = 200_000


def through_the_program(wallet, line):
    """What is wrong with one run; nothing, if it is as it should be."""
    case = json.loads(line)
    text = case["text"].encode()
    try:
        runs = [wallet.run("scan", "-", "--json", given=text)]
        if b"\0" not in text:
            runs.append(wallet.run("pay", "--yes", "--json", "--", text))
    except subprocess.TimeoutExpired:
        return [f"no end: {case['text']!r}"]
    wrong = [f"signal {-run.returncode}: {case['text']!r}" for run in runs if run.returncode < 0]
    return wrong + [f"exit {run.returncode}: {case['text']!r}" for run in runs if run.returncode == 70]


def main():
    parser = argparse.ArgumentParser(prog="Scripts/check mutated-codes", description=__doc__.split("\n")[0])
    parser.add_argument("--programs", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--codes", type=int, default=50_000, help="how many; a hundredth goes through the program too")
    parser.add_argument("--seed", type=int, default=1, help="equal seeds make equal changes")
    arguments = parser.parse_args()
    programs = pathlib.Path(arguments.programs)
    run = subprocess.run(
        [programs / "wallet-driver", "mutate-codes", str(arguments.codes), str(arguments.seed),
         *map(str, sorted(CASES.glob("*.jsonl")))], capture_output=True, text=True, timeout=1800, check=False)
    if run.returncode != 0:
        raise SystemExit(f"mutated-codes: the driver ended with {run.returncode}\n{run.stderr[-2000:]}")
    first, *lines = run.stdout.splitlines()
    seen = json.loads(first)
    for kind, count in seen["kinds"].items():
        print(f"  {kind:16}{count:>8,}")
    with tempfile.TemporaryDirectory() as home, ThreadPoolExecutor(2) as pool:
        wallet = Wallet(str(programs / "wallet-cli"), home)
        wrong = [what for found in pool.map(lambda line: through_the_program(wallet, line), lines) for what in found]
    wrong += [f"printed, of a secret: {text!r}" for text in seen["examples"]]
    for what in wrong:
        print(f"  {what}")
    hangs = int(seen["slowest_us"] > MOST_MICROSECONDS)
    print(f"{seen['codes']:,} codes in one process, the slowest in {seen['slowest_us']:,} µs; {len(lines)} through the"
          f" program: {len(wrong)} ended wrongly, {hangs} hung, {seen['printed']} secrets printed")
    raise SystemExit(1 if wrong or hangs or seen["printed"] or seen["codes"] != arguments.codes else 0)


if __name__ == "__main__":
    main()
