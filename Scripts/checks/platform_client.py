"""A sandbox in a process of its own, and the calls of its merchants and wallets. Amounts are text from end to end."""

import base64
import contextlib
import http.client
import json
import pathlib
import signal
import subprocess
import time
import urllib.parse
import uuid

from joserfc import jws
from joserfc.jwk import ECKey

from ports import free_port

MERCHANT = "/merchant/api/v1"
WALLET = "/wallet/api/v1"
# The order of P-256.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
TOKEN = "/auth/realms/payment-platform/protocol/openid-connect/token"


class Refused(Exception):
    """The platform answered with something else than success."""

    def __init__(self, status, body):
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body


class Sandbox:
    """`fex-sandbox serve`, started, killed and started again on the same state."""

    def __init__(self, programs, directory, options=()):
        self.program = str(pathlib.Path(programs) / "fex-sandbox")
        self.ready_file = pathlib.Path(directory) / "ready.json"
        self.log = open(pathlib.Path(directory) / "sandbox.log", "ab")
        self.options = list(options)
        self.port = free_port()
        self.process = None
        self.ready = None
        self.admin = None

    def start(self):
        self.ready_file.unlink(missing_ok=True)
        arguments = [self.program, "serve", "--port", str(self.port), "--control", "--ready-file", str(self.ready_file)]
        self.process = subprocess.Popen(arguments + self.options, stdout=subprocess.DEVNULL, stderr=self.log)
        deadline = time.monotonic() + 30
        while not self.ready_file.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"the sandbox did not start; see {self.log.name}")
            time.sleep(0.01)
        self.ready = json.loads(self.ready_file.read_text())
        self.admin = client_tokens(self.ready["admin"])
        return self

    def control(self, connection, method, path, body=None):
        """A call of those that only tests make, under `/sandbox`."""
        return connection.call(method, f"/sandbox/{path}", self.admin.current(connection), body)

    @property
    def issuer(self):
        """The realm's address."""
        return self.ready["auth"] + "/realms/payment-platform"

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=20)
        self.log.close()


@contextlib.contextmanager
def running(programs, directory, options=()):
    """A sandbox for as long as a block takes."""
    sandbox = Sandbox(programs, directory, options)
    try:
        yield sandbox.start()
    finally:
        sandbox.stop()


class Connection:
    """Calls over one kept connection. A failed one is dropped: whether the call took effect is then unknown."""

    def __init__(self, port, timeout=20):
        self.port = port
        self.timeout = timeout
        self.connection = None

    def send(self, method, path, body=None, headers=None):
        """The status and the parsed body. Raises OSError or HTTPException where no whole answer came."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        try:
            self.connection.request(method, path, body, headers or {})
            answer = self.connection.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        # Numbers stay the text they were: an amount is never made binary.
        return answer.status, json.loads(data, parse_float=str) if data else None

    def call(self, method, path, token=None, body=None, headers=None):
        """The body of a success."""
        headers = dict(headers or {})
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        status, answer = self.send(method, path, body, headers)
        if not 200 <= status < 300:
            raise Refused(status, answer)
        return answer

    def token(self, form):
        status, answer = self.send(
            "POST", TOKEN, urllib.parse.urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"})
        if status != 200:
            raise Refused(status, answer)
        return answer["access_token"]

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None


class Tokens:
    """An access token that is asked for again before it lapses."""

    def __init__(self, form):
        self.form = form
        self.value = None
        self.until = 0

    def current(self, connection):
        if time.monotonic() > self.until:
            self.value = connection.token(self.form)
            self.until = time.monotonic() + 240
        return self.value


def client_tokens(client):
    """The tokens of a merchant, or of the platform itself."""
    return Tokens({
        "grant_type": "client_credentials", "client_id": client["client_id"], "client_secret": client["client_secret"]})


def signed(header, claims, key):
    """A compact JWS, its signature in the form with a low `s`: the platform takes no other."""
    text, signature = jws.serialize_compact(header, json.dumps(claims), key).rsplit(".", 1)
    raw = base64.urlsafe_b64decode(signature + "==")
    s = int.from_bytes(raw[32:], "big")
    raw = raw[:32] + min(s, ORDER - s).to_bytes(32, "big")
    return f"{text}.{base64.urlsafe_b64encode(raw).rstrip(b'=').decode()}"


class Wallet:
    """A customer with a registered device."""

    def __init__(self, person, connection, issuer):
        self.id = person["wallet_id"]
        self.scan_token = person["scan_token"]
        self.currency = person["currency"]
        self.opening = person["balance"]
        self.tokens = Tokens({
            "grant_type": "password", "client_id": "wallet", "username": person["username"],
            "password": person["password"]})
        self.key = ECKey.generate_key("P-256", private=True)
        public = self.key.as_dict(private=False)
        jwk = {name: public[name] for name in ("kty", "crv", "x", "y")}
        token = self.tokens.current(connection)
        nonce = connection.call("POST", f"{WALLET}/devices/challenge", token)["nonce"]
        claims = {"aud": issuer, "wallet": self.id, "nonce": nonce, "iat": int(time.time())}
        proof = signed({"alg": "ES256", "typ": "fex-device+jwt"}, claims, self.key)
        answer = connection.call(
            "POST", f"{WALLET}/devices", token,
            json.dumps({"public_key": jwk, "name": "Load generator", "proof": proof}))
        self.device_id = answer["device_id"]

    def decision(self, kind, intent):
        """The path, the key and the body of a decision, signed. The same again is the same decision."""
        key = str(uuid.uuid4())
        now = int(time.time())
        claims = {
            "intent": intent["id"], "wallet": self.id, "decision": kind, "amount": str(intent["amount"]),
            "currency": intent["currency"], "merchant": intent["merchant_id"], "iat": now, "jti": key}
        header = {"alg": "ES256", "typ": "fex-decision+jwt", "kid": self.device_id}
        proof = signed(header, claims, self.key)
        body = json.dumps({
            "amount": claims["amount"], "currency": claims["currency"], "merchant_id": claims["merchant"],
            "decided_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now)), "device_id": self.device_id,
            "proof": proof})
        return f"{WALLET}/payment-intents/{intent['id']}/{kind}", key, body


def minor_units(text):
    """Hundredths: the seeded people's currencies have two decimals."""
    sign = -1 if text.startswith("-") else 1
    major, _, minor = text.lstrip("-").partition(".")
    return sign * (int(major) * 100 + int((minor + "00")[:2]))
