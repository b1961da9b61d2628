"""Times calls and an event of the package: bench.py CONFIGURATION LOGIN CODE CALLS; prints nanoseconds as JSON."""

import json
import sys
import time

from fexwallet import Wallet, parse


def measure(calls, call, undo=lambda: None):
    """The times of so many calls, after as many that aren't counted."""
    times = []
    for _ in range(2 * calls):
        begun = time.perf_counter_ns()
        call()
        times.append(time.perf_counter_ns() - begun)
        undo()
    return times[calls:]


def main():
    configuration, login, code, calls = *map(json.loads, sys.argv[1:3]), sys.argv[3], int(sys.argv[4])
    with Wallet.open(**configuration) as wallet:
        wallet.login_password(**login)
        wallet.sync()
        watches = []

        def history():
            assert len(wallet.history(limit=20).transactions) == 20

        def watch():
            watches.append(wallet.watch("balance"))
            assert watches[-1].next(timeout=60) is not None

        def unwatch():
            watches.pop().close()
            # Which doesn't wait for its answer; this does.
            wallet.status()

        assert parse(code).kind == "merchant"
        print(json.dumps({"parse": measure(calls, lambda: parse(code)), "history": measure(calls, history),
                          "balance": measure(calls, watch, unwatch)}))


main()
