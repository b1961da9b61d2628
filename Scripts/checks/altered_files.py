"""Proofs with their files, as the wallet writes them and as a liar would: what the holder of a key could sign otherwise, and each
byte and member of a real one."""

import base64
import json
import time

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

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


def show(title, table, accepted):
    print(f"{title:<52} | {'tried':>5} | {'refused':>7} | reasons")
    for kind, (count, refused, reasons) in table.items():
        print(f"{kind:<52} | {count:>5} | {refused:>7} | {', '.join(sorted(str(reason) for reason in reasons))}")
    for case in accepted[:20]:
        print("NOT REFUSED", *case)
