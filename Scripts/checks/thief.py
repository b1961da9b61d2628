"""What a thief has, what they try with it against the real programs, and what comes of it. None pays, none reads a token.

Each row begins with a customer who is logged in, and an intent that anybody may pay."""

import argparse
import base64
import contextlib
import hashlib
import http.server
import json
import os
import pathlib
import shutil
import stat
import subprocess
import threading
import time
import uuid

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey

from customers import Customer, shop
from platform_client import TOKEN, WALLET, Connection, Refused, signed


class Trap(http.server.ThreadingHTTPServer):
    """A server of the thief's, which answers everything and keeps what it was sent."""

    def __init__(self):
        self.seen = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(handler):
                length = int(handler.headers.get("Content-Length") or 0)
                self.seen.append(f"{handler.requestline} {handler.headers} {handler.rfile.read(length)!r}")
                origin = f"http://127.0.0.1:{self.server_port}"
                body = json.dumps({
                    "success": True, "issuer": f"{origin}/auth/realms/payment-platform",
                    "token_endpoint": f"{origin}/token", "revocation_endpoint": f"{origin}/revoke"}).encode()
                handler.send_response(200)
                handler.send_header("Content-Length", str(len(body)))
                handler.end_headers()
                handler.wfile.write(body)

            do_GET = do_POST = do_PUT = do_DELETE = answer

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)

    @contextlib.contextmanager
    def serving(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        try:
            yield self
        finally:
            self.shutdown()


class Scene:
    """A customer, a thief with a connection of their own, and an intent."""

    def __init__(self, shop, name):
        self.shop = shop
        self.person = shop.open_wallet("1000.00")
        self.customer = Customer(shop, self.person, name)
        self.intent = shop.ask("pay", self.person, "1.37")
        self.connection = Connection(shop.port)

    def secret(self, name):
        return next(self.customer.home.rglob(f"secrets/{name}")).read_bytes()

    def tokens(self):
        return json.loads(self.secret("tokens"))

    def document(self):
        return self.connection.send("GET", f"/merchant/api/v1/public/payment-intents/{self.intent}")[1]["payment_intent"]

    def key_of_tokens(self):
        """The key that the customer's tokens are bound to, for a thief who has that too."""
        key = ec.derive_private_key(int.from_bytes(self.secret("dpop-key"), "big"), ec.SECP256R1())
        return ECKey.import_key(key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))

    def proof(self, method, path, key, token=None):
        """A proof of a key for one call (RFC 9449)."""
        public = key.as_dict(private=False)
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": {name: public[name] for name in ("kty", "crv", "x", "y")}}
        claims = {
            "jti": str(uuid.uuid4()), "htm": method, "htu": f"http://127.0.0.1:{self.shop.port}{path}",
            "iat": int(time.time()) + self.shop.ahead}
        if token:
            digest = hashlib.sha256(token.encode()).digest()
            claims["ath"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return {"DPoP": signed(header, claims, key)}

    def call(self, method, path, token, body=None, headers=None):
        """A call by a token: a bearer's, or one with the key that it is bound to."""
        if isinstance(token, str):
            return self.connection.call(method, path, token, body, headers)
        token, key = token
        proven = {"Authorization": f"DPoP {token}"} | self.proof(method, path, key, token)
        return self.connection.call(method, path, None, body, (headers or {}) | proven)

    def read(self, token):
        """The balance, as one who has a token may want it; how the platform refuses, or `read`."""
        try:
            self.call("GET", f"{WALLET}/wallet", token)
            return "read"
        except Refused as refusal:
            return str(refusal.status)

    def renew(self, refresh, headers=None):
        """The status and the answer of a renewal."""
        return self.connection.send(
            "POST", TOKEN, f"grant_type=refresh_token&client_id=wallet&refresh_token={refresh}",
            {"Content-Type": "application/x-www-form-urlencoded"} | (headers or {}))

    def age(self):
        """Has the customer's tokens be ones that were renewed: what is stolen of a session that has stood for a while."""
        self.shop.advance_all(310)
        self.customer.document("balance", "--refresh")
        return self.tokens()

    def enrol(self, token):
        """Registers a key of the thief's; how the platform refuses, or the device."""
        key = ECKey.generate_key("P-256", private=True)
        try:
            nonce = self.call("POST", f"{WALLET}/devices/challenge", token)["nonce"]
            claims = {
                "aud": self.shop.ready["auth"] + "/realms/payment-platform", "wallet": self.person["wallet_id"],
                "nonce": nonce, "iat": int(time.time()) + self.shop.ahead}
            public = key.as_dict(private=False)
            body = {
                "public_key": {name: public[name] for name in ("kty", "crv", "x", "y")}, "name": "thief",
                "proof": signed({"alg": "ES256", "typ": "fex-device+jwt"}, claims, key)}
            return self.call("POST", f"{WALLET}/devices", token, json.dumps(body))["device_id"], key
        except Refused as refusal:
            return (refusal.body or {}).get("code") or str(refusal.status), key

    def pay(self, token, device, key):
        """A payment signed by some key; the code of the refusal, or `paid`."""
        intent, jti, now = self.document(), str(uuid.uuid4()), int(time.time()) + self.shop.ahead
        claims = {
            "intent": intent["id"], "wallet": self.person["wallet_id"], "decision": "pay", "amount": str(intent["amount"]),
            "currency": intent["currency"], "merchant": intent["merchant_id"], "iat": now, "jti": jti}
        proof = signed({"alg": "ES256", "typ": "fex-decision+jwt", "kid": device}, claims, key)
        body = {
            "amount": claims["amount"], "currency": claims["currency"], "merchant_id": claims["merchant"],
            "decided_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now)), "device_id": device, "proof": proof}
        try:
            self.call(
                "POST", f"{WALLET}/payment-intents/{intent['id']}/pay", token, json.dumps(body), {"Idempotency-Key": jti})
            return "paid"
        except Refused as refusal:
            return (refusal.body or {}).get("code") or str(refusal.status)

    def run(self, home, *arguments, **environment):
        """A command of the thief's, in a home of theirs."""
        return subprocess.run(
            [self.customer.program, *arguments, "--json"],
            env=self.customer.environment | {"FEX_WALLET_HOME": str(home)} | environment, input="",
            capture_output=True, text=True, timeout=120)


def code(outcome):
    try:
        return f"exit {outcome.returncode} {json.loads(outcome.stderr.splitlines()[-1])['error']['code']}"
    except (ValueError, KeyError, IndexError):
        return f"exit {outcome.returncode}"


def bearer(scene):
    has, token = "an access token", scene.age()["access_token"]
    own = ECKey.generate_key("P-256", private=True)
    device = json.loads(scene.secret("device"))["device_id"]
    for tries, held in (("as a bearer", token), ("by a key of their own", (token, own))):
        got = scene.read(held)
        yield has, f"reads the balance {tries}", got, got == "401"
        enrolled, key = scene.enrol(held)
        yield has, f"registers a device {tries}", enrolled, enrolled == "401"
        paid = scene.pay(held, device, key)
        yield has, f"pays {tries}", paid, paid == "401"


def bearer_with_key(scene):
    has, held = "an access token and its key", (scene.age()["access_token"], scene.key_of_tokens())
    got = scene.read(held)
    yield has, "reads the balance", got, got == "read"
    enrolled, key = scene.enrol(held)
    yield has, "registers a key of their own", enrolled, enrolled == "login_too_old"
    device = json.loads(scene.secret("device"))["device_id"]
    paid = scene.pay(held, device, key)
    yield has, "pays as the customer's device, by a key of their own", paid, paid == "proof_invalid"
    paid = scene.pay(held, "dev-of-nobody", key)
    yield has, "pays as a device of their own", paid, paid == "device_unknown"


def refresh(scene):
    has, token = "a refresh token", scene.age()["refresh_token"]
    own = ECKey.generate_key("P-256", private=True)
    for tries, headers in (("without its key", {}), ("by a key of their own", scene.proof("POST", TOKEN, own))):
        status, answer = scene.renew(token, headers)
        yield has, f"renews it {tries}", answer.get("error"), status == 400 and "access_token" not in answer
    scene.shop.advance_all(310)
    outcome = scene.customer.run("balance", "--refresh")
    yield has, "ends the customer's session by trying", code(outcome), outcome.returncode == 0


def refresh_with_key(scene):
    has, key = "a refresh token and its key", scene.key_of_tokens()
    status, answer = scene.renew(scene.age()["refresh_token"], scene.proof("POST", TOKEN, key))
    enrolled, _ = scene.enrol((answer["access_token"], key))
    yield has, "renews it, and registers a key of their own", enrolled, status == 200 and enrolled == "login_too_old"
    # Of one refresh token two have renewed: the platform ends what both have.
    scene.shop.advance_all(310)
    outcome = scene.customer.run("balance", "--refresh")
    status, answer = scene.renew(answer["refresh_token"], scene.proof("POST", TOKEN, key))
    yield has, "goes on after the customer has renewed too", answer.get("error"), (
        status == 400 and outcome.returncode == 77)


def after_logout(scene):
    key, copy = scene.key_of_tokens(), scene.age()
    scene.customer.document("logout")
    status, answer = scene.renew(copy["refresh_token"], scene.proof("POST", TOKEN, key))
    yield "a refresh token and its key", "renews it after the customer has logged out", answer.get("error"), status == 400
    got = scene.read((copy["access_token"], key))
    yield "an access token and its key", "reads the balance after the customer has logged out", got, got == "401"


def copies(scene):
    reader, writer = os.pipe()
    os.write(writer, b"correct horse\n")
    os.close(writer)
    subprocess.run(
        [scene.customer.program, "passphrase", "set", "--passphrase-fd", str(reader)], env=scene.customer.environment,
        pass_fds=[reader], check=True, capture_output=True, timeout=120)
    os.close(reader)
    home = scene.shop.directory / "copied-home"
    shutil.copytree(scene.customer.home, home)
    outcome = scene.run(home, "pay", scene.intent, "--yes")
    yield "a copied home, under a passphrase", "pays", code(outcome), outcome.returncode == 77
    outcome = scene.run(home, "sync")
    yield "a copied home, under a passphrase", "syncs", code(outcome), outcome.returncode == 77
    readable = [file.name for file in home.rglob("secrets/*") if file.is_file() and (
        b"refresh_token" in file.read_bytes() or b"access_token" in file.read_bytes())]
    yield "a copied home, under a passphrase", "reads the tokens", ", ".join(readable) or "sealed", not readable


def database(scene):
    home = scene.shop.directory / "copied-database"
    shutil.copytree(scene.customer.home, home, ignore=shutil.ignore_patterns("secrets"))
    outcome = scene.run(home, "pay", scene.intent, "--yes")
    yield "a copied database", "pays", code(outcome), outcome.returncode == 77
    tokens = scene.tokens()
    content = b"".join(file.read_bytes() for file in home.rglob("*") if file.is_file())
    found = any(tokens[name].encode() in content for name in ("access_token", "refresh_token"))
    yield "a copied database", "looks for tokens in it", "found" if found else "none", not found


def events(scene):
    credentials = json.loads(scene.secret("event-credentials"))
    token = base64.b64encode(f"{credentials['user']}:{credentials['password']}".encode()).decode()
    status, _ = scene.connection.send("GET", f"{WALLET}/wallet", headers={"Authorization": f"Basic {token}"})
    yield "the event server's password", "calls the API", str(status), status == 401
    status, answer = scene.connection.send(
        "POST", "/auth/realms/payment-platform/protocol/openid-connect/token",
        f"grant_type=password&client_id=wallet&username={scene.person['username']}&password={credentials['password']}",
        {"Content-Type": "application/x-www-form-urlencoded"})
    yield "the event server's password", "logs in", answer.get("error", str(status)), status == 400


def addresses(scene):
    secrets = [*scene.tokens().values(), json.loads(scene.secret("event-credentials"))["password"]]
    secrets = [text for text in secrets if isinstance(text, str) and len(text) > 8]
    with Trap().serving() as trap:
        place = f"http://127.0.0.1:{trap.server_port}"
        for names in (["FEX_API_URL"], ["FEX_API_URL", "FEX_AUTH_URL"], ["FEX_AUTH_URL"]):
            address = {name: place + ("/auth" if name == "FEX_AUTH_URL" else "") for name in names}
            if names == ["FEX_AUTH_URL"]:
                # Only who has to renew goes there.
                scene.shop.advance_all(310)
            for arguments in (["sync"], ["balance", "--refresh"], ["pay", scene.intent, "--yes"], ["devices"]):
                outcome = scene.run(scene.customer.home, *arguments, **address)
                leaked = [text for text in secrets if any(text in call for call in trap.seen)]
                yield (
                    "an .envrc with " + " and ".join(names), f"waits for `{arguments[0]}`",
                    f"{code(outcome)}, {'TOKENS' if leaked else 'no token'}", not leaked and outcome.returncode != 0)
        for address, name in (("http://192.0.2.1", "http"), ("http://127.0.0.1.evil", "a name that looks like this machine")):
            outcome = scene.run(scene.customer.home, "sync", FEX_API_URL=address)
            yield f"an .envrc with {name} elsewhere", "waits for `sync`", code(outcome), outcome.returncode == 78


def folders(scene):
    shared = scene.shop.directory / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    victim = scene.shop.directory / "victim"
    victim.write_text("mine")
    (shared / "out.csv").symlink_to(victim)
    outcome = scene.run(scene.customer.home, "history", "export", "--to", str(shared / "out.csv"))
    yield "a shared folder", "has a link wait for an export", code(outcome), victim.read_text() == "mine"
    outcome = scene.run(scene.customer.home, "history", "export", "--to", str(shared / "fresh.csv"))
    mode = stat.S_IMODE((shared / "fresh.csv").stat().st_mode) if (shared / "fresh.csv").exists() else 0o777
    yield "a shared folder", "reads an export of another's", oct(mode), mode == 0o600
    for file in [scene.customer.home, *scene.customer.home.rglob("*")]:
        if file.stat().st_mode & 0o077:
            yield "another user of the device", "reads the home", f"{file.name} is {oct(file.stat().st_mode)}", False
            break
    else:
        yield "another user of the device", "reads the home", "all is its owner's alone", True
    link = scene.shop.directory / "link"
    link.symlink_to(scene.customer.home)
    outcome = scene.run(link, "pay", scene.intent, "--yes")
    yield "another user of the device", "has a link be the home", code(outcome), outcome.returncode == 73
    scene.customer.home.chmod(0o777)
    outcome = scene.run(scene.customer.home, "pay", scene.intent, "--yes")
    yield "another user of the device", "may write to the home", code(outcome), outcome.returncode == 73
    scene.customer.home.chmod(0o700)


def lost(scene):
    other = Customer(scene.shop, scene.person, "other-device")
    own = json.loads(scene.secret("device"))["device_id"]
    other.document("devices", "revoke", own)
    # What the thief agrees to may wait on the phone: nothing of it takes effect.
    outcome = scene.customer.run("pay", scene.intent, "--yes")
    yield "a lost phone, revoked from another", "pays", code(outcome), outcome.returncode in (75, 77)
    outcome = scene.customer.run("balance", "--refresh")
    yield "a lost phone, revoked from another", "asks for the balance", code(outcome), outcome.returncode == 77


THIEVES = (
    bearer, bearer_with_key, refresh, refresh_with_key, after_logout, copies, database, events, addresses,
    folders, lost)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True)
    arguments = parser.parse_args()
    wrong = rows = 0
    print(f"{'who has':54}{'tries':56}{'and gets'}")
    for thief in THIEVES:
        with shop(arguments.programs, "--nats-port", "0") as running:
            running.ahead = 0

            def advance_all(seconds, running=running):
                running.advance(seconds)
                running.ahead += seconds

            running.advance_all = advance_all
            scene = Scene(running, "home")
            for has, tries, gets, holds in thief(scene):
                rows += 1
                wrong += not holds
                print(f"{has:54}{tries:56}{gets}{'' if holds else '   WRONG'}", flush=True)
            debits = running.debits().get(scene.intent, 0)
            if debits:
                wrong += 1
                print(f"  WRONG: {debits} debits")
    print(f"{rows} rows, {wrong} wrong")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
