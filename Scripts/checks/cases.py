"""What people scan, paste and type, through the real program: a table of what is expected and what is seen.

A case is a JSON object on a line of a file in Tests/Cases/codes: `name`, `input` (or `input_hex` where the bytes are no
UTF-8), `via` (stdin or argument), `why`, and what is expected of `wallet-cli scan --json`: exit code, kind, foreign,
intent, what the summary or the error has to say (`a|b` is one or the other), and may not say. The platform is an address
of the loopback where nobody listens. Each code of another system is given to `pay`, `approve`, `decline` and `show` as
well: they refuse it before anything is sent, and print nothing of what may not be said.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).parent.parent.parent
CASES = ROOT / "Tests" / "Cases" / "codes"
#: Ends by a signal, or not within this, are faults of their own.
SECONDS = 20


class Wallet:
    """The program, with a home of its own and a platform at which nobody listens."""

    def __init__(self, program, home):
        self.program = program
        kept = {name: value for name, value in os.environ.items() if not name.startswith("FEX_")}
        nobody = "http://127.0.0.1:1"
        self.environment = kept | {"FEX_WALLET_HOME": home, "NO_COLOR": "1", "FEX_API_URL": nobody, "FEX_AUTH_URL": nobody}
        self.run("profile", "add", "default", "--api", nobody, "--auth", nobody, "--nats", "nats://127.0.0.1:1")

    def run(self, *arguments, given=b""):
        return subprocess.run([self.program, *arguments], input=given, env=self.environment, capture_output=True,
                              timeout=SECONDS, check=False)


def contains(text, wanted):
    return any(choice in text for choice in wanted.split("|"))


def document(output):
    try:
        return json.loads(output)
    except ValueError:
        return {}


def text_of(case):
    return bytes.fromhex(case["input_hex"]) if "input_hex" in case else case["input"].encode()


def scan(wallet, case):
    text = text_of(case)
    if case.get("via", "stdin") == "argument":
        return wallet.run("scan", "--json", "--", text)
    return wallet.run("scan", "-", "--json", given=text)


def differences(case, run):
    """What is not as expected of a scan, in a few words each."""
    expect, found = case["expect"], document(run.stdout)
    summary, error = str(found.get("summary", "")), run.stderr.decode(errors="replace")
    different = []
    if run.returncode != expect["exit"]:
        different.append(f"exit {run.returncode}, not {expect['exit']}")
    for key in ("kind", "foreign", "intent"):
        if key in expect and found.get(key) != expect[key]:
            different.append(f"{key} {found.get(key)}, not {expect[key]}")
    if expect["exit"] == 0 and expect.get("kind") == "merchant" and found.get("fetched") is not False:
        different.append("fetched is not false")
    for name, said in (("summary", summary), ("error", error)):
        different += [f"{name} lacks {wanted!r}" for wanted in expect.get(f"{name}_contains", [])
                      if not contains(said, wanted)]
        different += [f"{name} says {unwanted!r}" for unwanted in expect.get(f"{name}_lacks", []) if unwanted in said]
    return different


def is_withheld(case):
    """Whether what the case's summary may not say is a secret, and may stand nowhere."""
    return case["expect"].get("foreign") in ("secret", "cashu", "otpauth")


def shown_secrets(case, output):
    text = output.decode(errors="replace")
    return [f"prints {unwanted!r}" for unwanted in case["expect"].get("summary_lacks", []) if unwanted in text]


def refusals(wallet, case):
    """What is not as it should be where a code of another system is given in the place of an id."""
    text, different = text_of(case), []
    if b"\0" in text or "input_hex" in case:
        return []
    for command in (("pay", "--yes"), ("approve", "--yes"), ("decline",), ("show",)):
        run = wallet.run(*command, "--json", "--", text)
        if run.returncode != 65:
            different.append(f"{command[0]}: exit {run.returncode}, not 65")
        if is_withheld(case):
            different += [f"{command[0]} {what}" for what in shown_secrets(case, run.stdout + run.stderr)]
    return different


def check(wallet, case):
    try:
        run = scan(wallet, case)
        different = differences(case, run)
        if is_withheld(case):
            different += [f"scan {what}" for what in shown_secrets(case, run.stdout + run.stderr)]
        if case["expect"].get("foreign") not in (None, "text"):
            different += refusals(wallet, case)
    except subprocess.TimeoutExpired:
        return "no end", ["it does not end"]
    found = document(run.stdout)
    seen = found.get("summary") or run.stderr.decode(errors="replace").strip()
    return f"{run.returncode} {found.get('foreign') or found.get('kind') or '-'} {seen}", different


def expected(expect):
    kind = expect.get("foreign") or expect.get("kind") or "-"
    wanted = expect.get("summary_contains", []) + expect.get("error_contains", [])
    return f"{expect['exit']} {kind} {' … '.join(wanted)}"


def cut(text, width):
    return text if len(text) <= width else text[: width - 1] + "…"


def main():
    parser = argparse.ArgumentParser(prog="Scripts/check cases", description=__doc__.split("\n")[0])
    parser.add_argument("--programs", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--file", action="append", help="cases to run instead of the project's; may be given several times")
    parser.add_argument("--only", default="", help="only cases whose name has this in it")
    parser.add_argument("--quiet", action="store_true", help="print only what differs")
    arguments = parser.parse_args()
    files = [pathlib.Path(file) for file in arguments.file or []] or sorted(CASES.glob("*.jsonl"))
    cases = [json.loads(line) for file in files for line in file.read_text().splitlines() if line.strip()]
    cases = [case for case in cases if arguments.only in case["name"]]
    if not cases:
        raise SystemExit("cases: there are none")
    differ = 0
    with tempfile.TemporaryDirectory() as home, ThreadPoolExecutor(os.cpu_count()) as pool:
        wallet = Wallet(str(pathlib.Path(arguments.programs) / "wallet-cli"), home)
        for case, (seen, different) in zip(cases, pool.map(lambda case: check(wallet, case), cases)):
            differ += bool(different)
            if different or not arguments.quiet:
                print(f"{'DIFFERS' if different else 'right':8}{cut(case['name'], 34):35}"
                      f"{cut(expected(case['expect']), 50):51}{cut(seen, 100)}")
            for what in different:
                print(f"{'':8}{what}")
            sys.stdout.flush()
    print(f"{len(cases)} rows, {differ} differ")
    raise SystemExit(1 if differ else 0)


if __name__ == "__main__":
    main()
