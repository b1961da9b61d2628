"""How a wallet's ledger may be answered, after a payment whose answer was lost, without the payment being seen in it.

None of it says that the wallet has not paid. Some of it lies in one form of the ledger alone, the change feed or the
published list, dated as of now: then the other form tells of the payment."""

import urllib.parse
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime

from between import Answer, write

LEDGER = "/wallet/api/v1/transactions"
TOO_LONG = 5 << 20


@dataclass
class Ledger:
    """One way: how it is called, and the answer, of a call, the payment's intent and what was answered before it; whether the
    payment can be seen in another answer meanwhile."""

    name: str
    make: object
    tells: bool = False


def kept(shift):
    """What was answered before the payment, with a date so many seconds later than its own; for `None`, without one."""
    def make(call, intent, before):
        date = None
        if shift is not None:
            date = formatdate(parsedate_to_datetime(before.headers["Date"]).timestamp() + shift, usegmt=True)
        return Answer(before.status, before.body, before.headers | {"Date": date, "ETag": None})
    return make


def with_payment(answer, intent, change):
    """The answer with what `change` makes of the payment's row; where that is nothing, without it."""
    document = answer.document
    rows = document.get("transactions") if isinstance(document, dict) else None
    if rows is None:
        return answer
    is_payment = lambda row: (row.get("metadata") or {}).get("payment_intent_id") == intent
    changed = [change(row) if is_payment(row) else row for row in rows]
    document["transactions"] = [row for row in changed if row is not None]
    return Answer(answer.status, write(document), answer.headers)


def put(**values):
    """A change: the row has other members; one that is `None` is not there."""
    return lambda row: {name: value for name, value in (row | values).items() if value is not None}


def altered(**values):
    """The true ledger, in which the payment has other members."""
    return lambda call, intent, before: with_payment(call.pass_on(), intent, put(**values))


def long_row(knows_summary):
    """The true ledger, in which the payment alone is longer than an answer may be, but for its summary."""
    def make(call, intent, before):
        is_summary = dict(urllib.parse.parse_qsl(call.query)).get("fields") == "summary"
        if is_summary and not knows_summary:
            return Answer(400, b'{"success":false,"error":"fields is not known"}')
        more = {"metadata": None} if is_summary else {"description": "x" * TOO_LONG}
        return with_payment(call.pass_on(), intent, put(**more))
    return make


def without(call, intent, before):
    """The true ledger without the payment's row."""
    return with_payment(call.pass_on(), intent, lambda row: None)


def slipped(call, intent, before):
    """There is no feed, and the payment slips past each walk through the list, which counts it."""
    if "page=" not in call.query:
        return Answer(400, b'{"success":false,"error":"page must be a whole number"}')
    return without(call, intent, before)


def in_feed(make):
    """The feed is answered so, the published list by the platform."""
    return lambda call, intent, before: call.pass_on() if "page=" in call.query else make(call, intent, before)


def in_list(make):
    """The published list is answered so, and the feed leaves the payment out."""
    def both(call, intent, before):
        return make(call, intent, before) if "page=" in call.query else without(call, intent, before)
    return both


def twice(call, intent, before):
    """The true ledger, in which the payment's row stands twice, with another amount at first."""
    answer = call.pass_on()
    document = answer.document
    rows = document.get("transactions") or []
    document["transactions"] = [copy for row in rows for copy in (row | {"amount": "0.01"}, row)]
    return Answer(answer.status, write(document), answer.headers)


def dated_now(status, body="", **headers):
    """An answer of something on the way, whatever it had kept."""
    return lambda call, intent, before: Answer(
        status, body.encode(), before.headers | {"Date": call.pass_on().headers["Date"], "ETag": None} | headers)


def old_as_of_now(call, intent, before):
    """What was answered before the payment, dated as of now."""
    return dated_now(before.status, before.body.decode())(call, intent, before)


def page(next, has_more="false"):
    """A page of the feed without rows."""
    return f'{{"success":true,"transactions":[],"next":{next},"has_more":{has_more}}}'


EMPTY_LIST = '{"success":true,"transactions":[],"page":1,"limit":20,"total":0,"total_pages":0}'

ONE_SIDED = {
    "old and dated as of now": old_as_of_now, "unchanged": dated_now(304), "empty from the beginning": dated_now(200, page(0)),
    "empty and far ahead": dated_now(200, page(10**9)), "empty with more to come": dated_now(200, page(10**9, "true")),
    "without the row": without, "with the row twice": twice, "a page for people": dated_now(200, "<html>"),
    "503": dated_now(503, "{}"), "404": dated_now(404, "{}"), "400": dated_now(400, '{"success":false,"error":"after"}'),
    "with another amount": altered(amount="0.01"), "with another currency": altered(currency="JPY", amount="3"),
    "with another type": altered(transaction_type="refund"), "with another status": altered(status="failed"),
    "with another time": altered(created_at="2020-01-01T00:00:00Z"),
    "with another request": altered(metadata={"payment_intent_id": "pi_another"}),
    "with another payer": altered(from_account_id=None, to_account_id=None, metadata=None),
}

LEDGERS = [
    # Two minutes pass until it is answered.
    *(Ledger(f"as it was, {name}", kept(shift)) for name, shift in {
        "with its date": 0, "an hour ahead": 3720, "an hour behind": -3480, "a minute ahead": 180,
        "without a date": None}.items()),
    *(Ledger(f"its row with {name}", altered(**values)) for name, values in {
        "an unknown currency": {"currency": "QQQ"}, "no currency": {"currency": None}, "no amount": {"amount": None},
        "a word for its amount": {"amount": "much"}, "no metadata": {"metadata": None},
        "other metadata": {"metadata": {"note": "x"}}, "a number for its request": {"metadata": {"payment_intent_id": 7}},
        "metadata as text": {"metadata": "x"}, "no id": {"transaction_id": None}, "no type": {"transaction_type": None},
        "no status": {"status": None}, "a number for its status": {"status": 7}, "no time": {"created_at": None},
        "neither metadata nor accounts": {"metadata": None, "from_account_id": None, "to_account_id": None},
        "another wallet": {"from_account_id": "x", "to_account_id": "y"}}.items()),
    Ledger("its row too long", long_row(False)),
    Ledger("its row too long but for a summary", long_row(True)),
    Ledger("a list past which it slips", slipped),
    *(Ledger(f"a feed that is {name}", in_feed(make), tells=True) for name, make in ONE_SIDED.items()),
    Ledger("kept for a minute in both forms", in_list(dated_now(200, EMPTY_LIST, Age="60"))),
    *(Ledger(f"a list that is {name}, a feed without the row", in_list(make)) for name, make in {
        "unchanged": dated_now(304), "the feed's": dated_now(200, page(0)), "refused": dated_now(404, "{}"),
        "out of order": dated_now(503, "{}"), "a page for people": dated_now(200, "<html>"),
        "with another amount": altered(amount="0.01"), "without metadata": altered(metadata=None),
        "with an unknown currency": altered(currency="QQQ"), "another type": altered(transaction_type="refund")}.items()),
]
