"""Sees that a conversation finds what is not as it should be: shells that lie, in as many ways as there are."""

import json
import pathlib
import tempfile
from decimal import Decimal

from conversing.shells import Ended
from conversing.talk import Talk

VERSION = {"version": "1", "abi": 1000}
CLOSED = [b'{"closed": true}', None]
FLOW = {"name": "lies", "login": False, "debits": {"tea": 1}, "steps": [
    {"till": {"make": "pay", "amount": "1.00", "as": "tea"}},
    {"send": {"id": 1, "method": "version"}},
    {"expect": {"id": 1, "result": {"version": "1"}}}]}


class Liar:
    """A shell that says some lines, whatever it is told, and then no more."""

    def __init__(self, lines, code=0):
        self.lines, self.code = list(lines), code

    def start(self, folder, configuration):
        return self

    def send(self, line):
        """Listens to nobody."""

    def receive(self, seconds):
        if not self.lines:
            return None
        line = self.lines.pop(0)
        if line is None:
            raise Ended("it ended")
        return json.loads(line)

    def exit(self, seconds):
        return self.code

    def how_it_ended(self):
        return f"exit {self.code}"

    def close_input(self):
        """Has none."""

    kill = close_input


class Books:
    """A world with a till, and the books of a platform."""

    names = {}

    def __init__(self, debits):
        self.amounts, self.shop = debits, self

    configuration = {}

    def till(self, step):
        return {step["as"]: {"id": "a", "amount": "1.00"}}

    def debits(self):
        return {"a": [Decimal(amount) for amount in self.amounts]}

    def break_calls(self, rules):
        """Nothing is broken here."""


def said(*messages, end=CLOSED):
    opened = {"id": 0, "result": {"version": "1", "recovery": None}}
    return [json.dumps(message).encode() for message in (opened, *messages)] + end


def check_talk(recording):
    """Raises `AssertionError` where a lie passes, or the truth doesn't."""
    answer = {"id": 1, "result": VERSION}
    error = {"code": "internal", "message": "no", "retry": "never", "money": "unknown"}
    truth = said(answer)
    lies = {
        "another value": said({"id": 1, "result": VERSION | {"version": "2"}}),
        "an error": said({"id": 1, "error": error}),
        "never": said(end=[]),
        "of another request": said({"id": 2, "result": VERSION}, end=[]),
        "twice": said(answer, answer),
        "what nobody asked": said(answer, {"id": None, "error": error}),
        "another type": said({"id": 1, "result": VERSION | {"abi": True}}),
        "a member that has no description": said({"id": 1, "result": VERSION | {"new": 1}}),
        "an event that has no description": said(answer, {"event": "weather", "value": None}),
        "no JSON": said(end=[b"hello"]),
        "no last message": said(answer, end=[None]),
        "the last message twice": said(answer, end=CLOSED[:1] + CLOSED),
        "more after the last message": said(answer, {"closed": True}, {"event": "balance", "value": None}, end=[None]),
        "no opening": truth[1:],
        "a damaged database": [truth[0].replace(b"null", b'{"all_decisions": true, "message": "x"}'), *truth[1:]],
        "no end": said(answer, end=CLOSED[:1]),
    }
    assert not differences(truth, recording), f"the truth does not pass: {differences(truth, recording)}"
    for name, lines in lies.items():
        assert differences(lines, recording), f"a lie passes: {name}"
    for amounts in ((), ("1.00", "1.00"), ("1.01",)):
        assert differences(truth, recording, debits=amounts), f"a wrong ledger passes: {amounts}"
    assert differences(truth, recording, code=1), "a wrong exit code passes"


def differences(lines, recording, debits=("1.00",), code=0):
    with tempfile.TemporaryDirectory(prefix="fex-talk-") as directory:
        talk = Talk(FLOW, Liar(lines, code), Books(debits), pathlib.Path(directory), recording, patience=0)
        talk.run()
        return talk.differences
