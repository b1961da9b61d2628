"""A session that ends, is logged out, or loses a renewal's answer, and a key that is lost, at each step of paying, syncing
and watching, with the real program: what it said beside what is true.

Only the identity provider's `invalid_grant` or `invalid_client` ends a session. What was decided stays as it is: nothing is
refused for it, and after a new login (where one is needed) each decision takes effect once."""

import argparse
import json
import subprocess
import threading
import time
from dataclasses import dataclass

from behind_proxy import PATIENCE, Scene
from customers import shop
from middlebox import COMMANDS
from troubles import (
    STRANGERS, DeviceRemoved, Ended, KeyLost, LoggedOut, LoggedOutRenewing, RenewalLost, TokenKeyLost, answered_by)
from verdicts import Said
from watch import Watch



@dataclass
class Row:
    """One trouble at one step. `exits` may be said; `sent` is how many decisions may have arrived by then."""

    step: str
    trouble: type
    moment: str = "at once"
    exits: tuple = (0,)
    logged_in: bool | None = True
    kind: str = ""
    sent: tuple = (0, 1)
    waits: bool = False
    polls: bool = False
    # Whether the sentence has to say that one has to log in.
    says_log_in: bool = False


def deciding(kind):
    """Rows of one kind of decision."""
    sure = dict(kind=kind)
    yield Row("decide", Ended, "at once", (75, 77), False, sent=(0,), **sure)
    yield Row("decide", Ended, "call", (75, 77), False, sent=(0,), **sure)
    yield Row("decide", Ended, "answer", (75, 77), False, sent=(1,), **sure)
    yield Row("decide", LoggedOut, "at once", (77,), False, sent=(0,), **sure)
    yield Row("decide", LoggedOut, "fetch", (0, 75, 77), False, **sure)
    yield Row("decide", LoggedOut, "call", (0, 75), False, **sure)
    yield Row("decide", LoggedOut, "answer", (0, 75), False, sent=(1,), **sure)
    yield Row("decide", LoggedOutRenewing, "call", (75, 77), False, **sure)
    yield Row("decide", RenewalLost, "call", (0, 75), **sure)
    yield Row("decide", RenewalLost, "answer", (0, 75), **sure)
    yield Row("decide", KeyLost, "at once", (77,), None, sent=(0,), says_log_in=True, **sure)
    yield Row("decide", KeyLost, "fetch", (0, 77), None, **sure)
    yield Row("decide", KeyLost, "call", (0,), **sure)
    yield Row("decide", TokenKeyLost, "at once", (77,), False, sent=(0,), says_log_in=True, **sure)
    yield Row("decide", TokenKeyLost, "fetch", (0, 75, 77), False, **sure)
    yield Row("decide", TokenKeyLost, "call", (0,), False, **sure)
    yield Row("decide", DeviceRemoved, "at once", (77,), False, sent=(0,), says_log_in=True, **sure)
    yield Row("decide", answered_by("403 a page"), "call", (0, 75), **sure)
    yield Row("decide", answered_by("400 {}"), "answer", (0, 75), **sure)
    yield Row("sync", Ended, "at once", (75, 77), False, sent=(0,), waits=True, **sure)
    yield Row("sync", LoggedOut, "at once", (77,), False, sent=(0,), waits=True, **sure)
    yield Row("sync", RenewalLost, "at once", (0, 69, 75), waits=True, **sure)
    yield Row("sync", KeyLost, "at once", (0,), sent=(1,), waits=True, **sure)
    yield Row("sync", TokenKeyLost, "at once", (77,), False, sent=(0,), waits=True, **sure)


def rows():
    for kind in COMMANDS:
        yield from deciding(kind)
    for step in ("sync", "balance"):
        yield Row(step, Ended, "at once", (77,), False, says_log_in=True)
        yield Row(step, LoggedOut, "at once", (77,), False, says_log_in=True)
        yield Row(step, LoggedOutRenewing, "at once", (77,), False)
        yield Row(step, RenewalLost, "at once", (0, 69))
        yield Row(step, KeyLost, "at once", (0,))
        yield Row(step, TokenKeyLost, "at once", (77,), False, says_log_in=True)
        for name in STRANGERS:
            yield Row(step, answered_by(name), "at once", (69,))
        for name in ("404 a page", "404 {}", "200 {}"):
            # Who renews may be known from before.
            yield Row(step, answered_by(name, discovers=True), "at once", (0, 69))
    yield Row("sync", Ended, "feed", (77,), False)
    yield Row("sync", LoggedOut, "feed", (0, 77), False)
    for polls in (False, True):
        yield Row("watch", Ended, exits=(77,), logged_in=False, polls=polls, says_log_in=True)
        yield Row("watch", LoggedOut, exits=(77,), logged_in=False, polls=polls, says_log_in=True)
        yield Row("watch", TokenKeyLost, exits=(77,), logged_in=False, polls=polls, says_log_in=True)
        yield Row("watch", DeviceRemoved, exits=(77,), logged_in=False, polls=polls, says_log_in=True)
        for trouble in (RenewalLost, KeyLost, answered_by("404 a page"), answered_by("400 {}")):
            yield Row("watch", trouble, exits=(None,), polls=polls)


class Outcome:
    """What was said, what is true, and what of it is not as it has to be."""

    def __init__(self, row):
        self.row = row
        self.said, self.true = "", ""
        self.differs = []

    def require(self, holds, what):
        if not holds:
            self.differs.append(what)

    def line(self):
        row = self.row
        step = f"{row.kind or row.step}{' waits, sync' if row.waits else ''}{' (poll)' if row.polls else ''}"
        expected = f"exit {'/'.join('goes on' if code is None else str(code) for code in row.exits)}" + (
            ", logged out" if row.logged_in is False else "")
        return (
            f"{step:20}{row.trouble.name:34}{row.moment:9}{expected:28}{self.true:44}{self.said[:110]}"
            + "".join(f"\n    DIFFERS: {what}" for what in self.differs))


def play(scene, row):
    outcome = Outcome(row)
    try:
        {"decide": decide, "sync": ask, "balance": ask, "watch": watch}[row.step](scene, row, outcome)
    except (subprocess.TimeoutExpired, OSError, SystemExit) as error:
        outcome.require(False, f"{type(error).__name__}: {str(error)[:300]}")
    return outcome


def begin(scene, row):
    trouble = row.trouble(scene, row.moment)
    if row.moment == "at once":
        trouble.begin()
    scene.rule = trouble
    return trouble


def decide(scene, row, outcome):
    intent = scene.shop.ask(row.kind, scene.person, "1.37")
    trouble = begin(scene, row)
    said = Said(scene.customer.run(row.kind, intent, *COMMANDS[row.kind]))
    settle(scene, row, outcome, intent, said, trouble)


def ask(scene, row, outcome):
    """A sync or a look at the balance; with a decision waiting, or without."""
    if row.waits:
        intent = scene.shop.ask(row.kind, scene.person, "1.37")
        scene.rule = lambda call: None if call.decides else call.pass_on()
        scene.customer.run(row.kind, intent, *COMMANDS[row.kind])
    trouble = begin(scene, row)
    said = Said(scene.customer.run(*(("sync",) if row.step == "sync" else ("balance", "--refresh"))))
    if row.waits:
        return settle(scene, row, outcome, intent, said, trouble)
    look(scene, row, outcome, said)
    again(scene, row, outcome)


def says_log_in(message):
    return any(word in message.lower() for word in ("log in", "logged in", "login"))


def look(scene, row, outcome, said):
    """Compares what was said with the row, and the session with what is true."""
    message = said.error.get("message", "")
    outcome.said = f"exit {said.exit} {said.state if said.decision else ''} {said.error.get('code', '')}: {message}"
    outcome.require(said.exit in row.exits, f"ended with {said.exit}")
    if said.exit not in (0, None):
        outcome.require(bool(said.error.get("code")) or said.decision, "an error has a code")
    if row.says_log_in:
        outcome.require(says_log_in(message), f"doesn't say that one has to log in: {message}")
    scene.logging_out and scene.logging_out.wait(timeout=PATIENCE)
    is_logged_in = scene.status()["logged_in"]
    outcome.true = "logged in" if is_logged_in else "logged out"
    outcome.require(row.logged_in in (None, is_logged_in), f"status says logged_in {is_logged_in}")


def again(scene, row, outcome):
    """Everything is honest again: after a login, where one is needed, the same call works. Another 401 is renewed."""
    scene.rule = None
    if row.logged_in is not True:
        outcome.require(scene.log_in().returncode == 0, "one can log in again")
    elif issubclass(row.trouble, RenewalLost):
        refused = RenewalLost(scene, "at once")
        refused.renewed = True
        refused.begin()
        scene.rule = refused
    for command in (("balance", "--refresh"), ("sync",)):
        later = scene.customer.run(*command)
        outcome.require(later.returncode == 0, f"then `{command[0]}` ends with {later.returncode}: {later.stderr[:160]}")
    scene.rule = None


def settle(scene, row, outcome, intent, said, trouble):
    """What was said of a decision has to be so; after a login and a sync it takes effect once."""
    look(scene, row, outcome, said)
    debits, done = scene.truth(row.kind, intent)
    calls = len(scene.shop.decision_calls().get(intent, []))
    state = (json.loads(scene.customer.run("show", intent).stdout or "{}").get("decision") or {}).get("state")
    outcome.true += f", {state or 'undecided'}, {calls} arrived, {debits} debits"
    outcome.require(min(calls, 1) in row.sent, f"{calls} decisions arrived")
    outcome.require(state != "confirmed" or done, "confirmed, and it is not done")
    outcome.require(said.exit != 0 or done or row.waits, "ended well, and it is not done")
    outcome.require(state != "waiting" or not trouble.decisions, "it has left, so it does not only wait: unknown")
    outcome.require(state != "refused", "settled as refused")
    outcome.require(state not in ("lapsed", "cancelled"), f"settled as {state}")
    outcome.require(not (debits and said.money == "not_moved"), "said that no money moved, and it has")
    if row.trouble is DeviceRemoved:
        # What a removed device signed never takes effect: the person says it once more, on the device of a new login.
        scene.rule, state = None, None
        outcome.require(scene.log_in().returncode == 0, "one can log in again")
    else:
        again(scene, row, outcome)
    if state is None:
        later = scene.customer.run(row.kind, intent, *COMMANDS[row.kind])
        outcome.require(later.returncode == 0, f"then it is decided: {later.returncode} {later.stderr[:160]}")
    state = (json.loads(scene.customer.run("show", intent).stdout).get("decision") or {}).get("state")
    debits, done = scene.truth(row.kind, intent)
    outcome.require(state == "confirmed" and done, f"finally {state}, done: {done}")
    outcome.require(debits == (row.kind != "decline"), f"finally {debits} debits")


def watch(scene, row, outcome):
    """The trouble begins while requests are watched; then a till asks something."""
    if row.polls:
        scene.customer.environment["FEX_NATS_URL"] = "nats://127.0.0.1:1"
    watching = Watch(scene.customer)
    try:
        watching.note_after(0, Watch.POLL if row.polls else Watch.STREAM, PATIENCE)
        begin(scene, row)
        intent = scene.shop.ask("approve", scene.person, "1.37")
        if row.exits == (None,):
            watching.wait(
                lambda: any(found == intent for _, found, _ in watching.requests), PATIENCE, "the next request is shown")
            outcome.said = "went on, and showed the request"
            outcome.require(watching.process.poll() is None, "it went on")
            status = scene.status()
            outcome.require(status["listening"] != "no", "status says that nobody listens")
        else:
            code = watching.end(PATIENCE)
            with watching.lock:
                note = watching.notes[-1][1] if watching.notes else ""
            outcome.said = f"exit {code}: {note}"
            outcome.require(code in row.exits, f"ended with {code}")
            outcome.require(says_log_in(note), f"doesn't say that one has to log in: {note}")
            status = scene.status()
            outcome.require(status["listening"] == "no", f"status says it listens: {status['listening']}")
        outcome.true = f"logged {'in' if status['logged_in'] else 'out'}, listening: {status['listening']}"
        outcome.require(status["logged_in"] == row.logged_in, f"status says logged_in {status['logged_in']}")
    except subprocess.TimeoutExpired:
        status = scene.status()
        outcome.said = f"went on for {PATIENCE} s"
        outcome.true = f"logged {'in' if status['logged_in'] else 'out'}, listening: {status['listening']}"
        outcome.require(False, f"it ends within {PATIENCE} s")
    finally:
        watching.stop()


def work(programs, queue, lock, outcomes, failures):
    try:
        with shop(programs, "--nats-port", "0") as running:
            while not failures:
                with lock:
                    if not queue:
                        return
                    number, row = queue.pop(0)
                scene = Scene(running, number)
                try:
                    outcomes.append((number, play(scene, row)))
                finally:
                    scene.close()
    except BaseException as error:  # shown by the main thread, which ends the run
        failures.append(repr(error))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True, help="where fex-sandbox and wallet-cli lie")
    parser.add_argument("--every", type=int, default=1, help="only each so manieth row")
    parser.add_argument("--workers", type=int, default=3, help="how many wallets side by side")
    parser.add_argument("--only", default="", help="only rows of this step, or whose trouble's name holds this")
    arguments = parser.parse_args()
    chosen = [row for row in rows() if arguments.only in (row.step, row.kind) or arguments.only in row.trouble.name]
    queue = list(enumerate(chosen[::arguments.every]))
    count, begun = len(queue), time.monotonic()
    outcomes, failures, lock = [], [], threading.Lock()
    threads = [
        threading.Thread(target=work, args=(arguments.programs, queue, lock, outcomes, failures))
        for _ in range(arguments.workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"{'step':20}{'what happens':34}{'when':9}{'expected':28}{'true':44}said")
    for _, outcome in sorted(outcomes, key=lambda pair: pair[0]):
        print(outcome.line())
    if failures or len(outcomes) != count:
        raise SystemExit("\n".join(failures) or f"only {len(outcomes)} of {count} rows were run")
    differ = sum(bool(outcome.differs) for _, outcome in outcomes)
    print(f"sessions: {count} rows, {differ} differ, {time.monotonic() - begun:.0f} s")
    raise SystemExit(1 if differ else 0)


if __name__ == "__main__":
    main()
