"""Runs the benchmarks, and says which figures miss their targets."""

import argparse
import hashlib
import json
import os
import pathlib
import platform
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).parent.parent / "checks"))

import codes
import deciding
import languages
import programs
import reading
import stalls
import syncing
from figures import Figures

ROOT = pathlib.Path(__file__).parent.parent.parent
#: What the contents of a database depend on: when any of it changes, databases are made anew.
SOURCES = ("Sources/WalletCore/Storage", "Sources/WalletCore/Text", "Benchmarks/wallet-benchmarks/History")


class Bench:
    """What is measured, and where its data are kept from one run to the next."""

    def __init__(self, arguments):
        self.programs = pathlib.Path(arguments.programs)
        self.is_small = arguments.small
        self.has_sandbox = not arguments.small
        self.sizes = (1_000, 10_000) if arguments.small else (1_000, 10_000, 100_000, 1_000_000)
        #: The sizes between which a median is to grow by little.
        self.grown = (1_000, 10_000) if arguments.small else (10_000, 1_000_000)
        self.synced = 10_000 if arguments.small else 100_000
        self.iterations = arguments.iterations or (20 if arguments.small else 1000)
        self.repeats = 1 if arguments.small else 5
        self.client_runs = 3 if arguments.small else 20
        self.deciding_runs = 1 if arguments.small else 3
        self.folder = pathlib.Path(arguments.folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def program(self, name):
        return str(self.programs / name)

    def wallet(self, rows):
        """The directory of a wallet with so many rows, made if it isn't there."""
        directory = self.folder / str(rows) / "profiles" / "default"
        self.make_once(self.folder / str(rows), lambda: self.run("make", "--rows", str(rows), str(directory)))
        return directory

    def pages(self, rows):
        """The directory of a platform's answers with so many rows, made if it isn't there."""
        directory = self.folder / f"pages-{rows}"
        self.make_once(directory, lambda: self.run("pages", "--rows", str(rows), str(directory)))
        return directory

    def make_once(self, directory, make):
        mark = directory / "made-of"
        if mark.exists() and mark.read_text() == self.digest:
            return
        if directory.exists():
            subprocess.run(["rm", "-rf", str(directory)], check=True)
        print(f"making {directory} …", file=sys.stderr)
        make()
        mark.write_text(self.digest)

    @property
    def digest(self):
        digest = hashlib.sha256()
        for source in SOURCES:
            for file in sorted((ROOT / source).rglob("*.swift")):
                digest.update(file.read_bytes())
        return digest.hexdigest()

    def run(self, *arguments):
        subprocess.run([self.program("wallet-benchmarks"), *arguments], check=True)

    def client_environment(self, rows):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("FEX_")}
        return kept | {"FEX_WALLET_HOME": str(self.folder / str(rows)), "NO_COLOR": "1"}


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} × {model}, SQLite {sqlite_version()}"


def sqlite_version():
    import sqlite3

    return sqlite3.sqlite_version


PARTS = {"reading": reading.measure, "syncing": syncing.measure, "file": programs.measure_file,
         "client": programs.measure_client, "export": programs.measure_export, "deciding": deciding.measure,
         "codes": codes.measure, "stalls": stalls.measure, "languages": languages.measure}


def main():
    parser = argparse.ArgumentParser(prog="Scripts/bench", description=__doc__)
    parser.add_argument("--programs", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--small", action="store_true", help="small histories, for breakage; no time is a failure")
    parser.add_argument("--only", choices=PARTS, action="append", help="one part; may be given several times")
    parser.add_argument("--iterations", type=int, help="how often each read, payment and request is run")
    parser.add_argument("--folder", default=str(ROOT / ".build-bench-data"), help="where data are kept between runs")
    parser.add_argument("--json", help="a file for all figures")
    parser.add_argument("--text", help="a file for the table")
    parser.add_argument("--plot", help="an SVG file for the time of each read over the size")
    arguments = parser.parse_args()
    bench, figures = Bench(arguments), Figures(asserts=not arguments.small)
    for name, measure in PARTS.items():
        if not arguments.only or name in arguments.only:
            print(f"{name} …", file=sys.stderr)
            measure(bench, figures)
    text = f"{machine()}\n\n{figures.text()}"
    print(text)
    if arguments.text:
        pathlib.Path(arguments.text).write_text(text)
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(figures.document(machine()), indent=1) + "\n")
    if arguments.plot:
        import plot

        plot.draw(figures.details["queries"], arguments.plot)
    if figures.missed and not arguments.small:
        raise SystemExit(f"bench: {len(figures.missed)} targets are missed")


if __name__ == "__main__":
    main()
