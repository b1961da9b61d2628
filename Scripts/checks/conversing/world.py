"""What a conversation is about: a sandbox with its till, one customer, and the line between wallet and platform."""

import contextlib
import socket
import threading
import time
from decimal import Decimal

from customers import MERCHANT
from ports import free_port

# How long anything may take that has to happen. Nothing is said of how fast it is.
PATIENCE = 90


class Line:
    """A port that leads to the platform, until it is cut: then connections are refused, and those that are open end."""

    def __init__(self, platform):
        self.platform, self.port = platform, free_port()
        self.lock = threading.Lock()
        self.listener, self.ends = None, set()
        self.mend()

    def mend(self):
        if self.listener is None:
            self.listener = socket.create_server(("127.0.0.1", self.port))
            threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def cut(self):
        with self.lock:
            ends, self.ends, listener, self.listener = self.ends, set(), self.listener, None
        if listener:
            # A thread that waits in accept keeps the port open until it is woken.
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for end in ends:
            self._close(end)

    def _accept(self, listener):
        while True:
            try:
                client = listener.accept()[0]
                server = socket.create_connection(("127.0.0.1", self.platform))
            except OSError:
                return
            with self.lock:
                is_cut = self.listener is not listener
                if not is_cut:
                    self.ends |= {client, server}
            if is_cut:
                self._close(client)
                self._close(server)
                return
            for source, target in ((client, server), (server, client)):
                threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    def _carry(self, source, target):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        for end in (source, target):
            with self.lock:
                self.ends.discard(end)
            self._close(end)

    @staticmethod
    def _close(end):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


class World:
    """One customer of a running sandbox, and what a till does. Its intents have names."""

    def __init__(self, shop, balance="1000.00"):
        self.shop = shop
        self.person = shop.open_wallet(balance)
        self.line = Line(shop.port)
        self.names = {"person": self.person, "merchant": shop.merchant}

    @property
    def configuration(self):
        """With what the customer's wallet is opened, but for its folder."""
        found = {"api": f"http://127.0.0.1:{self.line.port}", "auth": self.shop.ready["auth"]}
        return found | ({"events": self.shop.ready["nats"]} if self.shop.ready.get("nats") else {})

    def till(self, step):
        """Something that a till does; gives the intents that it makes, by name."""
        match step:
            case {"make": kind, "amount": amount, "as": name}:
                intent = self.shop.ask(kind, self.person, amount)
                return {name: self.shop.call("GET", f"{MERCHANT}/payment-intents/{intent}")["payment_intent"]}
            case {"cancel": intent}:
                self.shop.call("POST", f"{MERCHANT}/payment-intents/{intent}/cancel", "{}")
            case {"refund": intent}:
                self.shop.call("POST", f"{MERCHANT}/payment-intents/{intent}/refund", "{}")
            case _:
                raise ValueError(f"no till does {step}")
        return {}

    def debits(self):
        """The amounts by which the customer was debited, by intent."""
        found = {}
        for entry in self.shop.control("ledger")["entries"]:
            if entry["debit_account_id"] == self.person["wallet_id"]:
                found.setdefault(entry["payment_intent_id"], []).append(Decimal(entry["amount"]))
        return found

    def wait_for_decision(self, intent):
        """Waits until the platform has done what was decided on an intent; whether it has."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if intent in self.shop.decision_calls():
                return True
            time.sleep(0.05)
        return False

    def close(self):
        self.shop.break_calls([])
        self.line.cut()
