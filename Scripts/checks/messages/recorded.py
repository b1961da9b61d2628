"""Holds what wallets and hosts said in tests against the schema of messages.

recorded.py FILE [--whole] reads a recording: a JSON object a line, as the tests add them to the file that
FEX_RECORDED_MESSAGES names.

{"door": "messages", "method": "history", "message": {…}}      a message; with an answer the method of its request, or
                                                               the name of its question; null with all others
{"door": "terminal", "command": "history", "document": {…}}    what `wallet-cli --json` printed

With --whole each method, topic and question has to be among them. Stricter than programs are: an object of the wallet
has no members that the schema doesn't name.
"""

import argparse
import collections
import json
import pathlib
import sys

from schema import PREFIX, Checker, Schema

# How many differences are printed.
SHOWN = 40


class Recording:
    """What was said, and what of it differs from the schema."""

    def __init__(self, schema):
        self.schema = schema
        self.checker = Checker(schema)
        self.seen = collections.Counter()

    def differences(self, line):
        """What differs in a line of a recording."""
        if line.get("door") == "messages":
            return self.of_message(line.get("method"), line.get("message"))
        if line.get("door") == "terminal":
            return self.of_document(line.get("command"), line.get("document"))
        return [f"a line is of no door: {str(line)[:200]}"]

    def of_message(self, method, message):
        """What differs in a message; the method is that of the request that it answers, or the name of the question."""
        if not isinstance(message, dict):
            return [f"no message: {str(message)[:200]}"]
        if "event" in message:
            name = message["event"]
            return self.envelope("event", name, message, self.events(), "value")
        if "ask" in message:
            return self.envelope("question", message["ask"], message, self.schema.asks, "params")
        if "answer" in message:
            return self.envelope("answer to", method, message, self.schema.asks, "result", side="HostMessage")
        if "method" in message:
            method = message["method"]
            return self.envelope("request", method, message, self.schema.methods, "params", side="HostMessage")
        if "result" in message:
            methods = self.schema.methods | {"open": self.schema.opening}
            return self.envelope("result of", "open" if message.get("id") == 0 else method, message, methods, "result")
        return self.envelope("failure of", method, message, None, "error")

    def events(self):
        return self.schema.topics | self.schema.events

    def envelope(self, what, name, message, descriptions, member, side="WalletMessage"):
        """What differs in a message, and in the member that its name describes."""
        place = f"{what} {name}"
        differing = self.checker.differences(message, f"{PREFIX}{side}", place)
        if descriptions is None or (member not in message and "error" in message):
            self.seen["failures"] += 1
            return differing
        if name not in descriptions:
            return [*differing, f"the schema has no {what} {name}"]
        if not differing:
            part = descriptions[name]
            part = part[member] if set(part) == {"params", "result"} else part
            differing = self.checker.differences(message.get(member, {}), part, f"{place}: {member}")
        self.seen[what, name] += 1
        return differing

    def of_document(self, command, document):
        """What differs in what a command printed."""
        self.seen["terminal", command] += 1
        if isinstance(document, dict) and set(document) == {"error"}:
            return self.checker.differences(document, f"{PREFIX}CommandFailure", f"wallet-cli {command}")
        if command not in self.schema.commands:
            return [f"the schema has no command {command}"]
        return self.checker.differences(document, self.schema.commands[command], f"wallet-cli {command}")

    def missing(self):
        """The methods, topics and questions that nobody said anything of."""
        for what, names in (
                ("result of", self.schema.methods), ("event", self.schema.topics), ("question", self.schema.asks)):
            yield from (f"there is no {what} {name}" for name in names if not self.seen[what, name])


def check_checker(schema):
    """Sees that what isn't in the schema is noticed."""
    recording = Recording(schema)
    error = {"code": "closed", "message": "the wallet is closed", "retry": "never", "money": "not_moved"}
    balance = {"balance": "1.50", "currency": "USD", "as_of": "2026-01-01T00:00:00Z", "age_seconds": 3}
    intent = {
        "id": "a", "merchant_id": "b", "amount": "1.50", "currency": "USD", "status": "pending", "expires_at": "x",
        "new": 1}
    record = {"payment_intent": intent, "decision": None, "transaction": None, "transactions": [], "timeline": []}
    value = {name: balance[name] for name in ("balance", "currency", "as_of")}
    good = [
        ("balance", {"id": 1, "result": balance}), ("balance", {"id": 1, "error": error}),
        ("show", {"id": 1, "result": record}),
        (None, {"id": None, "error": error}), (None, {"event": "balance", "value": None}), (None, {"closed": True}),
        (None, {"event": "balance", "value": value}), (None, {"id": 2, "method": "history", "params": {"limit": 1}}),
        ("secret.load", {"answer": 1, "result": {"secret": None}}), (None, {"method": "cancel", "params": {"id": 1}}),
        (None, {"id": 0, "result": {"version": "1", "recovery": None}}),
    ]
    bad = [
        ("balance", {"id": 1, "result": balance | {"new": 1}}),
        ("balance", {"id": 1, "result": balance | {"as_of": "now"}}),
        ("balance", {"id": 1, "result": balance, "new": 1}), ("balances", {"id": 1, "result": balance}),
        (None, {"id": 1, "result": balance}), ("balance", {"id": 1, "error": error | {"new": 1}}),
        ("show", {"id": 1, "result": record | {"payment_intent": intent | {"amount": 1.5}}}),
        (None, {"event": "balance", "value": balance}), (None, {"event": "balances", "value": None}),
        (None, {"event": "outbox", "value": None}), (None, {"id": 2, "method": "history", "params": {"limits": 1}}),
        (None, {"id": 2, "method": "show"}), (None, {"id": 0, "method": "status"}),
        ("secret.load", {"answer": 1, "result": 1}), ("key.load", {"answer": 1, "result": None}),
        (None, {"ask": "sign", "id": 1, "params": {}}), ("outbox", {"id": 1, "result": {}}), (None, {"closed": False}),
    ]
    for method, message in good:
        found = recording.of_message(method, message)
        assert not found, f"{message} of {method} does not pass: {found}"
    for method, message in bad:
        assert recording.of_message(method, message), f"{message} of {method} passes"
    assert recording.of_document("balance", balance | {"new": 1}) and not recording.of_document("balance", balance)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("recording", type=pathlib.Path)
    parser.add_argument("--whole", action="store_true", help="each method, topic and question has to be among them")
    options = parser.parse_args()
    schema = Schema()
    check_checker(schema)
    recording, differing = Recording(schema), collections.Counter()
    # Much is said again and again.
    lines = collections.Counter(options.recording.read_text(encoding="utf-8").splitlines())
    for line, times in lines.items():
        for difference in recording.differences(json.loads(line)):
            differing[difference] += times
    missing = list(recording.missing()) if options.whole else []
    for text, times in differing.most_common(SHOWN):
        print(f"messages: {text} ({times} times)")
    if len(differing) > SHOWN:
        print(f"messages: … and {len(differing) - SHOWN} more")
    for text in missing:
        print(f"messages: {text}")
    counts = [
        f"{sum(recording.seen[what, name] > 0 for name in names)} of {len(names)} {called}"
        for what, names, called in (
            ("result of", schema.methods, "methods"), ("event", schema.topics, "topics"),
            ("question", schema.asks, "questions"), ("terminal", schema.commands, "commands"))]
    print(f"messages: {lines.total()}, {len(lines)} of them different; {', '.join(counts)};"
          f" {sum(differing.values())} differ from the schema")
    return 1 if differing or missing else 0


if __name__ == "__main__":
    sys.exit(main())
