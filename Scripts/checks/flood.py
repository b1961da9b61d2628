"""Floods a customer with long requests of one merchant, and lets another merchant ask honestly behind them.

Nothing that one party sends keeps another's request, refund or payment from arriving, or fills the device: `sync` ends well,
the honest request is listed and can be approved, a refund arrives, a new device can log in, and the home stays small."""

import argparse
import copy
import json
import pathlib
import subprocess
import tempfile
import time
import urllib.parse

from between import Between
from customers import MERCHANT, Customer, shop

LONG, SHORT = 900_000, 20_000
SMALL_HOME = 5_000_000


class Flood:
    """A customer, a merchant that floods, an honest one, and what was measured."""

    def __init__(self, running, memory):
        self.shop = running
        self.memory = memory
        self.honest = copy.copy(running)
        self.honest.merchant, self.honest.connection = running.ready["merchants"][1], None
        self.failures = 0

    def require(self, holds, what):
        print(f"{'ok      ' if holds else 'NOT TRUE'} {what}", flush=True)
        self.failures += not holds

    def pour(self, person, count, length):
        """So many requests of the flooding merchant, each with metadata of so many characters."""
        note = "x" * length
        for number in range(count):
            body = json.dumps({
                "scan_token": person["scan_token"], "currency": person["currency"], "expires_in": 86_400,
                "counter_id": self.shop.merchant["counters"][0]["id"],
                "metadata": {"number": number, "note": note}})
            self.shop.call("POST", f"{MERCHANT}/scan-payment", body[:-1] + ', "amount": 0.01}')

    def measured(self, customer, *command):
        """Runs a command: its outcome, seconds, and the most memory that it held, in MB."""
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            begun, peak = time.monotonic(), 0
            process = customer.start(*command, stdout=out, stderr=err)
            status = pathlib.Path(f"/proc/{process.pid}/status")
            while process.poll() is None:
                # The kernel keeps the peak, so a look now and then loses only what came after the last one.
                lines = status.read_text().splitlines()
                peak = max([peak, *(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))])
                if time.monotonic() - begun > 600:
                    process.kill()
                time.sleep(0.01)
            seconds = time.monotonic() - begun
            if peak > self.memory * 1024:
                self.require(False, f"{' '.join(command)} holds {peak / 1024:.0f} MB, at most {self.memory}")
            out.seek(0), err.seek(0)
            return (
                subprocess.CompletedProcess(command, process.returncode, out.read(), err.read()), seconds, peak / 1024)

    def sync(self, customer, what):
        outcome, seconds, peak = self.measured(customer, "sync")
        self.require(
            outcome.returncode == 0,
            f"{what}: sync ends with {outcome.returncode}, {seconds:.1f} s, peak {peak:.0f} MB {outcome.stderr[:200].strip()}")

    def find(self, customer, intent, what):
        """The honest request is listed, and can be approved."""
        outcome, seconds, peak = self.measured(customer, "approvals")
        listed = outcome.returncode == 0 and any(
            request["intent"] == intent for request in json.loads(outcome.stdout)["approvals"])
        self.require(listed, f"{what}: the honest request is listed, {seconds:.1f} s, peak {peak:.0f} MB")
        self.approve(customer, intent, what)

    def approve(self, customer, intent, what):
        outcome, seconds, peak = self.measured(customer, "approve", intent, "--yes")
        debits = self.shop.debits().get(intent, 0)
        self.require(
            outcome.returncode == 0 and debits == 1,
            f"{what}: approved with exit {outcome.returncode}, {debits} debits, {seconds:.1f} s, peak {peak:.0f} MB "
            f"{outcome.stderr[:200].strip()}")

    def few_long(self, count, one_by_one, port=None):
        """A few requests of 900 KB; through a proxy where a port is given."""
        what = f"{count} of 900 KB{', one by one' if one_by_one else ''}{', no summaries' if port else ''}"
        person = self.shop.open_wallet("1000.00")
        customer = Customer(self.shop, person, f"long-{count}-{port or ''}", port=port)
        paid = self.honest.ask("pay", person, "5.00")
        self.require(customer.run("pay", paid, "--yes").returncode == 0, f"{what}: a payment before them")
        before = size(customer)
        if one_by_one:
            for _ in range(count):
                self.pour(person, 1, LONG)
                customer.run("sync")
        else:
            self.pour(person, count, LONG)
        self.honest.call("POST", f"{MERCHANT}/payment-intents/{paid}/refund")
        self.shop.advance(5)
        asked = self.honest.ask("approve", person, "2.50")
        self.sync(customer, what)
        self.require(
            size(customer) < SMALL_HOME, f"{what}: the home holds {size(customer):,} bytes, {before:,} before them")
        self.find(customer, asked, what)
        types = [entry["type"] for entry in customer.document("history")["transactions"]]
        self.require("refund" in types, f"{what}: the refund arrived")
        again = self.honest.ask("approve", person, "2.50")
        new = Customer(self.shop, person, f"long-{count}-{port or ''}-new", port=port)
        self.sync(new, f"{what}, a new device")
        self.find(new, again, f"{what}, a new device")
        self.require(
            size(new) < SMALL_HOME, f"{what}, a new device: the home holds {size(new):,} bytes")

    def many_short(self, count, bound):
        """Thousands of requests of 20 KB."""
        what = f"{count:,} of 20 KB"
        person = self.shop.open_wallet("1000.00")
        customer = Customer(self.shop, person, "short")
        self.sync(customer, f"{what}, before them")
        before, begun = size(customer), time.monotonic()
        self.pour(person, count, SHORT)
        print(f"         {what}: asked in {time.monotonic() - begun:.0f} s", flush=True)
        asked = self.honest.ask("approve", person, "2.50")
        self.sync(customer, what)
        growth = (size(customer) - before) / count
        self.require(growth <= bound, f"{what}: the home grew by {growth:,.0f} bytes a request, at most {bound:,}")
        self.find(customer, asked, what)
        self.sync(customer, f"{what}, once more")


def without_summaries(call):
    """A platform that knows no `fields`, and tells all of every request."""
    query = urllib.parse.parse_qsl(call.query)
    kept = urllib.parse.urlencode([(name, value) for name, value in query if name != "fields"])
    return call.pass_on(call.path + ("?" + kept if kept else ""))


def size(customer):
    """The bytes of all files of a home."""
    return sum(file.stat().st_size for file in customer.home.rglob("*") if file.is_file())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True, help="where fex-sandbox and wallet-cli lie")
    parser.add_argument("--count", type=int, default=10_000, help="how many requests of 20 KB; 0 leaves them out")
    parser.add_argument("--bound", type=int, default=6_144, help="bytes that the home may grow by for each of them")
    parser.add_argument("--memory", type=int, default=200, help="MB that a command may hold at its peak")
    parser.add_argument(
        "--without-summaries", action="store_true",
        help="long requests only from a platform that knows no summaries, where they are read whole")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fex-flood-") as state:
        with shop(arguments.programs, "--no-nats", "--state", state) as running:
            flood = Flood(running, arguments.memory)
            if not arguments.without_summaries:
                flood.few_long(6, one_by_one=False)
                flood.few_long(10, one_by_one=True)
            plain = Between(running.port)
            plain.rule = without_summaries
            flood.few_long(6, one_by_one=False, port=plain.port)
            flood.few_long(10, one_by_one=True, port=plain.port)
            plain.close()
            if arguments.count:
                flood.many_short(arguments.count, arguments.bound)
    print(f"flood: {flood.failures} not true")
    raise SystemExit(1 if flood.failures else 0)


if __name__ == "__main__":
    main()
