"""One conversation with one shell: its steps, what differs from what is expected, and the ledger at the end."""

import base64
import contextlib
import json
import time
from decimal import Decimal

from conversing.host import Host
from conversing.patterns import Mismatch, Unknown, fill, match
from conversing.shells import Ended
from conversing.world import PATIENCE

LOGIN = {"username": "${person.username}", "password": "${person.password}", "device_name": "A conversation"}


class GivenUp(Exception):
    """Nothing further can be expected of this conversation."""


class Talk:
    """A flow as it goes in one language."""

    def __init__(self, flow, shells, world, directory, recording, patience=PATIENCE):
        self.flow, self.shells, self.world, self.recording = flow, shells, world, recording
        self.patience = patience
        self.folder = directory / "wallet"
        self.host = Host(directory)
        self.names = dict(world.names)
        # Methods of requests in flight by id, and the ids of all requests.
        self.shell, self.inbox, self.methods, self.ids, self.asked = None, [], {}, set(), []
        self.may_be, self.differences = [], []
        # The intents that the till made, by name, and how often they were debited in the end.
        self.made, self.debits = {}, 0
        # Requests of the driver's own are far from those of the flow.
        self.own_id = 8_000_000_000_000_000

    def differs(self, what):
        self.differences.append(what)

    # What is run.

    def run(self):
        """Goes through the flow; what differs is in `differences`."""
        try:
            self.start()
            if self.flow.get("login", True):
                self.request("login.password", LOGIN, {"result": {"wallet": "${person.wallet_id}"}})
            for number, step in enumerate(self.flow["steps"], 1):
                self.step(number, step)
            if self.shell:
                self.end()
        except GivenUp:
            pass
        except (Unknown, ValueError, KeyError) as error:
            self.differs(f"{type(error).__name__}: {error}")
        finally:
            if self.shell:
                self.shell.kill()
            self.world.shop.break_calls([])
        self.compare_ledger()

    def step(self, number, step):
        self.place = f"step {number}"
        (verb, what), = step.items()
        getattr(self, f"do_{verb}")(what if verb in ("expect", "may", "many") else fill(what, self.names))

    def start(self):
        configuration = self.world.configuration | self.flow.get("configuration", {})
        if "host" in self.flow:
            configuration["host"] = self.flow["host"]
        self.place = "opening"
        self.shell, self.inbox, self.methods = self.shells.start(self.folder, configuration), [], {0: "open"}
        if "configuration" not in self.flow:
            self.do_expect({"id": 0, "result": {"recovery": None}})

    def request(self, method, params, pattern):
        self.own_id += 1
        self.do_send({"id": self.own_id, "method": method, "params": fill(params, self.names)})
        self.do_expect({"id": self.own_id} | pattern)

    def end(self):
        """Closes the input, and sees that the shell ends as it has to."""
        self.place = "end"
        self.shell.close_input()
        deadline = time.monotonic() + self.patience
        with contextlib.suppress(Ended):
            while self.receive(deadline):
                pass
            self.differs("end: it does not end" if self.is_closed else "end: nothing says that the wallet is closed")
        if not self.is_closed:
            self.differs(f"end: the last message is not the one that says so: {str(self.inbox[-1:])[:200]}")
        code = self.shell.exit(self.patience)
        if code != 0:
            self.differs(f"end: {self.shell.how_it_ended()}")
        self.compare_left()
        self.shell.kill()
        self.shell = None

    @property
    def is_closed(self):
        return bool(self.inbox) and self.inbox[-1] == {"closed": True}

    def compare_left(self):
        """What was said, and nobody expected. Events may come at any time."""
        for message in self.inbox:
            # A shell closes its wallet by a request of its own.
            is_shells = message.get("id") not in self.ids and message.get("result") == {"closed": True}
            if "event" in message or message == {"closed": True} or is_shells or self.fits_any(message):
                continue
            self.differs(f"{self.place}: nobody expected {json.dumps(message)[:300]}")
        if self.inbox.count({"closed": True}) > 1:
            self.differs(f"{self.place}: the last message came {self.inbox.count({'closed': True})} times")
        self.inbox = []

    def fits_any(self, message):
        for pattern in self.may_be:
            with contextlib.suppress(Mismatch):
                match(pattern, message, self.names)
                return True
        return False

    def compare_ledger(self):
        """Each intent has to be debited as often as it should."""
        found = self.world.debits()
        for name, intent in self.made.items():
            amounts = found.get(intent["id"], [])
            self.debits += len(amounts)
            wanted = [Decimal(intent["amount"])] * self.flow["debits"][name]
            if amounts != wanted:
                found_amounts = ", ".join(map(str, amounts)) or "nothing"
                self.differs(f"{name} was debited {found_amounts}, not {len(wanted)} times its amount")

    # What is said and heard.

    def send_message(self, message):
        self.shell.send(json.dumps(message, ensure_ascii=False).encode())

    def receive(self, deadline):
        """Takes a message into the inbox; None where none comes in time. Questions are answered."""
        message = self.shell.receive(deadline - time.monotonic())
        if message is None:
            return None
        is_answer = isinstance(message.get("id"), int) and "ask" not in message
        method = self.methods.pop(message["id"], None) if is_answer else None
        # What answers no request is found among what nobody expected.
        if method or not is_answer:
            for problem in self.recording.of_message(method, message):
                self.differs(f"{self.place}: not of the schema: {problem}")
        if "ask" in message:
            self.asked.append(message["ask"])
            self.host.answer(message, self.send_message)
        else:
            self.inbox.append(message)
        return message

    def do_send(self, message):
        self.take_note(message)
        self.send_message(message)

    def take_note(self, message):
        """Keeps the method of a request, which its answer doesn't name."""
        number, method = message.get("id"), message.get("method")
        if isinstance(number, int) and isinstance(method, str):
            self.ids.add(number)
            self.methods.setdefault(number, method)

    def do_send_text(self, text):
        for line in text.split("\n"):
            with contextlib.suppress(ValueError, AttributeError):
                self.take_note(json.loads(line))
        self.shell.send(text.encode())

    def do_send_base64(self, text):
        self.shell.send(base64.b64decode(text, validate=True))

    def do_send_long(self, what):
        message = what["before"] + what.get("with", "x") * what["bytes"] + what["after"]
        self.do_send_text(message)

    def do_expect(self, pattern):
        """Waits for a message. An answer to the same request that is another ends the waiting."""
        deadline = time.monotonic() + self.patience
        seen, nearest = 0, None
        while True:
            while seen < len(self.inbox):
                message = self.inbox[seen]
                try:
                    self.names = match(pattern, message, self.names)
                    del self.inbox[seen]
                    return
                except Mismatch as error:
                    seen += 1
                    if "event" in message or message == {"closed": True}:
                        nearest = nearest if message.get("event") != pattern.get("event") else (message, error)
                    elif isinstance(message.get("id"), int) and pattern.get("id") == message["id"]:
                        self.inbox.remove(message)
                        self.differs(f"{self.place}: {error} in {json.dumps(message)[:400]}")
                        return
                    else:
                        nearest = (message, error)
            try:
                if self.receive(deadline) is None:
                    self.give_up(pattern, nearest, "does not come")
            except Ended as end:
                self.give_up(pattern, nearest, f"does not come: {end}")

    def give_up(self, pattern, nearest, why):
        beside = f"; instead {nearest[1]} in {json.dumps(nearest[0])[:300]}" if nearest else ""
        self.differs(f"{self.place}: {json.dumps(pattern)[:200]} {why}{beside}")
        raise GivenUp

    def do_may(self, patterns):
        self.may_be += patterns

    def do_many(self, what):
        """Many requests at once, each answered once."""
        ids = range(what["first"], what["first"] + what["count"])
        for number in ids:
            self.do_send({"id": number} | what["send"])
        for number in ids:
            self.do_expect({"id": number} | what["expect"])

    def do_asked(self, name):
        """Waits for a question."""
        deadline = time.monotonic() + self.patience
        while name not in self.asked:
            try:
                if self.receive(deadline) is None:
                    self.give_up({"ask": name}, None, "does not come")
            except Ended as end:
                self.give_up({"ask": name}, None, f"does not come: {end}")

    # What happens beside.

    def do_till(self, step):
        made = self.world.till(step)
        self.made |= made
        self.names |= made

    def do_faults(self, rules):
        self.world.shop.break_calls(rules)

    def do_line(self, what):
        getattr(self.world.line, {"cut": "cut", "mend": "mend"}[what])()

    def do_host(self, manners):
        self.host.manners, self.asked = manners, []

    def do_late(self, count):
        """Answers what was asked and was not answered when it should have been."""
        deadline = time.monotonic() + self.patience
        while len(self.host.late) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        late, self.host.late = self.host.late, []
        if len(late) != count:
            self.differs(f"{self.place}: {len(late)} questions were not answered")
        for message in late:
            self.send_message(message)

    def do_decided(self, intent):
        if not self.world.wait_for_decision(intent):
            self.give_up({"decided": intent}, None, "never came to the platform")

    def do_shell(self, what):
        if what == "start":
            self.start()
        elif what == "kill":
            self.shell.kill()
            self.shell = None
        elif what == "end":
            self.end()
        else:
            raise ValueError(f"no shell does {what}")
