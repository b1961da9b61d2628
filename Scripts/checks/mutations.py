"""Changes a wallet's database at random, thousands of times, and lives with it: looks at everything, syncs, and starts again.
Most of it in the process of `wallet-mutations`; a share with `wallet-cli`, a process a command."""

import argparse
import collections
import json
import os
import pathlib
import selectors
import shutil
import subprocess
import sys
import tempfile
import threading
import time

PATIENCE = 120
COMMANDS = (["status"], ["history"], ["outbox"], ["approvals"], ["show", "pi_paid1"], ["history", "export", "--to", "-",
            "--format", "json"], ["balance"], ["sync"])
# What any command may end with that reads, or finds the platform out of reach.
CODES = {0, 1, 69, 73, 75, 77, 78}
SECRETS = ("Zoë", "Two coffees", "row: [", "Fatal error", "Backtrace", "idempotency")


class Worker(threading.Thread):
    """Goes through a range of seeds, past those that end the process or never end."""

    def __init__(self, program, seeds):
        super().__init__()
        self.program, self.seeds = program, seeds
        self.problems, self.totals, self.errors, self.kinds = [], collections.Counter(), collections.Counter(), collections.Counter()

    def run(self):
        start = self.seeds.start
        while start < self.seeds.stop:
            start = self.run_from(start) + 1

    def run_from(self, start):
        process = subprocess.Popen([self.program, "--from", str(start), "--seeds", str(self.seeds.stop - start)],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        at, last = start - 1, ""
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            buffer = b""
            while True:
                if not selector.select(PATIENCE):
                    process.kill()
                    self.problems.append(f"seed {at}: hangs")
                    break
                piece = os.read(process.stdout.fileno(), 1 << 16)
                if not piece:
                    break
                *lines, buffer = (buffer + piece).split(b"\n")
                for line in lines:
                    last = line.decode(errors="replace")
                    if last.startswith("seed "):
                        at = int(last.split()[1])
                        self.kinds[last.split()[2]] += 1
                    elif last.startswith("problem: "):
                        self.problems.append(last)
        code = process.wait()
        if code < 0 and not (self.problems and self.problems[-1].endswith("hangs")):
            self.problems.append(f"seed {at}: signal {-code}: {process.stderr.read()[-300:]!r}")
        if last.startswith("{"):
            document = json.loads(last)
            self.errors.update(document.pop("errors"))
            self.totals.update(document)
            return self.seeds.stop
        return at


def run_programs(programs, first, count, problems):
    """The real program on databases of its own: each command is a process."""
    codes = collections.Counter()
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as folder:
        subprocess.run([programs / "wallet-mutations", "--make", folder, "--from", str(first), "--seeds", str(count)],
                       check=True, stdout=subprocess.DEVNULL)
        for seed in range(first, first + count):
            home = pathlib.Path(folder) / str(seed)
            # Nobody listens there.
            environment = dict(os.environ, FEX_WALLET_HOME=str(home), FEX_API_URL="http://127.0.0.1:9",
                               FEX_AUTH_URL="http://127.0.0.1:9")
            for command in COMMANDS:
                what = f"seed {seed}: wallet-cli {' '.join(command)}"
                try:
                    done = subprocess.run([programs / "wallet-cli", *command], env=environment, capture_output=True,
                                          stdin=subprocess.DEVNULL, timeout=PATIENCE)
                except subprocess.TimeoutExpired:
                    problems.append(f"{what}: hangs")
                    continue
                codes[done.returncode] += 1
                said = done.stderr.decode(errors="replace")
                if done.returncode not in CODES or any(secret in said for secret in SECRETS):
                    problems.append(f"{what}: {done.returncode} {said[-300:]}")
            shutil.rmtree(home)
    return codes


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True, type=pathlib.Path, help="where the programs are")
    parser.add_argument("--count", type=int, default=20_000, help="how many databases")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--real", type=int, default=None, help="how many of them for wallet-cli; by default one of 40")
    arguments = parser.parse_args()
    began = time.monotonic()
    real = arguments.count // 40 if arguments.real is None else arguments.real
    end, width = arguments.first + arguments.count, min(os.cpu_count() or 1, 8)
    own = range(arguments.first + real, end)
    step = max(1, -(-len(own) // width))
    workers = [Worker(arguments.programs / "wallet-mutations", range(start, min(start + step, end)))
               for start in range(own.start, end, step)]
    for worker in workers:
        worker.start()
    problems = []
    codes = run_programs(arguments.programs, arguments.first, real, problems) if real else {}
    for worker in workers:
        worker.join()
    kinds = sum((worker.kinds for worker in workers), collections.Counter())
    totals = sum((worker.totals for worker in workers), collections.Counter())
    errors = sum((worker.errors for worker in workers), collections.Counter())
    for worker in workers:
        problems += worker.problems
    for problem in problems:
        print(problem, file=sys.stderr)
    print("changed:", ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items())))
    print("errors that were said:", ", ".join(f"{code} {count}" for code, count in sorted(errors.items())) or "none")
    print("wallet-cli ended with:", ", ".join(f"{code} ({count} times)" for code, count in sorted(codes.items())) or "-")
    print(f"mutations: {sum(kinds.values()) + real} databases, {totals['mended']} mended, {len(problems)} problems, "
          f"{time.monotonic() - began:.0f} s")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
