"""Measures what a request and a payment cost a wallet that has many behind it: processor time and peak memory of the real
wallet-cli against a real sandbox, at several numbers of past requests and decisions. None may cost more than 1.2 times what
it costs at the smallest number.

The past is written into the home's database, as the wallet itself would have written it: one half of the requests was
answered by the customer, half of those with a yes; the other half was withdrawn by the merchant. All sizes are measured in
turn, a few requests at a time, so that whatever else the machine does falls on each of them. A home is measured once the
wallet has put it in order (`sync`), which removes most of what was withdrawn."""

import argparse
import contextlib
import json
import os
import sqlite3
import statistics
import subprocess
import time
import uuid

from customers import MERCHANT, Customer, expect, shop
from watch import Watch

INTENT = "INSERT INTO payment_intent (id, merchant_id, merchant_name, status, expires_at, fetched_at, document) " \
    "VALUES (?, ?, ?, ?, ?, ?, ?)"
APPROVAL = "INSERT INTO approval (intent_id, first_seen_at, came_by, first_amount, first_currency, first_merchant_id) " \
    "VALUES (?, ?, 'feed', ?, 'USD', ?)"
DECISION = "INSERT INTO decision (id, intent_id, kind, amount, currency, merchant_id, idempotency_key, body, decided_at, " \
    "expires_at, state, may_have_left, settled_at, sent_at) VALUES (?, ?, ?, ?, 'USD', ?, ?, ?, ?, ?, 'confirmed', 1, ?, ?)"


def write_past(database, count, merchant):
    """Gives a wallet a past of so many requests, the last a moment ago and each a second after the one before."""
    # As many decisions as requests, with those on scanned codes: the first half of the intents has no request.
    now = int(time.time() * 1000)
    connection = sqlite3.connect(database)
    with contextlib.closing(connection), connection:
        for number in range(count + count // 2):
            is_scanned = number < count // 2
            is_decided = is_scanned or number % 2 == 0
            is_yes = is_scanned or number % 4 == 0
            status = ("completed" if is_yes else "declined") if is_decided else "cancelled"
            at, intent = now - (count + count // 2 - number) * 1000, str(uuid.uuid4())
            amount = 1 + number % 3
            document = {
                "id": intent, "merchant_id": merchant, "merchant_name": "A shop", "amount": f"0.0{amount}",
                "currency": "USD", "status": status, "description": "Something that was asked",
                "expires_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at / 1000 + 300)), "metadata": {"till": 1}}
            connection.execute(
                INTENT, (intent, merchant, "A shop", status, at + 300_000, at, json.dumps(document)))
            if not is_scanned:
                connection.execute(APPROVAL, (intent, at, amount, merchant))
            if is_decided:
                kind = "pay" if is_scanned else "approve" if is_yes else "decline"
                connection.execute(DECISION, (
                    str(uuid.uuid4()), intent, kind, amount, merchant, str(uuid.uuid4()), b"{}" * 300, at, at + 300_000,
                    at + 200, at + 100))


class Home:
    """A customer with a past, and what their requests and payments cost."""

    def __init__(self, running, size):
        self.running, self.size = running, size
        self.customer = Customer(running, running.open_wallet("1000000.00"), f"customer-{size}")
        self.customer.document("sync")
        write_past(self.customer.database, size, running.merchant["merchant_id"])
        self.put_in_order()
        self.per_request, self.per_payment, self.payment_memory = [], [], []
        self.open, self.watch, self.threads = [], None, {}

    def put_in_order(self):
        """Syncs until the wallet finds nothing more to remove, as it does after each of its syncs."""
        left, before = None, None
        while left is None or left != before:
            self.customer.document("sync")
            before, left = left, self.customer.stored("SELECT count(*) FROM approval")

    def listen(self):
        self.watch = Watch(self.customer)
        self.watch.note_after(0, Watch.STREAM, 60)

    def ask(self, count):
        """So many requests in turn; of those that are shown all but a few are withdrawn."""
        for _ in range(count):
            intent = self.running.ask("approve", self.customer.person, lifetime=600)
            self.open.append(intent)
            self.watch.wait(
                lambda: any(shown == intent for _, shown, _ in reversed(self.watch.requests)), 30, f"{intent} is shown")
            if len(self.open) > 5:
                self.running.call("POST", f"{MERCHANT}/payment-intents/{self.open.pop(0)}/cancel", "{}")

    def measure_requests(self, count):
        before = self.processor()
        self.ask(count)
        self.per_request.append((self.processor() - before) / count)

    def processor(self):
        """Seconds of the processor that the watch has used, of all its threads; `stat` counts in hundredths."""
        for task in os.scandir(f"/proc/{self.watch.process.pid}/task"):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                self.threads[task.name] = int(open(f"{task.path}/schedstat").read().split()[0])
        # What a thread that ended has done stays counted.
        return sum(self.threads.values()) / 1e9

    def peak(self):
        for line in open(f"/proc/{self.watch.process.pid}/status"):
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
        raise SystemExit("no VmHWM")

    def measure_payment(self):
        intent = self.running.ask("pay", self.customer.person)
        process = subprocess.Popen(
            [self.customer.program, "pay", intent, "--yes", "--json"], env=self.customer.environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        expect(process.returncode == 0, f"the payment is made: {process.returncode}")
        self.per_payment.append(usage.ru_utime + usage.ru_stime)
        self.payment_memory.append(usage.ru_maxrss / 1024)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True, help="where fex-sandbox and wallet-cli lie")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 10_000, 100_000], help="numbers of past requests")
    parser.add_argument("--requests", type=int, default=400, help="how many are measured at each number")
    parser.add_argument("--payments", type=int, default=60, help="how many are measured at each number")
    parser.add_argument("--most", type=float, default=1.2, help="times the smallest number's that the largest may cost")
    arguments = parser.parse_args()
    with shop(arguments.programs, "--nats-port", "0") as running:
        homes = [Home(running, size) for size in arguments.sizes]
        for _ in range(arguments.payments + 2):
            for home in homes:
                home.measure_payment()
        try:
            for home in homes:
                home.listen()
            for home in homes:
                home.ask(40)
            for _ in range(20):
                for home in homes:
                    home.measure_requests(max(1, arguments.requests // 20))
            report(homes, arguments.most)
        finally:
            for home in homes:
                if home.watch:
                    home.watch.stop()


def report(homes, most):
    columns = [
        ("request, ms", lambda home: statistics.median(home.per_request) * 1000),
        ("peak, MB", lambda home: home.peak()),
        ("payment, ms", lambda home: statistics.median(home.per_payment[2:]) * 1000),
        ("peak, MB", lambda home: statistics.median(home.payment_memory)),
    ]
    figures = [[read(home) for _, read in columns] for home in homes]
    print("past requests, decisions" + "".join(f"{name:>14}" for name, _ in columns))
    for home, row in zip(homes, figures):
        print(f"{home.size:>24,}" + "".join(f"{figure:>14.2f}" for figure in row))
    ratios = [last / first for first, last in zip(figures[0], figures[-1])]
    print(f"{'last to first':>24}" + "".join(f"{ratio:>14.2f}" for ratio in ratios))
    for (name, _), ratio in zip(columns, ratios):
        expect(ratio <= most, f"{name}: at most {most} times what it is at the smallest number, but {ratio:.2f}")


if __name__ == "__main__":
    main()
