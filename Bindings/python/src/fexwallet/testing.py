"""A sandbox of the platform, for tests of what asks a customer for money. The pytest plugin makes fixtures of it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import pathlib
import shutil
import subprocess
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Required, TypedDict

from fexwallet.wallet import Wallet


class Debit(NamedTuple):
    """An entry of the platform's ledger: money that has left the customer's account."""

    intent: str
    amount: str
    currency: str
    account: str
    """Whose account it went to: the merchant's id."""


class Addresses(TypedDict, total=False):
    """Where a wallet finds the sandbox: `Wallet.open(folder, **sandbox.addresses)`."""

    api: Required[str]
    auth: Required[str]
    events: str | None


class Login(TypedDict):
    """Who logs in: `wallet.login_password(**sandbox.login)`."""

    username: str
    password: str
    device_name: str


class Sandbox:
    """`fex-sandbox serve` as a process of its own, on free ports, with a till and a customer who has 1000.00 USD.

    The program is that of the variable `FEX_SANDBOX`, or else of the `PATH`. With `nats-server` on the `PATH` there is
    an event server too. It stops when the block that it is entered for ends.
    """

    def __init__(self, folder: str | os.PathLike[str], options: Sequence[str] = ()) -> None:
        """Starts it, and returns when it is ready. Files go into `folder`. Raises `RuntimeError` where it fails."""
        program = os.environ.get("FEX_SANDBOX") or shutil.which("fex-sandbox")
        if program is None:
            raise RuntimeError("there is no fex-sandbox: name it in FEX_SANDBOX, or put it on the PATH")
        self._program = program
        self._ready_file = pathlib.Path(folder) / "ready.json"
        self._log = open(pathlib.Path(folder) / "sandbox.log", "ab")  # noqa: SIM115
        events = ["--nats-port", "0"] if shutil.which("nats-server") else ["--no-nats"]
        self._process = subprocess.Popen(
            [program, "serve", "--port", "0", *events, "--control", "--ready-file", self._ready_file, *options],
            stdout=subprocess.PIPE, stderr=self._log)
        assert self._process.stdout is not None
        ready = self._process.stdout.readline()
        if not ready:
            self.stop()
            raise RuntimeError(f"the sandbox did not start: see {self._log.name}")
        #: The document that it wrote when it was ready: addresses, merchants, customers.
        self.ready: dict[str, Any] = json.loads(ready)

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Stops it, and what it has started. Stopping again does nothing."""
        self._process.terminate()
        self._process.communicate(timeout=20)
        self._log.close()

    @property
    def addresses(self) -> Addresses:
        """Where a wallet finds the sandbox."""
        return {"api": self.ready["api"], "auth": self.ready["auth"], "events": self.ready.get("nats")}

    @property
    def login(self) -> Login:
        """Who logs in: the first of the customers."""
        customer = self.ready["wallets"][0]
        return {"username": customer["username"], "password": customer["password"], "device_name": "pytest"}

    # MARK: What a till does

    def ask(self, customer: Wallet | str, amount: str, description: str = "") -> str:
        """Asks for money as a till that has scanned the customer's code: the wallet, or its `code().scan_token`.

        Returns the intent's id.
        """
        token = customer if isinstance(customer, str) else customer.code().scan_token
        intent: str = self._till("scan", token, amount=amount, description=description)["id"]
        return intent

    def code(self, amount: str, description: str = "") -> str:
        """A merchant's code for so much, for the customer to scan."""
        code: str = self._till("intent", amount=amount, description=description)["qr_data"]
        return code

    def _till(self, command: str, *arguments: str, amount: str, description: str) -> dict[str, Any]:
        words: list[str | pathlib.Path] = [
            self._program, "pos", command, *arguments, "--amount", amount, "--json", "--ready", self._ready_file]
        if description:
            words += ["--description", description]
        done = subprocess.run(words, capture_output=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.decode())
        intent: dict[str, Any] = json.loads(done.stdout)["payment_intent"]
        return intent

    # MARK: What a test sees and does behind the scenes

    def debits(self) -> list[Debit]:
        """What has left the customer's account, oldest first."""
        account = self.ready["wallets"][0]["wallet_id"]
        return [
            Debit(entry["payment_intent_id"], entry["amount"], entry["currency"], entry["credit_account_id"])
            for entry in self._control("GET", "ledger")["entries"] if entry["debit_account_id"] == account]

    @contextlib.contextmanager
    def faults(self, *rules: Mapping[str, object]) -> Iterator[None]:
        """Faults for as long as a block takes: `{"match": {"path": "*/pay"}, "action": "drop_after"}` loses answers."""
        self._control("PUT", "faults", rules)
        try:
            yield
        finally:
            self._control("PUT", "faults", [])

    def offline(self) -> contextlib.AbstractContextManager[None]:
        """Cuts every call of wallets before it arrives, for as long as a block takes."""
        return self.faults({"match": {"path": "/wallet/*"}, "action": "drop_before"})

    def _control(self, method: str, path: str, body: object = None) -> Any:
        admin = self.ready["admin"]
        form = urllib.parse.urlencode({
            "grant_type": "client_credentials", "client_id": admin["client_id"],
            "client_secret": admin["client_secret"]})
        realm = urllib.parse.urlsplit(self.ready["auth"]).path + "/realms/payment-platform"
        token = self._call(
            "POST", f"{realm}/protocol/openid-connect/token", form,
            {"Content-Type": "application/x-www-form-urlencoded"})["access_token"]
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return self._call(method, f"/sandbox/{path}", None if body is None else json.dumps(body), headers)

    def _call(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Any:
        address = urllib.parse.urlsplit(self.ready["api"])
        with contextlib.closing(http.client.HTTPConnection(address.netloc, timeout=20)) as connection:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            data = answer.read()
        if not 200 <= answer.status < 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {data.decode()}")
        return json.loads(data)
