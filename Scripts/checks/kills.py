"""Kills a real wallet-cli with -9 at random moments of paying, approving and declining, while calls go wrong.

After each kill one sync, with calls that go right again, has to settle what is open. At the end what the wallets show is
compared with the platform's books."""

import argparse
import collections
import random
import subprocess
import threading
import time

from customers import Customer, expect, kill, shop

FAULTS = ("drop_before", "drop_after", "status", "delay", "slow_body", "truncate", "garbage")
COMMANDS = {"pay": ("pay", "--yes"), "approve": ("approve", "--yes"), "decline": ("decline",)}
MONEY = ("pay", "approve")
FOUND = {
    None: "before it was written down", "recorded": "written down, nothing sent", "sending": "being sent",
    "waiting": "waiting for another attempt", "unknown": "outcome not known", "confirmed": "confirmed",
    "refused": "refused", "lapsed": "lapsed", "cancelled": "cancelled"}


class Victim:
    """One customer at a sandbox of its own, killed again and again."""

    def __init__(self, running, seed):
        self.shop = running
        self.random = random.Random(seed)
        self.person = running.open_wallet("10000.00")
        self.customer = Customer(running, self.person, "victim")
        self.asked = {}
        self.phases = collections.Counter()
        self.span = self.measure()

    def measure(self):
        """How long a decision takes that is left in peace."""
        spans = []
        for kind in COMMANDS:
            begun = time.monotonic()
            self.decide(kind)[1].wait()
            spans.append(time.monotonic() - begun)
        return max(spans)

    def decide(self, kind):
        """Asks, and starts saying it."""
        intent = self.shop.ask(kind, self.person)
        self.asked[intent] = kind
        command, *options = COMMANDS[kind]
        return intent, self.customer.start(command, intent, *options)

    def break_something(self):
        """Makes about every second decision meet something that goes wrong."""
        rules = []
        if self.random.random() < 0.6:
            rule = {"match": {"path": "*/payment-intents/*"}, "action": self.random.choice(FAULTS), "times": 2}
            rule["nth"] = self.random.randrange(1, 4)
            if rule["action"] in ("delay", "slow_body"):
                rule["delay_ms"] = self.random.randrange(5, 400)
            rules.append(rule)
        self.shop.break_calls(rules)

    def be_killed(self):
        """One decision, killed at a drawn moment; then one sync."""
        self.break_something()
        intent, process = self.decide(self.random.choice(list(COMMANDS)))
        try:
            process.wait(timeout=self.random.uniform(0, self.span * 1.2))
            was_killed = False
        except subprocess.TimeoutExpired:
            kill(process)
            was_killed = True
        self.shop.break_calls([])
        found = self.customer.stored("SELECT state FROM decision WHERE intent_id = ? ORDER BY rowid DESC", intent)
        arrived = intent in self.shop.decision_calls()
        self.phases[was_killed, found[0][0] if found else None, arrived] += 1
        self.customer.document("sync")
        waiting = self.customer.document("outbox")["decisions"]
        expect(not waiting, f"nothing waits after one sync: {waiting}")
        return was_killed

    def audit(self):
        """Compares what the wallet shows with the platform's books."""
        debits, calls = self.shop.debits(), self.shop.decision_calls()
        shown = {entry["intent"] for entry in self.history()}
        requests = {
            request["intent"]: request["state"]
            for request in self.customer.document("approvals", "--all")["approvals"]}
        decided = dict(self.customer.stored("SELECT intent_id, state FROM decision ORDER BY rowid"))
        for intent, kind in self.asked.items():
            state, count = decided.get(intent), debits.get(intent, 0)
            said = f"{kind} of {intent}: {state}, {count} debits, shown as {requests.get(intent)}"
            expect(count <= 1, f"at most one debit: {said}")
            expect((intent in shown) == (count == 1), f"the history shows what was debited: {said}")
            expect(len({call["key"] for call in calls.get(intent, [])}) <= 1, f"one key: {said}")
            expect(state in (None, "confirmed"), f"a decision nobody opposed is confirmed: {said}")
            expect(state or intent not in calls, f"what was sent is on the device: {said}")
            expect((count == 1) == (state == "confirmed" and kind in MONEY), f"shown truthfully: {said}")
            if kind != "pay":
                wanted = {"approve": "approved", "decline": "declined"}[kind] if state else "pending"
                expect(requests.get(intent) == wanted, f"the request is {wanted}: {said}")

    def history(self):
        entries, after = [], []
        while True:
            page = self.customer.document("history", "--limit", "1000", *after)
            entries += page["transactions"]
            if not page["next"]:
                return entries
            after = ["--after", page["next"]]


def work(programs, seed, quota, victims, failures):
    """Kills one victim until there were kills enough, and audits now and then."""
    try:
        with shop(programs, "--no-nats") as running:
            victim = Victim(running, seed)
            victims.append(victim)
            kills = 0
            while kills < quota and not failures:
                kills += victim.be_killed()
                if kills % 50 == 0:
                    victim.audit()
            victim.audit()
    except BaseException as error:  # shown by the main thread, which ends the run
        failures.append(f"seed {seed}: {error!r}")


def report(victims, kills):
    phases = sum((victim.phases for victim in victims), collections.Counter())
    decisions = sum(len(victim.asked) for victim in victims)
    print(f"kill -9: {kills}; decisions: {decisions}; each settled by one sync, debited at most once, shown truthfully")
    print(f"{'':36}{'killed':>8}{'ended by itself':>16}")
    for state, arrived in sorted({(state, arrived) for _, state, arrived in phases}, key=str):
        name = f"{FOUND[state]}{', had arrived' if arrived and state != 'confirmed' else ''}"
        print(f"{name:36}{phases[True, state, arrived]:>8}{phases[False, state, arrived]:>16}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True, help="where fex-sandbox and wallet-cli lie")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1, help="of decisions, moments and what goes wrong")
    parser.add_argument("--workers", type=int, default=2, help="how many wallets are killed side by side")
    arguments = parser.parse_args()
    victims, failures, threads = [], [], []
    for number in range(arguments.workers):
        quota = arguments.kills // arguments.workers + (number < arguments.kills % arguments.workers)
        threads.append(threading.Thread(
            target=work, args=(arguments.programs, arguments.seed * 1000 + number, quota, victims, failures)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    if failures:
        raise SystemExit("\n".join(failures))
    report(victims, arguments.kills)


if __name__ == "__main__":
    main()
