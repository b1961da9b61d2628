"""What a middlebox may answer to a decision in the platform's place, by name."""

import copy
import json
import time
import uuid
from dataclasses import dataclass
from decimal import Decimal
from email.utils import formatdate

from between import Answer, parse, write

STATUSES = (
    200, 201, 202, 204, 301, 302, 307, 400, 401, 403, 404, 405, 407, 409, 413, 422, 425, 429, 451, 500, 502, 503, 504)
PAGE = b"<!doctype html><title>Sign in to the network</title><h1>Welcome</h1><form method=post></form>"
# What anything on the way may say, and the platform never as its word on a decision.
SHAPES = {
    "empty": b"", "{}": b"{}", "a page": PAGE, "no code": b'{"success":false,"error":"x"}',
    "unheard-of code": b'{"success":false,"code":"unheard_of","error":"x"}'}
OPEN = {"pay": "pending", "approve": "pending_approval", "decline": "pending_approval"}
DONE = {"pay": "completed", "approve": "completed", "decline": "declined"}
NOTHING, TRUE, EITHER = "says nothing", "is true", "may count"


@dataclass
class Given:
    """An answer of the table: what it is called, how it is made, and what it is worth.

    `make` gets a `Scene`. `work` limits it to calls passed on (`after`) or not (`before`); `kinds` to some decisions.
    """

    name: str
    make: object
    worth: str = NOTHING
    work: tuple = ("before", "after")
    kinds: tuple = ("pay", "approve", "decline")
    is_generic: bool = False


class Scene:
    """What an answer is made of: the call, and the true answer, or one that would be true had the work been done."""

    def __init__(self, call, intent, wallet, truth, older):
        self.kind = call.decides
        self.wallet = wallet
        self.older = older
        self.truth = truth or self.plausible(intent)

    def plausible(self, intent):
        done = copy.deepcopy(intent) | {"status": DONE[self.kind]}
        answer = {"success": True, "payment_intent": done, "replayed": False}
        if self.kind != "decline":
            done["completed_by"] = self.wallet
            answer["transaction"] = {
                "seq": 1_000_000, "transaction_id": str(uuid.uuid4()), "transaction_type": "payment",
                "status": "completed", "amount": str(intent["amount"]), "currency": intent["currency"],
                "from_account_id": self.wallet, "to_account_id": intent["merchant_id"],
                "metadata": {"payment_intent_id": intent["id"]}, "created_at": intent["updated_at"],
                "completed_at": intent["updated_at"]}
        return answer

    def changed(self, change, status=200, **headers):
        """The true answer with one thing changed."""
        answer = copy.deepcopy(self.truth)
        change(answer)
        return Answer(status, write(answer), headers)


def generic(status, shape):
    """An answer that has nothing to do with what was asked."""
    headers = {}
    if SHAPES[shape] == PAGE:
        headers["Content-Type"] = "text/html; charset=utf-8"
    if 300 <= status < 400:
        headers["Location"] = "/sign-in"
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="elsewhere"'
    if status == 407:
        headers["Proxy-Authenticate"] = 'Basic realm="office"'
    return Answer(status, SHAPES[shape], headers)


def generics():
    for status in STATUSES:
        for shape in SHAPES if status != 204 else ("empty",):
            yield Given(
                f"{status} {shape}", lambda scene, status=status, shape=shape: generic(status, shape), is_generic=True)
    for status in (429, 503):
        yield Given(
            f"{status} Retry-After 600", lambda scene, status=status: Answer(status, b"", {"Retry-After": "600"}))
        yield Given(f"{status} Retry-After a date", lambda scene, status=status: Answer(
            status, b"", {"Retry-After": formatdate(time.time() + 600, usegmt=True)}))


def put(path, value):
    """A change: the member at `path`, with dots between, becomes `value`, or what `value` makes of it."""
    *folders, name = path.split(".")

    def change(answer):
        for folder in folders:
            answer = answer[folder]
        answer[name] = value(answer.get(name)) if callable(value) else value
    return change


def remove(*paths):
    def change(answer):
        for path in paths:
            *folders, name = path.split(".")
            place = answer
            for folder in folders:
                place = place.get(folder, {})
            place.pop(name, None)
    return change


def contradictions():
    """Successes with one thing in them that is not so."""
    moved = ("pay", "approve")
    more = lambda amount: Decimal(str(amount)) + 1
    stranger = str(uuid.uuid4())
    changes = {
        "success false": put("success", False), "success as text": put("success", "true"),
        "no success": remove("success"), "no intent": remove("payment_intent"),
        "intent null": put("payment_intent", None),
        "another amount": put("payment_intent.amount", more), "amount null": put("payment_intent.amount", None),
        "amount x 100": put("payment_intent.amount", lambda amount: Decimal(str(amount)) * 100),
        "another currency": put("payment_intent.currency", "EUR"),
        "unknown currency": put("payment_intent.currency", "QQQ"),
        "another merchant": put("payment_intent.merchant_id", stranger),
        "another intent": put("payment_intent.id", stranger),
        "completed by another": put("payment_intent.completed_by", stranger)}
    for status in ("pending", "pending_approval", "cancelled", "expired", "refunded", "processing", "COMPLETED", ""):
        changes[f"status {status or 'empty'}"] = put("payment_intent.status", status)
    for name, change in changes.items():
        yield Given(f"200 {name}", lambda scene, change=change: scene.changed(change))
    yield Given("200 declined", lambda scene: scene.changed(put("payment_intent.status", "declined")), kinds=moved)
    yield Given(
        "200 completed", lambda scene: scene.changed(put("payment_intent.status", "completed")), kinds=("decline",))
    for name, change in {
        "intent": put("transaction.metadata.payment_intent_id", stranger),
        "wallet": put("transaction.from_account_id", stranger),
        "amount": put("transaction.amount", lambda amount: str(more(amount)))}.items():
        yield Given(
            f"200 transaction of another {name}", lambda scene, change=change: scene.changed(change), kinds=moved)
    yield Given("200 an older answer", lambda scene: Answer(200, scene.older))
    yield Given("200 the intent as it was", lambda scene: scene.changed(lambda answer: (
        put("payment_intent.status", OPEN[scene.kind])(answer),
        remove("payment_intent.completed_by", "transaction")(answer))))
    for status in (201, 202, 203, 206):
        yield Given(f"{status} the true body", lambda scene, status=status: scene.changed(lambda answer: None, status))


def odd_bodies():
    """Bodies that are no answer."""
    def wrapped(scene):
        return Answer(200, b"[" + write(scene.truth) + b"]")

    def cut(scene):
        return Answer(200, write(scene.truth)[:-40], is_cut=True)

    def torn(scene):
        return Answer(200, write(scene.truth)[:-40])

    yield Given("200 an array around it", wrapped)
    yield Given("200 []", lambda scene: Answer(200, b"[]"))
    yield Given("200 null", lambda scene: Answer(200, b"null"))
    yield Given("200 text", lambda scene: Answer(200, b'"ok"'))
    yield Given("200 cut", cut)
    yield Given("200 torn JSON", torn)
    yield Given("200 no UTF-8", lambda scene: Answer(200, b'{"success":true,"x":"\xff\xfe"}'))
    yield Given("200 huge page", lambda scene: Answer(200, PAGE * 100_000, {"Content-Type": "text/html"}))
    yield Given("403 huge", lambda scene: Answer(
        403, b'{"success":false,"error":"' + b"x" * 8_000_000 + b'"}'))
    yield Given("200 a page that says it is JSON", lambda scene: Answer(200, PAGE))
    yield Given(
        "200 true, called text/html", lambda scene: scene.changed(lambda answer: None, **{"Content-Type": "text/html"}),
        worth=EITHER, work=("after",))


def half_refusals():
    """Refusals that lack what makes one the platform's word: 4xx, `success: false`, a code of the list."""
    coded = {"success": False, "error": "x", "code": "insufficient_balance"}
    for name, status, body in [
        ("200 with a code", 200, coded), ("500 with a code", 500, coded), ("503 with a code", 503, coded),
        ("302 with a code", 302, coded), ("409 success true", 409, coded | {"success": True}),
        ("409 no success", 409, {"error": "x", "code": "intent_expired"}),
        ("422 success as text", 422, coded | {"success": "false"}),
        ("422 code in capitals", 422, coded | {"code": "INSUFFICIENT_BALANCE"}),
        ("422 code with spaces", 422, coded | {"code": " insufficient_balance "}),
        ("422 code null", 422, coded | {"code": None}), ("422 code empty", 422, coded | {"code": ""}),
        ("422 code a number", 422, coded | {"code": 422}), ("422 codes", 422, coded | {"code": ["terms_changed"]}),
        ("422 in an array", 422, [coded]), ("422 nested", 422, {"error": coded}),
        ("409 currency_mismatch", 409, coded | {"code": "currency_mismatch"}),
    ]:
        yield Given(name, lambda scene, status=status, body=body: Answer(status, json.dumps(body).encode()))


def true_with_little():
    """True answers that lack what is optional: they count."""
    slim = remove(
        "transaction", "payment_intent.completed_by", "payment_intent.metadata", "payment_intent.updated_at",
        "payment_intent.qr_data", "payment_intent.qr_code_url", "payment_intent.description")
    as_text = put("payment_intent.amount", lambda amount: str(amount))
    for name, change in {
        "no transaction": remove("transaction"), "no completed_by": remove("payment_intent.completed_by"),
        "little in it": slim, "amount as text": as_text, "replayed true": put("replayed", True),
        "no replayed": remove("replayed"), "replayed null": put("replayed", None),
        "transaction null": put("transaction", None), "more in it": put("payment_intent.colour", {"blue": 1}),
    }.items():
        yield Given(f"200 {name}", lambda scene, change=change: scene.changed(change), worth=TRUE, work=("after",))
    yield Given("200 honest", lambda scene: scene.changed(lambda answer: None), worth=TRUE, work=("after",))


def table():
    """All answers, each once."""
    rows = [*generics(), *contradictions(), *odd_bodies(), *half_refusals(), *true_with_little()]
    assert len({row.name for row in rows}) == len(rows), "each answer has its own name"
    return rows
