"""A wallet's device, which signs decisions."""

import base64
import datetime
import json
import uuid

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

# The order of P-256. Of the two forms of a signature the platform takes the one with the smaller `s`.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def base64url(data):
    """Base64 for URLs, without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(key, header, claims):
    """A compact JWS by ES256."""
    text = base64url(json.dumps(header).encode()) + "." + base64url(json.dumps(claims).encode())
    r, s = decode_dss_signature(key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    return text + "." + base64url(r.to_bytes(32, "big") + min(s, ORDER - s).to_bytes(32, "big"))


class Device:
    """A registered device of one of the ready document's wallets."""

    def __init__(self, sandbox, wallet, token):
        self.sandbox, self.wallet, self.token = sandbox, wallet, token
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.registration = sandbox.call("POST", "/wallet/api/v1/devices", token, self.enrolment(token))
        self.id = self.registration["device_id"]

    def enrolment(self, token, **changes):
        """The body that registers the key, with the proof that this is its owner; changes are of what is signed."""
        challenge = self.sandbox.call("POST", "/wallet/api/v1/devices/challenge", token)
        until = datetime.datetime.fromisoformat(challenge["expires_at"]).timestamp()
        claims = {"aud": self.sandbox.ready["auth"] + "/realms/payment-platform", "wallet": self.wallet["wallet_id"],
                  "nonce": challenge["nonce"], "iat": int(until) - 300, **changes}
        proof = signed(self.key, {"alg": "ES256", "typ": "fex-device+jwt"}, claims)
        return {"name": "Check", "public_key": self.jwk, "proof": proof}

    @property
    def jwk(self):
        """The public key."""
        numbers = self.key.public_key().public_numbers()
        return {"kty": "EC", "crv": "P-256", "x": base64url(numbers.x.to_bytes(32, "big")),
                "y": base64url(numbers.y.to_bytes(32, "big"))}

    def open_intent(self, kind, merchant, merchant_token, amount=0.01):
        """A new intent that may be decided in this way."""
        if kind == "pay":
            path, body = "payment-intents", {"amount": amount}
        else:
            path, body = "scan-payment", {
                "amount": amount, "scan_token": self.wallet["scan_token"], "counter_id": merchant["counters"][0]["id"]}
        return self.sandbox.call("POST", "/merchant/api/v1/" + path, merchant_token, body)["payment_intent"]

    def decision(self, kind, intent, key, reason=None, amount=None):
        """The body of a decision, with its proof."""
        amount = amount or f"{intent['amount']:.2f}"
        claims = {"intent": intent["id"], "wallet": self.wallet["wallet_id"], "decision": kind, "amount": amount,
                  "currency": intent["currency"], "merchant": intent["merchant_id"],
                  "iat": int(datetime.datetime.fromisoformat(intent["created_at"]).timestamp()), "jti": key}
        header = {"alg": "ES256", "typ": "fex-decision+jwt", "kid": self.id}
        body = {"amount": amount, "currency": intent["currency"], "merchant_id": intent["merchant_id"],
                "decided_at": intent["created_at"], "device_id": self.id, "proof": signed(self.key, header, claims)}
        if reason is not None:
            body["reason"] = reason
        return body

    def decide(self, kind, intent, key=None, **changes):
        """Sends a decision."""
        key = key or str(uuid.uuid4())
        body = self.decision(kind, intent, key, **changes)
        return self.sandbox.call(
            "POST", f"/wallet/api/v1/payment-intents/{intent['id']}/{kind}", self.token, body,
            {"Idempotency-Key": key})
