"""A sandbox that runs for as long as a check takes, and calls to it."""

import http.client
import json
import os
import signal
import subprocess
import tempfile
import time
import urllib.parse
from contextlib import contextmanager


class Answer:
    """What came back: status, headers (names in lower case), body, and the body's JSON if it is JSON."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body
        try:
            self.json = json.loads(body)
        except ValueError:
            self.json = None

    def __getitem__(self, name):
        return self.json.get(name) if isinstance(self.json, dict) else None


class Sandbox:
    """A running sandbox: its ready document, and calls to it."""

    def __init__(self, ready):
        self.ready = ready
        self.api = ready["api"]
        self._known_tokens = {}

    def call(self, method, path, token=None, body=None, headers=None):
        """Makes a call. A body that is no bytes is sent as JSON."""
        address = urllib.parse.urlsplit(path if path.startswith("http") else self.api + path)
        fields = dict(headers or {})
        if token:
            fields["Authorization"] = "Bearer " + token
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            fields.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=20)
        try:
            target = address.path + ("?" + address.query if address.query else "")
            connection.request(method, target, body=body, headers=fields)
            response = connection.getresponse()
            data = response.read()
            return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, data)
        finally:
            connection.close()

    def form(self, url, **fields):
        """Posts a form."""
        return self.call(
            "POST", url, body=urllib.parse.urlencode(fields).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"})

    def token_answer(self, **fields):
        """Asks for a token."""
        return self.form(self.ready["auth"] + "/realms/payment-platform/protocol/openid-connect/token", **fields)

    def client_token(self, client):
        """The token of a machine from the ready document."""
        return self._token(
            grant_type="client_credentials", client_id=client["client_id"], client_secret=client["client_secret"])

    def person_token(self, wallet):
        """The token of a person from the ready document."""
        return self._token(
            grant_type="password", client_id="wallet", username=wallet["username"], password=wallet["password"])

    def session_token(self, wallet):
        """The token of a further session of a person."""
        return self.token_answer(
            grant_type="password", client_id="wallet", username=wallet["username"], password=wallet["password"]
        )["access_token"]

    def _token(self, **fields):
        name = fields.get("client_id") + fields.get("username", "")
        if name not in self._known_tokens:
            self._known_tokens[name] = self.token_answer(**fields)["access_token"]
        return self._known_tokens[name]

    def control(self, method, path, body=None):
        """A call of those that only tests make, under `/sandbox`."""
        return self.call(method, "/sandbox/" + path, self.client_token(self.ready["admin"]), body)

    def forget_tokens(self):
        """Makes the next calls ask for tokens again: they live five minutes on the sandbox's clock."""
        self._known_tokens.clear()

    def advance(self, seconds):
        """Moves the sandbox's clock."""
        answer = self.control("POST", "clock", {"advance_seconds": seconds})
        assert answer.status == 200, answer.body
        self.forget_tokens()


@contextmanager
def running(programs, *options):
    """Runs `fex-sandbox serve` with these options, on a free port."""
    with tempfile.TemporaryDirectory(prefix="fex-check-") as directory:
        path = os.path.join(directory, "ready.json")
        log_path = os.path.join(directory, "log")
        with open(log_path, "wb") as log:
            process = subprocess.Popen(
                [os.path.join(programs, "fex-sandbox"), "serve", "--port", "0", "--control", "--ready-file", path, *options],
                stdout=subprocess.DEVNULL, stderr=log)
        try:
            yield Sandbox(_ready(path, process, log_path))
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _ready(path, process, log_path):
    for _ in range(300):
        try:
            with open(path, encoding="utf-8") as file:
                return json.load(file)
        except (OSError, ValueError):
            if process.poll() is not None:
                break
            time.sleep(0.1)
    with open(log_path, encoding="utf-8", errors="replace") as log:
        raise SystemExit("the sandbox did not start: " + log.read()[-2000:])
