"""Lets a proxy answer decisions of a real wallet-cli in the platform's place, and compares what the wallet says with the
ledger: at once, and after one honest sync.

Nothing but the platform's documented word settles a decision, so the wallet may never say that it is confirmed, refused or
lapsed where the ledger does not say so, nor that no money moved where it did. After one honest sync each decision is final,
as the ledger has it, with one debit at most. Answers are given at the first attempt, at a repeat after a lost answer
(`lost`), or at one after a call that never arrived (`unsent`); before the platform's work (the call is not passed on) or
after it (its answer is replaced); to the decision alone, once, or to everything that the wallet then asks. In rows that
reach the `ledger` the decision's answer is lost, its time runs out, and the ledger is answered so that the payment is not
seen in it: whoever paid, that says nothing."""

import argparse
import collections
import json
import random
import subprocess
import threading
import time
from decimal import Decimal

from answers import DONE, Scene, table
from between import Between, honest
from customers import MERCHANT, Customer, shop
from ledgers import LEDGER, LEDGERS
from refused import REFUSALS, Refusal
from verdicts import AMOUNT, Result, Row, Said

COMMANDS = {"pay": ("--yes",), "approve": ("--yes",), "decline": ()}


def rows():
    """The whole table."""
    answers = table()
    for number, given in enumerate(answers):
        for kind in given.kinds:
            for work in given.work:
                yield Row(kind, given, work, "first")
            for shift, attempt in enumerate(("lost", "unsent")):
                yield Row(kind, given, given.work[(number + shift) % len(given.work)], attempt)
    for given in answers:
        status, _, shape = given.name.partition(" ")
        for kind in given.kinds if given.is_generic else ():
            for work in given.work:
                if shape == "{}":
                    yield Row(kind, given, work, "first", "once")
                if status in ("200", "302", "401", "403", "404", "407", "451", "502") and shape in ("{}", "a page"):
                    yield Row(kind, given, work, "first", "everything")
                if shape in ("no code",) and status in ("400", "403", "404", "409", "422", "503"):
                    yield Row(kind, given, work, "first", lifetime=60)
            if status in ("401", "403", "404", "503") and shape in ("{}", "no code"):
                yield Row(kind, given, "after", "lost", "everything")
    for refusal in REFUSALS:
        for kind in refusal.kinds:
            for attempt in refusal.attempts:
                yield Row(kind, refusal, "after", attempt, lifetime=refusal.lifetime)
    for number, given in enumerate(LEDGERS):
        yield Row(("pay", "approve")[number % 2], given, "after", "lost", "ledger", lifetime=60)
    for given in LEDGERS[:3] + [given for given in LEDGERS if given.tells][:3]:
        yield Row("pay", given, "by other", "unsent", "ledger", lifetime=60)


class Gone:
    """From the decision on nothing gets through; the decision itself is passed on, or not."""

    def __init__(self, row, intent):
        self.row, self.intent = row, intent
        self.is_gone = False

    def __call__(self, call):
        if call.decides:
            if self.row.attempt == "lost" and not self.is_gone:
                call.pass_on()
            self.is_gone = True
        return None if self.is_gone else fetched(call, self.row, self.intent)


def fetched(call, row, intent):
    """Passes a call on; where a refusal asks for it, the intent is shown otherwise than it is."""
    answer = call.pass_on()
    if isinstance(row.given, Refusal) and row.given.fetch and call.path.endswith(f"/payment-intents/{intent}"):
        return row.given.fetch(answer)
    return answer


class Lie:
    """Answers decisions, and where a row says so what else is asked, in the platform's place."""

    def __init__(self, row, counter, intent, is_repeat):
        self.row, self.counter, self.intent = row, counter, intent
        self.begun = is_repeat
        self.count = 0

    def __call__(self, call):
        given = self.row.given
        if call.decides and not (self.row.reach == "once" and self.count):
            self.begun = True
            self.count += 1
            if isinstance(given, Refusal):
                return given.arrive(call, self.counter.shop, self.intent)
            answer = call.pass_on() if self.row.work == "after" else None
            truth = answer.document if answer and answer.status == 200 else None
            return given.make(self.counter.scene(call, self.intent, truth))
        if self.row.reach == "everything" and self.begun:
            return given.make(None)
        return fetched(call, self.row, self.intent)


class LedgerLie:
    """Passes all on but the questions for the ledger."""

    def __init__(self, row, intent, before):
        self.row, self.intent, self.before = row, intent, before
        self.count = 0

    def __call__(self, call):
        if call.path != LEDGER:
            return call.pass_on()
        self.count += 1
        return self.row.given.make(call, self.intent, self.before)


class Counter:
    """A sandbox with a customer behind a middlebox. A home in which a row came out wrong is given up for a new one."""

    def __init__(self, running):
        self.shop = running
        self.box = Between(running.port)
        self.homes = 0
        self.open_home()

    def log_in(self):
        self.customer.run(
            "login", "--username", self.person["username"], "--password-stdin", input=self.person["password"])

    def open_home(self):
        self.homes += 1
        self.box.rule = honest
        self.person, self.other = self.shop.open_wallet("100000.00"), None
        self.customer = Customer(self.shop, self.person, f"customer-{self.homes}", port=self.box.port)
        self.older = {}
        for kind in COMMANDS:
            def keep(call, kind=kind):
                answer = call.pass_on()
                if call.decides:
                    self.older[kind] = answer.body
                return answer
            self.box.rule = keep
            self.customer.run(kind, self.shop.ask(kind, self.person, AMOUNT), *COMMANDS[kind])
        self.box.rule = honest

    def scene(self, call, intent, truth):
        document = self.shop.call("GET", f"{MERCHANT}/payment-intents/{intent}")["payment_intent"]
        document["amount"] = Decimal(document["amount"])
        return Scene(call, document, self.person["wallet_id"], truth, self.older[call.decides])

    def is_done(self, kind, intent):
        """Whether the platform has done what was decided, and how often it was debited."""
        debits = self.shop.debits().get(intent, 0)
        if kind != "decline":
            return debits > 0, debits
        status = self.shop.call("GET", f"{MERCHANT}/payment-intents/{intent}")["payment_intent"]["status"]
        return status == DONE[kind], debits

    def look(self, intent):
        return Said(self.customer.run("show", intent))

    def pay_by_other(self, intent):
        if self.other is None:
            self.other = Customer(self.shop, self.shop.open_wallet("100000.00"), f"other-{self.homes}")
        paid = self.other.run("pay", intent, *COMMANDS["pay"])
        assert paid.returncode == 0, paid.stderr

    def keep_ledger(self):
        """What is answered to the question for the ledger, as the wallet asks it now."""
        answers = []

        def keep(call):
            if call.path != LEDGER:
                return call.pass_on()
            call.headers = {name: value for name, value in call.headers.items() if name.lower() != "if-none-match"}
            answers.append(call.pass_on())
            return answers[-1]

        self.box.rule = keep
        self.customer.run("sync")
        return answers[-1]

    def ask_ledger(self, row, intent, before, result):
        """Has the wallet read a ledger in which its payment is not to be seen, or was not made."""
        if row.work == "by other":
            self.pay_by_other(intent)
        self.shop.advance(120)
        lie = LedgerLie(row, intent, before)
        self.box.rule = lie
        self.customer.run("sync")
        self.box.rule = honest
        result.take_open(self.look(intent), *self.is_done(row.kind, intent), lie.count)
        # That the platform's clock was set back is believed of an answer that a later one bears out.
        self.customer.run("sync")
        time.sleep(1)

    def send_again(self, row, intent, command, result):
        """Has the decision sent, or sent again, and answered as the row says."""
        lie = Lie(row, self, intent, row.attempt != "first")
        self.box.rule = lie
        said = Said(self.customer.run(*command))
        self.box.rule = honest
        if not said.decision:
            said.decision = self.look(intent).decision
        result.take_said(said, *self.is_done(row.kind, intent), lie.count)
        if "Retry-After" in row.name and row.attempt == "first":
            result.require(*self.is_held_back(intent))
        if row.lifetime < 120:
            self.shop.advance(120)

    def run(self, row):
        """What came of a row, and what of it is not as it has to be."""
        amount = row.given.amount if isinstance(row.given, Refusal) else AMOUNT
        intent = self.shop.ask(row.kind, self.person, amount, row.lifetime)
        result = Result(row)
        if row.lifetime < 120:
            # The platform's clock is moved on: a token that ended by it would be refused before the decision is.
            self.customer.run("balance", "--refresh")
        try:
            command = (row.kind, intent, *COMMANDS[row.kind])
            before = self.keep_ledger() if row.reach == "ledger" else None
            if row.attempt != "first":
                self.box.rule = Gone(row, intent)
                lost = Said(self.customer.run(*command))
                result.require(lost.state == "unknown" and lost.exit == 75, f"after the cut: {lost}")
                command = ("outbox", "retry", intent)
            if row.reach == "ledger":
                self.ask_ledger(row, intent, before, result)
            else:
                self.send_again(row, intent, command, result)
            if getattr(row.given, "ends_session", False):
                ended = self.customer.run("sync")
                result.require(ended.returncode == 77, f"without a session sync ended with {ended.returncode}")
                self.log_in()
            synced = self.customer.run("sync")
            result.require(synced.returncode == 0, f"sync ended with {synced.returncode}: {synced.stderr[:200]}")
            result.take_final(self.look(intent), *self.is_done(row.kind, intent))
            keys = {call["key"] for call in self.shop.decision_calls().get(intent, [])}
            result.require(len(keys) <= 1, f"{len(keys)} keys for one decision")
        except (subprocess.TimeoutExpired, OSError, SystemExit) as error:
            result.require(False, f"{type(error).__name__}: {str(error)[:200]}")
        finally:
            self.box.rule = honest
        if result.differs or getattr(row.given, "spoils_home", False):
            self.open_home()
        return result

    def is_held_back(self, intent):
        """Whether the next attempt is as far away as `Retry-After` asks for."""
        queued = json.loads(self.customer.run("outbox").stdout)["decisions"]
        mine = next((decision for decision in queued if decision["intent"] == intent), None)
        if mine is None:
            return True, ""  # It is settled already: the ledger said so.
        earliest = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() + 540))
        return mine["next_attempt_at"] >= earliest, f"tried again at {mine['next_attempt_at']}, before {earliest}"


def work(programs, queue, lock, results, failures):
    try:
        with shop(programs, "--no-nats") as running:
            counter = Counter(running)
            while not failures:
                with lock:
                    if not queue:
                        return
                    place, row = queue.popleft()
                results.append((place, counter.run(row)))
    except BaseException as error:  # shown by the main thread, which ends the run
        failures.append(repr(error))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True, help="where fex-sandbox and wallet-cli lie")
    parser.add_argument("--every", type=int, default=1, help="only each so manieth row, drawn evenly from the table")
    parser.add_argument("--workers", type=int, default=2, help="how many wallets side by side")
    parser.add_argument("--only", default="", help="only rows whose answer's name holds this")
    arguments = parser.parse_args()
    chosen = [(place, row) for place, row in enumerate(rows()) if arguments.only in row.name]
    # Drawn, not counted off: the table's order has a rhythm.
    random.Random(1).shuffle(chosen)
    # Rows that move the sandbox's clock come last: the others compare times.
    queue = collections.deque(sorted(chosen[::arguments.every], key=lambda pair: pair[1].lifetime < 120))
    count, begun = len(queue), time.monotonic()
    results, failures, lock = [], [], threading.Lock()
    threads = [
        threading.Thread(target=work, args=(arguments.programs, queue, lock, results, failures))
        for _ in range(arguments.workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report([result for _, result in sorted(results, key=lambda pair: pair[0])])
    if failures or len(results) != count:
        raise SystemExit("\n".join(failures) or f"only {len(results)} of {count} rows were run")
    differ = sum(bool(result.differs) for _, result in results)
    print(f"middlebox: {count} rows, {differ} differ, {time.monotonic() - begun:.0f} s")
    raise SystemExit(1 if differ else 0)


def report(results):
    print(
        f"{'':8}{'at':7}{'work':7}{'answers':11}{'time':5}{'answer':38}{'n':>2}  {'the wallet said':34}{'then':6}"
        f"{'synced':10}{'then':6}debits")
    for result in results:
        print(result.line())
    differing = collections.Counter(what for result in results for what in result.differs)
    for what, count in differing.most_common(12):
        print(f"{count:>6} times: {what}")
    for kind in COMMANDS:
        reached = sum(result.answers > 0 for result in results if result.row.kind == kind)
        print(f"{kind}: the middlebox's answer was heard in {reached} rows")


if __name__ == "__main__":
    main()
