"""Refusals that are the platform's word: 4xx, `success: false`, a code of the contract. Each settles the decision.

All but two are the sandbox's own, brought about on the call's way to it."""

import base64
import json
from dataclasses import dataclass
from decimal import Decimal

from between import Answer, parse, write
from customers import MERCHANT


@dataclass
class Refusal:
    """One code: how it comes about when the decision arrives, and what the decision is then."""

    code: str
    arrive: object
    kinds: tuple = ("pay", "approve", "decline")
    states: tuple = ("refused",)
    # How it may stand until it is asked after: a 401 may have come before the refusal, and then the time was over.
    at_first: tuple = ()
    amount: str = "1.37"
    lifetime: int = 86_400
    # Whether the wallet may ask for a new login beside it: its device is none any more.
    needs_login: bool = False
    # Whether it ends the session too, so that nothing is synced before a new login.
    ends_session: bool = False
    spoils_home: bool = False
    attempts: tuple = ("first", "unsent")
    fetch: object = None


def cancelled(call, shop, intent):
    shop.call("POST", f"{MERCHANT}/payment-intents/{intent}/cancel")
    return call.pass_on()


def expired(call, shop, intent):
    shop.advance(61)
    return call.pass_on()


def spoilt(body):
    """The body with another proof: its signature's first letter is another."""
    document = parse(body)
    head, payload, signature = document["proof"].split(".")
    document["proof"] = f"{head}.{payload}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"
    return write(document)


def in_another_session(call, shop):
    """The header fields of a decision, as another session of the customer's sends it: a proof of a call is good once."""
    payload = parse(call.body)["proof"].split(".")[1]
    wallet = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["wallet"]
    headers = {name: value for name, value in call.headers.items() if name.lower() not in ("authorization", "dpop")}
    return headers | {"Authorization": f"Bearer {shop.session_token(shop.people[wallet])}"}


def spoilt_before(call, shop, intent):
    """A spoilt attempt arrives first: it stands for the key."""
    own, call.headers = call.headers, in_another_session(call, shop)
    call.pass_on(body=spoilt(call.body))
    call.headers = own
    return call.pass_on()


def revoked(call, shop, intent):
    """The customer removes the device elsewhere, which ends its session; after a new login it sends the decision."""
    call.headers = in_another_session(call, shop)
    call.method, method = "DELETE", call.method
    call.pass_on(f"/wallet/api/v1/devices/{parse(call.body)['device_id']}", b"")
    call.method = method
    return call.pass_on()


def dearer(answer):
    """The intent as it is fetched, with another amount than the platform will compare with."""
    document = answer.document
    document["payment_intent"]["amount"] = Decimal(str(document["payment_intent"]["amount"])) + 1
    return Answer(answer.status, write(document), answer.headers)


def says(status, code):
    """A refusal that the sandbox never gives, said in its place."""
    body = json.dumps({"success": False, "error": "the platform says no", "code": code}).encode()
    return lambda call, shop, intent: Answer(status, body)


REFUSALS = [
    Refusal(
        "insufficient_balance", lambda call, shop, intent: call.pass_on(), kinds=("pay", "approve"),
        amount="900000.01"),
    Refusal("intent_not_payable", cancelled),
    Refusal("intent_expired", expired, states=("lapsed", "refused"), at_first=("unknown",), lifetime=60),
    Refusal("terms_changed", lambda call, shop, intent: call.pass_on(), attempts=("first",), fetch=dearer),
    Refusal("proof_invalid", lambda call, shop, intent: call.pass_on(body=spoilt(call.body))),
    Refusal("idempotency_mismatch", spoilt_before),
    Refusal("device_revoked", revoked, needs_login=True, ends_session=True, spoils_home=True),
    Refusal("limit_exceeded", says(422, "limit_exceeded"), kinds=("pay", "approve")),
    Refusal("device_unknown", says(403, "device_unknown"), needs_login=True, spoils_home=True),
    Refusal("wallet_blocked", says(403, "wallet_blocked"), spoils_home=True),
    Refusal("not_this_wallet", says(403, "not_this_wallet")),
    Refusal("intent_unknown", says(404, "intent_unknown")),
]
