"""A sandbox, its till, and customers with the real wallet-cli, each a process a command. Amounts are text."""

import contextlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import urllib.parse

MERCHANT = "/merchant/api/v1"
TOKEN = "/auth/realms/payment-platform/protocol/openid-connect/token"


class Shop:
    """A running sandbox, as its merchant and whoever tests it see it."""

    def __init__(self, programs, directory, options):
        self.programs = pathlib.Path(programs)
        self.directory = pathlib.Path(directory)
        ready_file = self.directory / "ready.json"
        self.log = open(self.directory / "sandbox.log", "ab")
        self.process = subprocess.Popen(
            [self.programs / "fex-sandbox", "serve", "--port", "0", "--control", "--ready-file", ready_file, *options],
            stdout=subprocess.DEVNULL, stderr=self.log)
        deadline = time.monotonic() + 30
        while not ready_file.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"the sandbox did not start: {self.log_text()[-2000:]}")
            time.sleep(0.02)
        self.ready = json.loads(ready_file.read_text())
        self.merchant = self.ready["merchants"][0]
        self.port = urllib.parse.urlsplit(self.ready["api"]).port
        self.connection, self.last_call = None, 0
        self.tokens = {}
        self.people = {person["wallet_id"]: person for person in self.ready["wallets"]}
        # Asked for now: rules that break calls are for others'.
        self.token(self.ready["admin"])

    def log_text(self):
        return (self.directory / "sandbox.log").read_text(errors="replace")

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=30)
        self.log.close()

    def send(self, method, path, body=None, headers=None):
        """One call over a kept connection; the parsed answer of a success."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        # The sandbox gives up a connection on which nothing came for two minutes. A closed one opens by itself.
        if time.monotonic() - self.last_call > 60:
            self.connection.close()
        self.last_call = time.monotonic()
        self.connection.request(method, path, body, headers or {})
        answer = self.connection.getresponse()
        data = answer.read()
        if not 200 <= answer.status < 300:
            raise SystemExit(f"{method} {path}: {answer.status} {data[:300]!r}")
        return json.loads(data, parse_float=str) if data else None

    def token(self, client):
        """The access token of a merchant or of the platform, asked for again before it lapses."""
        token, until = self.tokens.get(client["client_id"], (None, 0))
        if time.monotonic() > until:
            token = self.new_token(
                grant_type="client_credentials", client_id=client["client_id"], client_secret=client["client_secret"])
            self.tokens[client["client_id"]] = token, time.monotonic() + 240
        return token

    def session_token(self, person):
        """The access token of a further session of a customer's."""
        return self.new_token(
            grant_type="password", client_id="wallet", username=person["username"], password=person["password"])

    def new_token(self, **form):
        return self.send(
            "POST", TOKEN, urllib.parse.urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"}
        )["access_token"]

    def call(self, method, path, body=None, client=None):
        """A call of the merchant, or of another client; the body is JSON text."""
        token = self.token(client or self.merchant)
        return self.send(method, path, body, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})

    def ask(self, kind, person, amount="0.01", lifetime=86400):
        """An intent that waits for a customer to pay, approve or decline it."""
        more = {"currency": person["currency"], "expires_in": lifetime}
        path = f"{MERCHANT}/payment-intents"
        if kind != "pay":
            path = f"{MERCHANT}/scan-payment"
            more |= {"scan_token": person["scan_token"], "counter_id": self.merchant["counters"][0]["id"]}
        # Written out: an amount is never made a binary number.
        body = json.dumps(more)[:-1] + f', "amount": {amount}}}'
        return self.call("POST", path, body)["payment_intent"]["id"]

    def control(self, path, method="GET", document=None):
        """A call of those that only tests make; without more it is what the sandbox says of itself."""
        body = None if document is None else json.dumps(document)
        return self.call(method, f"/sandbox/{path}", body, self.ready["admin"])

    def break_calls(self, rules):
        """Replaces the fault rules."""
        self.control("faults", "PUT", rules)

    def advance(self, seconds):
        """Moves the sandbox's clock; the tokens are over afterwards."""
        self.control("clock", "POST", {"advance_seconds": seconds})
        self.tokens.clear()

    def open_wallet(self, balance):
        """A new customer's credentials."""
        person = self.control("wallets", "POST", {"balance": balance, "currency": "USD"})["wallet"]
        self.people[person["wallet_id"]] = person
        return person

    def make_history(self, person, count):
        """Lets a customer have paid so often; a few thousand payments a call."""
        for first in range(0, count, 5000):
            self.control(
                "transactions", "POST", {"wallet_id": person["wallet_id"], "count": min(5000, count - first)})

    def debits(self):
        """How often each intent was debited."""
        counts = {}
        for entry in self.control("ledger")["entries"]:
            if entry["payment_intent_id"]:
                counts[entry["payment_intent_id"]] = counts.get(entry["payment_intent_id"], 0) + 1
        return counts

    def decision_calls(self):
        """The decision calls that arrived, by intent."""
        calls = {}
        for call in self.control("decisions")["decisions"]:
            calls.setdefault(call["intent"], []).append(call)
        return calls


@contextlib.contextmanager
def shop(programs, *options):
    """A sandbox for as long as a block takes, in a directory of its own."""
    with tempfile.TemporaryDirectory(prefix="fex-check-") as directory:
        running = Shop(programs, directory, options)
        try:
            yield running
        finally:
            running.stop()


class Customer:
    """A wallet-cli with a home of its own, logged in."""

    def __init__(self, shop, person, name, port=None):
        self.person = person
        self.program = shop.programs / "wallet-cli"
        self.home = shop.directory / name
        api = shop.ready["api"]
        if port:
            api = f"http://127.0.0.1:{port}"
        self.environment = os.environ | {
            "FEX_WALLET_HOME": str(self.home), "FEX_API_URL": api, "FEX_AUTH_URL": shop.ready["auth"]}
        if shop.ready.get("nats"):
            self.environment["FEX_NATS_URL"] = shop.ready["nats"]
        login = self.run("login", "--username", person["username"], "--password-stdin", input=person["password"])
        if login.returncode:
            raise SystemExit(f"login: {login.stderr}")

    def run(self, *arguments, input=""):
        """Runs a command to its end."""
        return subprocess.run(
            [self.program, *arguments, "--json"], env=self.environment, input=input, capture_output=True, text=True,
            timeout=120)

    def start(self, *arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        """Starts a command that ends later, or is ended."""
        return subprocess.Popen(
            [self.program, *arguments, "--json"], env=self.environment, stdin=subprocess.DEVNULL, stdout=stdout,
            stderr=stderr)

    def document(self, *arguments):
        """What a command that must succeed says."""
        outcome = self.run(*arguments)
        expect(outcome.returncode == 0, f"`{' '.join(arguments)}` succeeds: {outcome.returncode} {outcome.stderr}")
        return json.loads(outcome.stdout)

    @property
    def database(self):
        return next(self.home.rglob("*.sqlite"))

    def stored(self, sql, *arguments):
        """Rows of a copy of the database: looking at it must not mend it in the wallet's place."""
        with tempfile.TemporaryDirectory(prefix="fex-look-") as directory:
            for suffix in ("", "-wal"):
                with contextlib.suppress(FileNotFoundError):
                    shutil.copy(f"{self.database}{suffix}", directory)
            connection = sqlite3.connect(pathlib.Path(directory) / self.database.name)
            try:
                return connection.execute(sql, arguments).fetchall()
            finally:
                connection.close()


def expect(holds, what):
    """Ends the check where something is not as it has to be."""
    if not holds:
        raise SystemExit(f"NOT TRUE: {what}")


def kill(process):
    """Ends a process with -9 and waits for it, so that nothing is left of it."""
    process.send_signal(signal.SIGKILL)
    process.wait()
