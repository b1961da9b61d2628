"""Floods a watching wallet with forged, replayed, cross-wallet and stale events: no prompt, and a log line a kind.

The events come over a real nats-server, from someone who may publish whatever they like to the wallet's own subject.
"""

import argparse
import json
import socket
import time
import urllib.parse

from customers import Customer, expect, shop
from outages import EventServer
from watch import Watch


class Forger:
    """Someone who may publish to any subject."""

    def __init__(self, url):
        address = urllib.parse.urlsplit(url)
        self.socket = socket.create_connection((address.hostname, address.port), timeout=30)
        self.answers = self.socket.makefile("rb")
        self.answers.readline()
        self.socket.sendall(b'CONNECT {"verbose":false,"pedantic":false}\r\n')

    def publish(self, subject, payloads):
        """Publishes; returns when the server has all of it."""
        for payload in payloads:
            self.socket.sendall(b"PUB %s %d\r\n%s\r\n" % (subject.encode(), len(payload), payload))
        self.socket.sendall(b"PING\r\n")
        while self.answers.readline() != b"PONG\r\n":
            pass


def event(intent, wallet, amount="35.50"):
    return json.dumps({
        "event": "payment.approval_requested", "event_id": intent, "payment_intent_id": intent, "amount": amount,
        "currency": "USD", "target_wallet_id": wallet}).encode()


def forgeries(running, customer, person, other):
    """Payloads, by the kind of refusal that each has to meet."""
    wallet = person["wallet_id"]
    asked = running.ask("approve", person, amount="35.50")
    decided = running.ask("approve", person, amount="35.50")
    expect(customer.run("decline", decided, "--yes").returncode == 0, "a request is declined")
    return asked, decided, {
        "unreadable": [b"{", b"[]", b"\x00" * 64],
        "other_wallet": [event(asked, other["wallet_id"]), event(running.ask("approve", other), wallet)],
        "unknown_intent": [event("00000000-0000-4000-8000-000000000000", wallet)],
        "contradiction": [event(asked, wallet, amount="3.55")],
        "not_waiting": [event(decided, wallet)],
        # Not refused: it is known, and shown already.
        None: [event(asked, wallet)],
    }


def check(running, server, count):
    person, other = running.open_wallet("1000.00"), running.open_wallet("1000.00")
    customer = Customer(running, person, "customer")
    asked, decided, kinds = forgeries(running, customer, person, other)
    watch = Watch(customer, "--verbose")
    try:
        watch.note_after(0, Watch.STREAM, 30)
        forger = Forger(server.url)
        subject = f"wallets.{person['wallet_id']}.payment.approval_requested"

        def refused():
            return [note for _, note in watch.notes if "event refused" in note]

        for kind, payloads in kinds.items():
            forger.publish(subject, payloads[:1])
            if kind:
                watch.wait(lambda kind=kind: [line for line in refused() if f"kind={kind}" in line], 30, f"{kind} is logged")
        begun = time.monotonic()
        every = [payload for payloads in kinds.values() for payload in payloads]
        forger.publish(subject, [every[number % len(every)] for number in range(count)])
        last = running.ask("approve", person)
        watch.wait(lambda: last in {intent for _, intent, _ in watch.requests}, 300, "a true request is shown after all")
        seconds = time.monotonic() - begun
        time.sleep(3)
        with watch.lock:
            printed = [intent for _, intent, state in watch.requests if state == "pending"]
            lines = refused()
        expect(printed == [asked, last], f"the two true requests are printed, once each: {printed}")
        # What goes on is told with its number once a minute.
        kinds_refused = len(kinds) - 1
        expect(len(lines) <= kinds_refused * (1 + (seconds + 60) // 60), f"a line a kind: {len(lines)}")
        shown = {approval["intent"] for approval in customer.document("approvals")["approvals"]}
        expect(shown == {asked, last}, "nothing else waits")
        print(f"events: {count}, of {len(every)} payloads; prompts: 0; log lines: {len(lines)}, of {kinds_refused} kinds; "
              f"a true request behind them was shown {seconds:.1f} s after the first")
    finally:
        watch.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True, help="where fex-sandbox and wallet-cli lie")
    parser.add_argument("--events", type=int, default=10_000)
    arguments = parser.parse_args()
    server = EventServer()
    server.start()
    try:
        with shop(arguments.programs, "--nats", server.url) as running:
            check(running, server, arguments.events)
    finally:
        server.kill()


if __name__ == "__main__":
    main()
