"""Codes drawn, read back and parsed by independent programs, and by the wallet: a table of kinds × right.

segno draws each code, zxing-cpp reads it, a reader of the kind's own (bech32, base58, bolt11, mnemonic, …) says what is in
it, and `wallet-cli scan -` has to say the same: kind, payee, amount; and nothing of what is secret. A module of `beside`
has a function `families(random)` that gives a maker of codes for each of its kinds.
"""

import argparse
import importlib
import os
import pathlib
import random
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

sys.path.append(str(pathlib.Path(__file__).parent))

from beside.drawing import drawn_and_read
from cases import Wallet, document

BESIDE = pathlib.Path(__file__).parent / "beside"


def modules():
    names = sorted(file.stem for file in BESIDE.glob("*.py"))
    return [importlib.import_module(f"beside.{name}") for name in names if name not in ("__init__", "drawing")]


def wrong(wallet, told):
    """What the wallet says otherwise than the independent readers; nothing, if it agrees."""
    text = told.text if isinstance(told.text, bytes) else told.text.encode()
    read = drawn_and_read(told.text)
    if read is None or read.rstrip(b"\n") != text.rstrip(b"\n"):
        return ["the drawn code was read otherwise"]
    run = wallet.run("scan", "-", "--json", given=read)
    found = document(run.stdout)
    summary, all_output = str(found.get("summary", "")), (run.stdout + run.stderr).decode(errors="replace")
    different = [] if found.get("foreign") == told.kind else [f"kind {found.get('foreign')}"]
    different += [f"lacks {wanted!r}: {summary}" for wanted in told.says if wanted not in summary]
    return different + [f"prints {hidden!r}" for hidden in told.hides if hidden in all_output]


def main():
    parser = argparse.ArgumentParser(prog="Scripts/check codes-beside", description=__doc__.split("\n")[0])
    parser.add_argument("--programs", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--codes", type=int, default=20, help="how many of each kind")
    parser.add_argument("--seed", type=int, default=1, help="equal seeds make equal codes")
    arguments = parser.parse_args()
    made = random.Random(arguments.seed)
    codes = [maker() for module in modules() for maker in module.families(made).values() for _ in range(arguments.codes)]
    right, count = {}, {}
    with tempfile.TemporaryDirectory() as home, ThreadPoolExecutor(os.cpu_count()) as pool:
        wallet = Wallet(str(pathlib.Path(arguments.programs) / "wallet-cli"), home)
        for told, different in zip(codes, pool.map(lambda told: wrong(wallet, told), codes)):
            count[told.kind] = count.get(told.kind, 0) + 1
            right[told.kind] = right.get(told.kind, 0) + (not different)
            for what in different:
                print(f"{told.kind}: {told.text!r}: {what}")
    print(f"{'kind':16}{'codes':>8}{'right':>8}")
    for kind, codes_of_kind in count.items():
        print(f"{kind:16}{codes_of_kind:>8}{right[kind]:>8}")
    print(f"{'all':16}{len(codes):>8}{sum(right.values()):>8}")
    raise SystemExit(0 if sum(right.values()) == len(codes) else 1)


if __name__ == "__main__":
    main()
