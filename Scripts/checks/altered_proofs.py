"""Exported proofs, verified by a library that nobody here wrote, and each alteration of them refused by `proof verify` and by the
sandbox.

Each byte of a real proof and of its file, each member, and what the holder of a key could sign otherwise: other headers, members
twice, other times, a high s, another device, another key, under another key's name."""

import argparse
import base64
import concurrent.futures
import json
import pathlib
import subprocess
import sys
import time
import uuid

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from joserfc import jws
from joserfc.jwk import ECKey

from customers import MERCHANT, Customer, expect, shop
from platform_client import WALLET, Connection, Tokens

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Device:
    """A key, and files that it signs as the wallet does, or otherwise."""

    def __init__(self, name):
        self.name = name
        self.key = ec.generate_private_key(ec.SECP256R1())
        numbers = self.key.public_key().public_numbers()
        x, y = (base64url(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
        self.public_key = {"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": name}

    def sign(self, header, claims, has_high_s=False):
        """A compact signature over two JSON texts."""
        signed = f"{base64url(header.encode())}.{base64url(claims.encode())}"
        r, s = utils.decode_dss_signature(self.key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        s = max(s, ORDER - s) if has_high_s else min(s, ORDER - s)
        return f"{signed}.{base64url(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


class Files:
    """Files about one decision, each altered in some way; what is not named is as it should be."""

    # Seconds before and after the moment of the decision at which nothing may be signed.
    stale = (1, 60, 3600, 86_400, 10**9)
    future = (120, 3600, 86_400, 10**9)
    # What is written otherwise is refused; to a platform it may be the same.
    equal_forms = True

    def __init__(self):
        self.device, self.other, self.stranger = Device("dev-1"), Device("dev-2"), Device("dev-1")
        self.keys = {"keys": [self.device.public_key, self.other.public_key]}
        self.now = int(time.time())

    def header(self, **more):
        return {"alg": "ES256", "typ": "fex-decision+jwt", "kid": self.device.name} | more

    def claims(self, **more):
        claims = {
            "intent": "pi_1", "wallet": "wal_1", "decision": "pay", "amount": "35.50", "currency": "USD", "merchant": "mer_1",
            "iat": self.now, "jti": "7c9e6679-7425-40de-944b-e07fc1f90ae7"}
        return claims | more

    def body(self, proof, claims, device, decided_at):
        """What is sent to decide so."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.now if decided_at is None else decided_at))
        return {
            "amount": claims.get("amount"), "currency": claims.get("currency"), "merchant_id": claims.get("merchant"),
            "decided_at": moment, "device_id": device or self.device.name, "proof": proof}

    def file(self, proof, claims, device=None, key=None, decided_at=None):
        """The document that says what these claims say."""
        body = self.body(proof, claims, device, decided_at)
        names = {name: claims.get(name) for name in ("decision", "intent", "wallet", "amount", "currency", "merchant")}
        return json.dumps(names | {
            "idempotency_key": claims.get("jti"), "decided_at": body["decided_at"], "device_id": body["device_id"],
            "public_key": key or self.device.public_key, "proof": proof, "body": json.dumps(body, separators=(",", ":"))})

    def signed(self, header=None, claims=None, by=None, **more):
        """A file that this header and these claims are signed for."""
        claims = claims if claims is not None else self.claims()
        text = claims if isinstance(claims, str) else json.dumps(claims)
        header = header if header is not None else self.header()
        header = header if isinstance(header, str) else json.dumps(header)
        proof = (by or self.device).sign(header, text, more.pop("has_high_s", False))
        return self.file(proof, self.claims() if isinstance(claims, str) else claims, **more)

    def resigned(self):
        """What the holder of a key could make."""
        yield "nothing altered", self.signed()
        for name, values in {
            "alg": ["none", "HS256", "ES384", "RS256", "es256", "", None, ["ES256"], 256],
            "typ": ["JWT", "dpop+jwt", "fex-decision", "FEX-DECISION+JWT", "application/fex-decision+jwt", "", None, 1],
            "kid": [
                self.other.name, "dev-3", self.device.name.upper() + "X", "", f"{self.device.name} ", f"../{self.device.name}", None, 1,
                [self.device.name]],
        }.items():
            for value in values:
                yield f"header: another {name}", self.signed(self.header(**{name: value}))
            without = {key: value for key, value in self.header().items() if key != name}
            yield f"header: no {name}", self.signed(without)
            twice = json.dumps(self.header())[:-1] + f', "{name}": {json.dumps(self.header()[name])}}}'
            yield "header: a member twice", self.signed(twice)
            first = f'{{"{name}": "x", ' + json.dumps(self.header())[1:]
            yield "header: a member twice", self.signed(first)
        for name, value in {
            "jwk": self.stranger.public_key, "jku": "http://127.0.0.1/keys", "x5c": ["MII="], "crit": ["b64"], "b64": False,
            "cty": "JWT", "zip": "DEF", "x": 1,
        }.items():
            yield "header: a member more", self.signed(self.header(**{name: value}))
        for name, value in self.claims().items():
            without = {key: claim for key, claim in self.claims().items() if key != name}
            yield "claims: a member less", self.signed(claims=json.dumps(without))
            twice = json.dumps(self.claims())[:-1] + f', "{name}": {json.dumps(value)}}}'
            yield "claims: a member twice", self.signed(claims=twice)
            for other in (None, "", "x y", [value], {"a": value}, 7.5, True, "🦊"):
                altered = self.claims(**{name: other})
                yield "claims: another value, the file's too", self.signed(claims=altered)
                yield "claims: another value", self.signed(claims=json.dumps(altered))
        if self.equal_forms:
            yield "claims: a member more", self.signed(claims=self.claims(exp=self.now + 60))
        equal = ("35.5", "3550e-2", "35.500") if self.equal_forms else ()
        for amount in equal + ("035.50", "+35.50", "35,50", " 35.50", "-35.50"):
            yield "claims: another form of the amount", self.signed(claims=self.claims(amount=amount))
        for seconds in self.stale:
            yield "stale: signed at another time than the file says", self.signed(claims=json.dumps(self.claims(iat=self.now - seconds)))
        for seconds in self.future:
            yield "future, the file's too", self.signed(claims=self.claims(iat=self.now + seconds), decided_at=self.now + seconds)
        for _ in range(50):
            yield "high s", self.signed(has_high_s=True)
            yield "another key under this name", self.signed(by=self.stranger, key=self.stranger.public_key)
            yield "another device under this name", self.signed(by=self.other)
            yield "another device, named in the header alone", self.signed(self.header(kid=self.other.name), by=self.other)
            yield "this device under another's name", self.signed(self.header(kid=self.other.name), device=self.other.name, key=self.other.public_key)
            yield "a key that is not in the set", self.signed(self.header(kid="dev-9"), by=self.stranger, device="dev-9", key=self.stranger.public_key | {"kid": "dev-9"})


class Calls(Files):
    """The same as calls to a sandbox about one intent of its own, each with a key that was never seen."""

    # A proof may be signed from a minute before the intent was made.
    stale = (62, 3600, 86_400, 10**9)
    future = (3600, 86_400, 10**9)
    equal_forms = False

    def __init__(self, running):
        super().__init__()
        self.running, self.connection = running, Connection(running.port)
        self.person = running.ready["wallets"][1]
        self.tokens = Tokens({
            "grant_type": "password", "client_id": "wallet", "username": self.person["username"],
            "password": self.person["password"]})
        self.device.name, self.other.name = self.register(self.device), self.register(self.other)
        self.stranger.name = self.device.name
        self.renew()

    def register(self, device):
        token = self.tokens.current(self.connection)
        claims = {
            "aud": self.running.ready["auth"] + "/realms/payment-platform", "wallet": self.person["wallet_id"],
            "nonce": self.connection.call("POST", f"{WALLET}/devices/challenge", token)["nonce"], "iat": int(time.time())}
        proof = device.sign('{"alg":"ES256","typ":"fex-device+jwt"}', json.dumps(claims))
        jwk = {name: device.public_key[name] for name in ("kty", "crv", "x", "y")}
        body = json.dumps({"public_key": jwk, "name": "Check", "proof": proof})
        return self.connection.call("POST", f"{WALLET}/devices", token, body)["device_id"]

    def renew(self):
        """Another intent: the one before was decided on."""
        made = self.running.call("POST", f"{MERCHANT}/payment-intents", json.dumps({"amount": 35.5, "currency": "USD"}))
        self.intent, self.now, self.key = made["payment_intent"], int(time.time()), str(uuid.uuid4())

    def claims(self, **more):
        return super().claims() | {
            "intent": self.intent["id"], "wallet": self.person["wallet_id"], "merchant": self.intent["merchant_id"],
            "jti": self.key} | more

    def file(self, proof, claims, device=None, key=None, decided_at=None):
        return json.dumps(self.body(proof, claims, device, decided_at))

    def altered(self):
        """All alterations; each is made when the one before has been sent."""
        cases = self.resigned()
        next(cases)  # nothing altered: that is sent at the end
        yield from cases
        length = len(json.loads(self.signed())["proof"])
        for index, step in ((index, step) for index in range(length) for step in (1, 32)):
            body = json.loads(self.signed())
            proof = body["proof"]
            other = ALPHABET[(ALPHABET.index(proof[index]) + step) % 64] if proof[index] in ALPHABET else "A"
            yield "each byte of the proof, twice", json.dumps(body | {"proof": proof[:index] + other + proof[index + 1:]})
        for index in range(len(json.dumps(self.header()))):
            yield "each byte of the header, and signed", self.signed(altered_byte(json.dumps(self.header()), index))
        for index in range(len(json.dumps(self.claims()))):
            text = json.dumps(self.claims())
            # Another second is as good, if it is one of now.
            if not text.index('"iat": ') + 7 <= index < text.index(', "jti"'):
                yield "each byte of the claims, and signed", self.signed(claims=altered_byte(text, index))
        for name in ("amount", "currency", "merchant_id", "device_id", "proof"):
            for value in (None, "", 7, [], {}, "x"):
                yield "a member's value", json.dumps(json.loads(self.signed()) | {name: value})
            text = self.signed()
            yield "a member twice", text[:-1] + f',"{name}":{json.dumps(json.loads(text)[name])}}}'

    def send(self, body):
        """The status and the code of the answer."""
        status, answer = self.connection.send(
            "POST", f"{WALLET}/payment-intents/{self.intent['id']}/pay", body,
            {"Authorization": f"Bearer {self.tokens.current(self.connection)}", "Content-Type": "application/json",
             "Idempotency-Key": self.key})
        self.key = str(uuid.uuid4())
        return status, (answer or {}).get("code")


def refuse_at_the_sandbox(running):
    """Sends each alteration to the sandbox. Returns how many were sent, and those that were not refused for what they are."""
    calls = Calls(running)
    table, accepted = {}, []
    for kind, body in calls.altered():
        status, code = calls.send(body)
        row = table.setdefault(kind, [0, 0, set()])
        # That it is late, known or unknown would say nothing about the proof.
        is_refused = status == 400 or (status, code) in (
            (422, "proof_invalid"), (422, "terms_changed"), (403, "device_unknown"))
        row[0] += 1
        row[1] += is_refused
        row[2].add(f"{status} {code or ''}".strip())
        if not is_refused:
            accepted.append((kind, status, code, body[:300]))
        if status == 200:
            calls.renew()
    expect(calls.send(calls.signed())[0] == 200, "what is not altered is taken")
    expect(running.debits().get(calls.intent["id"]) == 1, "and debited once")
    show("sent to the sandbox", table, accepted)
    return sum(row[0] for row in table.values()), accepted


def show(title, table, accepted):
    print(f"{title:<52} | {'tried':>5} | {'refused':>7} | reasons")
    for kind, (count, refused, reasons) in table.items():
        print(f"{kind:<52} | {count:>5} | {refused:>7} | {', '.join(sorted(str(reason) for reason in reasons))}")
    for case in accepted[:20]:
        print("NOT REFUSED", *case)


def altered_byte(text, index):
    letter = text[index]
    other = chr(ord(letter) + 1) if letter.isalnum() and letter not in "zZ9" else "0"
    return text[:index] + other + text[index + 1:]


def altered_bytes(document):
    """A real file with one byte of its proof, wherever that stands, or of itself as another."""
    text, proof = json.dumps(document, separators=(",", ":")), document["proof"]
    for index, letter in enumerate(proof):
        other = ALPHABET[(ALPHABET.index(letter) + 1) % 64] if letter in ALPHABET else "A"
        yield "each byte of the proof", text.replace(proof, proof[:index] + other + proof[index + 1:])
    for index in range(len(text)):
        yield "each byte of the file", altered_byte(text, index)
    for name in document:
        if name != "public_key":
            yield "a member less", json.dumps({key: value for key, value in document.items() if key != name})
        yield "a member twice", text[:-1] + f',"{name}":{json.dumps(document[name])}}}'
        for value in (None, "", 7, [], {}, "x"):
            yield "a member's value", json.dumps(document | {name: value})
    yield "a member more", json.dumps(document | {"note": "x"})


def verify_elsewhere(document):
    """What `joserfc` finds of a proof and its key."""
    key = ECKey.import_key({name: value for name, value in document["public_key"].items() if name != "kid"})
    found = jws.deserialize_compact(document["proof"], key, algorithms=["ES256"])
    claims = json.loads(found.payload)
    expect(found.headers() == {"alg": "ES256", "typ": "fex-decision+jwt", "kid": document["device_id"]}, found.headers())
    pairs = [("decision", "decision"), ("intent", "intent"), ("wallet", "wallet"), ("amount", "amount"), ("currency", "currency"),
             ("merchant", "merchant"), ("idempotency_key", "jti")]
    return all(document[member] == claims[claim] for member, claim in pairs)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True, help="where wallet-cli and fex-sandbox lie")
    parser.add_argument("--every", type=int, default=1, help="only each n-th alteration")
    arguments = parser.parse_args()
    program = pathlib.Path(arguments.programs) / "wallet-cli"
    with shop(arguments.programs, "--no-nats") as running:
        customer = Customer(running, running.ready["wallets"][0], "home")
        documents = []
        for kind in ("pay", "approve", "decline"):
            intent = running.ask("pay" if kind == "pay" else "approve", customer.person, amount="35.50")
            customer.document(kind, intent, *([] if kind == "decline" else ["--yes"]))
            documents.append(customer.document("proof", "export", intent))
            expect(verify_elsewhere(documents[-1]), f"joserfc verifies the proof of {kind}")
            print(f"joserfc verifies the proof of {kind}: ES256, {documents[-1]['device_id']}")

        def verify(text, keys):
            path = running.directory / "keys" / f"{abs(hash(keys))}.json"
            path.parent.mkdir(exist_ok=True)
            if not path.exists():
                path.write_text(keys)
            seen = subprocess.run(
                [program, "--json", "proof", "verify", "-", "--keys", path], input=text.encode(), capture_output=True, timeout=60,
                env={"FEX_WALLET_HOME": str(running.directory / "nobody"), "PATH": "/usr/bin:/bin"})
            lines = (seen.stdout or seen.stderr).splitlines()
            said = json.loads(lines[0]) if lines else {}
            return seen.returncode, said.get("verified"), said.get("reason") or said.get("error", {}).get("code"), said.get("claims")

        own = json.dumps({"keys": [document["public_key"] for document in documents[:1]]})
        for document in documents:
            seen = verify(json.dumps(document), own)
            expect(seen[:2] == (0, True), f"what was exported is verified: {seen}")
        files = Files()
        cases = [(kind, text, json.dumps(files.keys)) for kind, text in files.resigned()]
        cases += [(kind, text, own) for kind, text in altered_bytes(documents[0])]
        honest = cases.pop(0)
        expect(verify(honest[1], honest[2])[:2] == (0, True), "what the check signs as the wallet does is verified")
        cases = cases[:: arguments.every]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            results = list(pool.map(lambda case: verify(case[1], case[2]), cases))
        table, accepted = {}, []
        for (kind, text, _), (code, verified, reason, claims) in zip(cases, results):
            row = table.setdefault(kind, [0, 0, set()])
            is_refused = code == 65 and not verified and not claims
            row[0] += 1
            row[1] += is_refused
            row[2].add(reason)
            if not is_refused:
                accepted.append((kind, code, text[:300]))
        show("verified by `proof verify`", table, accepted)
        sent, taken = refuse_at_the_sandbox(running)
        print(f"altered-proofs: {len(cases)} files and {sent} calls altered, {len(accepted) + len(taken)} not refused")
        return 1 if accepted or taken else 0


if __name__ == "__main__":
    sys.exit(main())
