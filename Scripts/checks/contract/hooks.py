"""What schemathesis has to be told: whose token a call takes, real ids and keys, and rules that its schemas can't express."""

import json
import os
import re
import unicodedata
import urllib.parse
import uuid

import schemathesis
from cryptography.hazmat.primitives.asymmetric import ec

from answers import Contract
from decisions import Device, base64url
from sandbox import Sandbox

with open(os.environ["FEX_SANDBOX_READY"], encoding="utf-8") as file:
    SANDBOX = Sandbox(json.load(file))
READY = SANDBOX.ready
CONTRACT = Contract()
MERCHANT, WALLET = READY["merchants"][0], READY["wallets"][0]


def token(scheme):
    """The token for a security scheme of the documents."""
    if scheme == "admin":
        return SANDBOX.client_token(READY["admin"])
    if scheme == "user":
        return SANDBOX.person_token(WALLET)
    return SANDBOX.client_token(MERCHANT)


# The sandbox's clock stands still, so a token lives for the whole run.
@schemathesis.auth(refresh_interval=None, cache_by_key=lambda case, context: scheme(case))
class Tokens:
    """Brings the token that the operation asks for."""

    def get(self, case, context):
        name = scheme(case)
        return token(name) if name else None

    def set(self, case, data, context):
        if data:
            case.headers = case.headers or {}
            case.headers["Authorization"] = f"Bearer {data}"


def scheme(case):
    """The security scheme of a case's operation; an empty text if it needs none."""
    security = case.operation.definition.raw.get("security") or [{}]
    return next(iter(security[0]), "")


def operation_id(context):
    """The id of the operation that a hook is called for."""
    return context.operation.definition.raw.get("operationId")


@schemathesis.hook
def filter_query(context, query):
    """`page` takes no `after`, and at most 100 a page: OpenAPI can't say that parameters exclude each other."""
    if operation_id(context) != "listWalletTransactions" or not query or "page" not in query:
        return True
    try:
        return "after" not in query and int(query.get("limit", 1)) <= 100
    except (TypeError, ValueError):
        return True


@schemathesis.hook
def map_body(context, body):
    """Puts in what exists: multiples of 0.01 as they are written, this sandbox's ids, points that are on the curve."""
    if not isinstance(body, dict):
        return body
    body = dict(body)
    amount = body.get("amount")
    if isinstance(amount, float):
        # A product of floats is 0.35000000000000003; what was drawn is 0.35.
        rounded = round(amount, 4)
        if abs(amount - rounded) <= 1e-12 * max(1.0, abs(amount)):
            body["amount"] = rounded
    if operation_id(context) == "scanPayment" and isinstance(body.get("scan_token"), str) and isinstance(
            body.get("counter_id"), str) and body["scan_token"] and re.fullmatch(
            r"[A-Za-z0-9._~-]{1,128}", body["counter_id"]):
        body["scan_token"] = WALLET["scan_token"]
        body["counter_id"] = MERCHANT["counters"][0]["id"]
    if operation_id(context) == "createPaymentIntent":
        if isinstance(body.get("counter_id"), str) and re.fullmatch(r"[A-Za-z0-9._~-]{1,128}", body["counter_id"]):
            body["counter_id"] = MERCHANT["counters"][0]["id"]
    name = body.get("business_name")
    if operation_id(context) == "registerMerchant" and isinstance(name, str) and len(name) <= 200 and re.fullmatch(
            r"[^\0-\x1f\x7f-\x9f]*[^\s\0-\x1f\x7f-\x9f][^\0-\x1f\x7f-\x9f]*", name):
        body["business_name"] = "".join(c for c in name if unicodedata.category(c)[0] in "LN")[:50] or "Shop"
    for name in ("callback_url", "webhook_url"):
        # Webhooks go to this machine; nobody listens at this port.
        if isinstance(body.get(name), str) and re.match(r"https?://[A-Za-z0-9]", body[name]):
            body[name] = re.sub(r"^(https?)://[^/?]*", r"\1://127.0.0.1:9", body[name])
    key = body.get("public_key")
    if operation_id(context) == "registerDevice" and isinstance(key, dict):
        if all(isinstance(key.get(name), str) and re.fullmatch(r"[A-Za-z0-9_-]{43}", key[name]) for name in "xy"):
            numbers = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
            body["public_key"] = {
                **key, "x": base64url(numbers.x.to_bytes(32, "big")), "y": base64url(numbers.y.to_bytes(32, "big"))}
    return body


DEVICES = []


def enrol(case):
    """Makes every other well-formed request to add a device an honest one, in a session that nothing else is done in."""
    body = case.body
    if not isinstance(body, dict) or not case.meta or not case.meta.generation.mode.is_positive or len(body["name"]) % 2 == 0:
        return
    own = SANDBOX.session_token(WALLET)
    case.headers = {**(case.headers or {}), "Authorization": f"Bearer {own}"}
    case.body = {**Device(SANDBOX, WALLET, own).enrolment(own), "name": body["name"]}


@schemathesis.hook
def before_call(context, case, **arguments):
    """Makes every other well-formed decision an honest one: on an intent that stands open, signed by a device."""
    if case.operation.definition.raw.get("operationId") == "registerDevice":
        return enrol(case)
    kind = {"payPaymentIntent": "pay", "approvePaymentIntent": "approve", "declinePaymentIntent": "decline"}.get(
        case.operation.definition.raw.get("operationId"))
    body, key = case.body, (case.headers or {}).get("Idempotency-Key")
    if kind is None or not isinstance(body, dict) or not case.meta or not case.meta.generation.mode.is_positive:
        return
    if not isinstance(key, str) or int(key[-1], 16) % 2 == 0:
        return
    if not DEVICES:
        DEVICES.append(Device(SANDBOX, WALLET, token("user")))
    intent = DEVICES[0].open_intent(kind, MERCHANT, token("merchant"))
    case.path_parameters = {"id": intent["id"]}
    case.headers["Idempotency-Key"] = key = str(uuid.uuid4())
    case.body = DEVICES[0].decision(kind, intent, key, reason=body.get("reason"))


@schemathesis.check
def nothing_undocumented(context, response, case):
    """The answer holds nothing that the document doesn't name."""
    headers = {name.lower(): values[0] for name, values in response.headers.items()}
    path = urllib.parse.urlsplit(response.request.url).path
    call, problems = CONTRACT.check(response.request.method, path, response.status_code, headers, response.content)
    if call and problems:
        raise AssertionError("; ".join(problems))
