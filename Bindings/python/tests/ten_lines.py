"""Runs the programs of the README as they are printed, at a sandbox, and looks into the ledger: ten_lines.py FOLDER

It imports nothing but the package: the environment may hold nothing else. The programs are left in the folder.
"""

import pathlib
import re
import subprocess
import sys

from fexwallet.testing import Sandbox

NAMES = ("ten_lines.py", "approve.py", "keyring_secrets.py", "test_shop.py")


def check(what, holds):
    print(f"{'ok  ' if holds else 'FAIL'}  {what}", flush=True)
    if not holds:
        raise SystemExit(1)


def programs(folder):
    """Writes each program of the README into the folder."""
    text = (pathlib.Path(__file__).parent.parent / "README.md").read_text()
    printed = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    check(f"the README has {len(NAMES)} programs", len(printed) == len(NAMES))
    for name, program in zip(NAMES, printed, strict=True):
        (folder / name).write_text(program)


def main():
    folder = pathlib.Path(sys.argv[1]).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    programs(folder)
    with Sandbox(folder) as sandbox:
        code = sandbox.code("3.70", "Flat white")
        paid = subprocess.run(
            [sys.executable, "ten_lines.py", "ready.json", code], cwd=folder, capture_output=True, text=True,
            check=False)
        check(f"the ten lines pay: {paid.stdout.strip()}{paid.stderr}", paid.stdout.endswith(" confirmed\n"))
        check(f"the ledger says once: {sandbox.debits()}", [debit.amount for debit in sandbox.debits()] == ["3.70"])

        sandbox.ask(sandbox.ready["wallets"][0]["scan_token"], "12.00")
        approved = subprocess.run(
            [sys.executable, "approve.py", "ready.json"], cwd=folder, input="yes\n", capture_output=True, text=True,
            check=False)
        check(f"the asynchronous ones approve: {approved.stdout}{approved.stderr}".strip(),
              approved.stdout.endswith("confirmed\n"))
        check("the ledger says once", [debit.amount for debit in sandbox.debits()] == ["3.70", "12.00"])


if __name__ == "__main__":
    main()
