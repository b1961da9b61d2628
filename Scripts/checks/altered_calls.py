"""The same altered proofs as calls to a sandbox."""

import json
import time
import uuid

from altered_files import ALPHABET, Files, altered_byte, show
from customers import MERCHANT, expect
from platform_client import WALLET, Connection, Tokens


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
