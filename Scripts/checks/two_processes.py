"""Lets two processes pay the same intents on one database, each in an order of its own.

No call may fail because the database is busy, each decision may be sent once only, and each intent is debited once."""

import argparse
import json
import pathlib
import random
import subprocess
import time

from customers import Customer, expect, shop


def drive(program, customer, ready, intents, directory):
    """Starts a process that pays the intents."""
    order = directory / f"intents-{random.getrandbits(64):x}"
    order.write_text("".join(f"{intent}\n" for intent in intents))
    return subprocess.Popen(
        [program, customer.database.parent, ready["api"], ready["auth"]], stdin=order.open(), stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True)


def ask(running, person, count):
    """So many intents to pay; amounts are the smallest there are."""
    return [running.ask("pay", person) for _ in range(count)]


def audit(running, customer, intents):
    """Compares the platform's books with the device."""
    calls, debits = running.decision_calls(), running.debits()
    for intent in intents:
        expect(len(calls.get(intent, [])) == 1, f"{intent} is sent once: {calls.get(intent)}")
        expect(debits.get(intent) == 1, f"{intent} is debited once: {debits.get(intent)}")
    expect(set(calls) == set(intents), "nothing else is decided")
    rows = customer.stored("SELECT state, COUNT(*), COUNT(DISTINCT intent_id) FROM decision GROUP BY state")
    expect(rows == [("confirmed", len(intents), len(intents))], f"the device holds each once, confirmed: {rows}")
    expect(customer.stored("SELECT COUNT(*) FROM outbox") == [(0,)], "nothing waits")
    expect(customer.stored("PRAGMA integrity_check") == [("ok",)], "the database is whole")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True, help="where fex-sandbox, wallet-cli and wallet-driver lie")
    parser.add_argument("--decisions", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1, help="of the orders in which the intents are paid")
    arguments = parser.parse_args()
    program = pathlib.Path(arguments.programs) / "wallet-driver"
    draw = random.Random(arguments.seed)
    with shop(arguments.programs, "--no-nats") as running:
        person = running.open_wallet("100000.00")
        customer = Customer(running, person, "shared")
        intents = ask(running, person, arguments.decisions)
        begun = time.monotonic()
        drivers = [
            drive(program, customer, running.ready, draw.sample(intents, len(intents)), running.directory)
            for _ in range(2)]
        seen = []
        for driver in drivers:
            output, errors = driver.communicate()
            expect(driver.returncode == 0, f"a process ends with 0: {driver.returncode} {errors[-2000:]}")
            seen.append(json.loads(output))
        seconds = time.monotonic() - begun
        for one in seen:
            expect(not one["failures"], f"nothing fails: {one['failures']}")
        audit(running, customer, intents)
    print(f"decisions: {len(intents)} by two processes in {seconds:.0f} s, each sent once, debited once; no call failed")
    for number, one in enumerate(seen, 1):
        print(f"  process {number} saw: {one['states']}")


if __name__ == "__main__":
    main()
