#!/usr/bin/env python3
"""Eight threads ask one wallet at once, cancel and close at random: load.py [messages, by default 200000]

Each answer has to be that of its request. Prints how fast it was and what the process keeps in memory; exit code 1
where an answer is wrong or missing.
"""

import concurrent.futures
import random
import resource
import sys
import tempfile
import threading
import time

from fexwallet import Closed, Wallet, WalletError
from fexwallet._requests import Request

THREADS = 8
IN_FLIGHT = 32


class Slot:
    """A wallet that anybody closes, and whoever finds it closed opens again."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.lock = threading.Lock()
        self.openings = 0
        self.reopen(None)

    def reopen(self, closed: Wallet | None) -> Wallet:
        with self.lock:
            if closed is None or self.wallet is closed:
                if closed is not None:
                    closed.close()
                # Nobody is there: what is asked is answered from the disk.
                self.wallet = Wallet.open(self.folder, api="http://127.0.0.1:9", auth="http://127.0.0.1:9")
                self.openings += 1
            return self.wallet


def memory() -> int:
    """What the process keeps in memory, in MB."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize() >> 20


def ask(slot: Slot, seed: int, messages: int) -> dict[str, int]:
    """Sends so many requests, some at once. Returns how many came to what."""
    choices = random.Random(seed)
    wallet = slot.wallet
    counts = dict.fromkeys(("answered", "cancelled", "closed"), 0)
    for first in range(0, messages, IN_FLIGHT):
        asked = []
        for number in range(first, min(first + IN_FLIGHT, messages)):
            name = f"fex://pay?intent=pi_{seed}_{number}"
            try:
                asked.append((name, wallet._core.request(Request("parse", {"code": name}, dict))))
            except Closed:
                counts["closed"] += 1
                wallet = slot.reopen(wallet)
        for _, answer in choices.sample(asked, len(asked) // 4):
            answer.cancel()
        if choices.random() < 0.005:
            wallet.close()
        for name, answer in asked:
            try:
                if answer.result(60)["intent"] != name.partition("=")[2]:
                    sys.exit(f"{name} was answered with {answer.result()}")
                counts["answered"] += 1
            except concurrent.futures.CancelledError:
                counts["cancelled"] += 1
            except WalletError as error:
                if error.code not in ("closed", "cancelled"):
                    raise
                counts["closed"] += 1
    return counts


def main() -> None:
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(THREADS) as threads:
        slot = Slot(folder)
        counts = dict.fromkeys(("answered", "cancelled", "closed"), 0)
        begun, kept = time.monotonic(), []
        for part in range(5):
            for thread in [threads.submit(ask, slot, part * THREADS + number, messages // 5 // THREADS)
                           for number in range(THREADS)]:
                for name, count in thread.result().items():
                    counts[name] += count
            kept.append(memory())
        seconds = time.monotonic() - begun
        slot.wallet.close()
    print(f"{sum(counts.values())} messages from {THREADS} threads in {seconds:.0f} s: {counts}")
    print(f"opened {slot.openings} times")
    print(f"in memory after each fifth: {' '.join(map(str, kept))} MB")


if __name__ == "__main__":
    main()
