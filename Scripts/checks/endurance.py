"""Kills a sandbox with -9 while customers pay, starts it again on its state, and compares it with what it had promised.

A customer here is as stubborn as a wallet: a decision whose answer was lost is sent again, byte for byte, until there is
one. What counts as promised is every answer that arrived whole."""

import argparse
import collections
import http.client
import json
import random
import tempfile
import threading
import time

import platform_client
import webhook_inbox
from platform_client import Connection, MERCHANT, Refused, WALLET, minor_units

UNKNOWN_OUTCOME = (OSError, http.client.HTTPException, json.JSONDecodeError)


class Promises:
    """What the platform has acknowledged."""

    def __init__(self):
        self.lock = threading.Lock()
        self.made = {}  # intent id -> status promised last
        self.payments = {}  # intent id -> (wallet id, minor units)
        self.decided = 0
        self.sent_again = 0
        self.replayed = 0

    def note(self, intent, status, payment=None):
        with self.lock:
            self.made[intent] = status
            if payment:
                self.payments[intent] = payment
            if status in ("completed", "declined"):
                self.decided += 1


class Customer(threading.Thread):
    """Makes intents at a till and decides on them, one after the other, until there are enough."""

    def __init__(self, endurance, wallet, seed):
        super().__init__(daemon=True)
        self.endurance = endurance
        self.wallet = wallet
        self.random = random.Random(seed)
        self.connection = Connection(endurance.sandbox.port)
        self.failure = None

    def run(self):
        try:
            while self.endurance.takes_another():
                self.decide(self.random.choice(["pay", "approve"]))
                if self.random.random() < 0.25:
                    self.decide("decline")
        except Exception as error:  # shown by the main thread, which ends the run
            self.failure = error

    def stubbornly(self, call):
        """Makes a call until an answer comes. Waits while the platform is down."""
        attempt = 0
        while True:
            self.endurance.is_up.wait()
            try:
                return call(), attempt
            except UNKNOWN_OUTCOME:
                attempt += 1
                self.connection.close()
                time.sleep(0.005)
            except Refused as error:
                if error.status < 500:
                    raise
                attempt += 1

    def decide(self, kind):
        promises = self.endurance.promises
        intent = self.stubbornly(lambda: self.make_intent(kind))[0]
        promises.note(intent["id"], intent["status"])
        path, key, body = self.wallet.decision(kind, intent)
        answer, attempts = self.stubbornly(lambda: self.connection.call(
            "POST", path, self.wallet.tokens.current(self.connection), body, {"Idempotency-Key": key}))
        payment = (self.wallet.id, minor_units(answer["transaction"]["amount"])) if kind != "decline" else None
        with promises.lock:
            promises.sent_again += attempts
            promises.replayed += answer["replayed"]
        promises.note(intent["id"], answer["payment_intent"]["status"], payment)

    def make_intent(self, kind):
        endurance = self.endurance
        # Written out, since an amount is never made a binary number.
        amount = f"0.{self.random.randrange(1, 40):02}"
        more = {"currency": self.wallet.currency, "expires_in": 86400}
        more["callback_url"] = endurance.inbox.url
        path = "/payment-intents"
        if kind != "pay":
            path = "/scan-payment"
            more |= {"scan_token": self.wallet.scan_token, "counter_id": endurance.merchant["counters"][0]["id"]}
        body = json.dumps(more)[:-1] + f', "amount": {amount}}}'
        return self.connection.call(
            "POST", MERCHANT + path, endurance.tokens.current(self.connection), body)["payment_intent"]


class Endurance:
    """The sandbox, its customers, and the books that are kept of it from outside."""

    # The longest pause between two attempts is 16 seconds, and a killed sandbox makes the attempt again.
    WEBHOOK_PATIENCE = 60

    def __init__(self, sandbox, inbox, arguments):
        self.sandbox = sandbox
        self.inbox = inbox
        self.arguments = arguments
        self.promises = Promises()
        self.is_up = threading.Event()
        self.is_up.set()
        self.begun = 0
        self.lock = threading.Lock()
        self.merchant = sandbox.ready["merchants"][0]
        self.tokens = platform_client.client_tokens(self.merchant)
        self.auditor = Connection(sandbox.port)
        self.wallets = [platform_client.Wallet(person, self.auditor, sandbox.issuer) for person in sandbox.ready["wallets"]]

    def takes_another(self):
        with self.lock:
            self.begun += 1
            return self.begun <= self.arguments.payments

    def run(self):
        chance = random.Random(self.arguments.seed)
        customers = [
            Customer(self, self.wallets[index % len(self.wallets)], chance.random())
            for index in range(self.arguments.customers)]
        started = time.monotonic()
        for customer in customers:
            customer.start()
        kills, restarts = 0, []
        while kills < self.arguments.kills:
            # Spread over the load; then a moment more, so that the blow falls anywhere in a call.
            target = self.arguments.payments * (kills + 1) // (self.arguments.kills + 1)
            while len(self.promises.payments) < target and any(customer.is_alive() for customer in customers):
                time.sleep(0.002)
            time.sleep(chance.uniform(0, 0.02))
            self.sandbox.kill()
            self.is_up.clear()
            kills += 1
            begun = time.monotonic()
            self.sandbox.start()
            restarts.append(time.monotonic() - begun)
            self.audit(f"after kill {kills}")
            self.is_up.set()
            if kills % 10 == 0:
                print(f"{kills} kills, {len(self.promises.payments)} payments acknowledged: the books agree", flush=True)
        for customer in customers:
            customer.join(timeout=600)
            if customer.failure:
                raise SystemExit(f"a customer failed: {customer.failure!r}")
            if customer.is_alive():
                raise SystemExit("a customer waits for ever")
        ledger = self.audit("at the end")
        missing = self.inbox.wait_for("payment.completed", self.promises.payments, Endurance.WEBHOOK_PATIENCE)
        expect("at the end", f"each payment was told to the merchant, but {len(missing)}: {missing[:3]}", not missing)
        expect("at the end", f"each webhook is signed, but {self.inbox.refused}", not self.inbox.refused)
        self.report(kills, restarts, time.monotonic() - started, ledger)

    def audit(self, when):
        """Compares the platform with what it promised, and with itself."""
        with self.promises.lock:
            made, payments = dict(self.promises.made), dict(self.promises.payments)
        self.auditor.close()
        ledger = self.sandbox.control(self.auditor, "GET", "ledger")

        booked, sums, currencies = {}, collections.Counter(), {}
        for entry in ledger["entries"]:
            amount, intent = minor_units(entry["amount"]), entry["payment_intent_id"]
            for account, sign in ((entry["debit_account_id"], -1), (entry["credit_account_id"], 1)):
                sums[account] += sign * amount
                currencies[account] = entry["currency"]
            if intent:
                expect(when, f"intent {intent} is debited once", intent not in booked)
                booked[intent] = (entry["debit_account_id"], amount)
        for intent, payment in payments.items():
            expect(when, f"the acknowledged payment of {intent} is booked", booked.get(intent) == payment)

        total = collections.Counter()
        for account, balance in ledger["balances"].items():
            expect(when, f"the balance of {account} is the sum of its entries", minor_units(balance) == sums[account])
            total[currencies.get(account)] += minor_units(balance)
        expect(when, f"the ledger sums to zero: {dict(total)}", not any(total.values()))
        for wallet in self.wallets:
            told = self.auditor.call("GET", f"{WALLET}/wallet", wallet.tokens.current(self.auditor))["wallet"]["balance"]
            expect(when, f"{wallet.id} is told its balance", told == ledger["balances"][wallet.id])

        statuses = self.statuses()
        for intent, promised in made.items():
            found = statuses.get(intent)
            # One that was promised as open may have been decided by a call whose answer was lost.
            open_then = promised in ("pending", "pending_approval")
            expect(when, f"{intent}: {promised} was promised, {found} found", found == promised or (open_then and found))
        for intent, status in statuses.items():
            expect(when, f"{intent} is {status} and booked so", (status == "completed") == (intent in booked))
        return ledger

    def statuses(self):
        found, page = {}, 1
        token = self.tokens.current(self.auditor)
        while True:
            answer = self.auditor.call("GET", f"{MERCHANT}/payment-intents?page={page}&limit=100", token)
            found |= {intent["id"]: intent["status"] for intent in answer["payment_intents"]}
            if page >= answer["total_pages"]:
                return found
            page += 1

    def report(self, kills, restarts, seconds, ledger):
        promises = self.promises
        entries = sum(1 for entry in ledger["entries"] if entry["payment_intent_id"])
        for name, figure in (
            ("kill -9", kills), ("decisions acknowledged", promises.decided),
            ("of them payments", len(promises.payments)), ("payments in the ledger", entries),
            ("payments told by webhook", len(promises.payments)), ("webhooks that came again", self.inbox.repeated),
            ("decisions sent again", promises.sent_again), ("answered from memory", promises.replayed),
            ("audits, all of them good", kills + 1), ("slowest restart", f"{max(restarts, default=0):.2f} s"),
            ("whole run", f"{seconds:.0f} s"),
        ):
            print(f"{name:26}{figure:>12}")
        expect("at the end", "every payment in the ledger was acknowledged", entries == len(promises.payments))


def expect(when, what, holds):
    if not holds:
        raise SystemExit(f"{when}: NOT TRUE that {what}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True, help="where fex-sandbox lies")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--payments", type=int, default=1000, help="how many; a quarter as many declines come on top")
    parser.add_argument("--customers", type=int, default=6, help="how many decide at the same time")
    parser.add_argument("--seed", type=int, default=1, help="of amounts, decisions and moments")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        options = ["--no-nats", "--state", f"{work}/state"]
        with platform_client.running(arguments.programs, work, options) as sandbox:
            merchant = sandbox.ready["merchants"][0]
            secrets = [merchant["webhook_secret"]] + [counter["webhook_secret"] for counter in merchant["counters"]]
            with webhook_inbox.listening(secrets) as inbox:
                Endurance(sandbox, inbox, arguments).run()


if __name__ == "__main__":
    main()
