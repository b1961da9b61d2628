"""How a wallet's ledger may be answered, after a payment whose answer was lost, without the payment being seen in it.

None of it says that the wallet has not paid."""

import urllib.parse
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime

from between import Answer, write

LEDGER = "/wallet/api/v1/transactions"
TOO_LONG = 5 << 20


@dataclass
class Ledger:
    """One way: how it is called, and the answer, of a call, the payment's intent and what was answered before it."""

    name: str
    make: object


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


def slipped(call, intent, before):
    """There is no feed, and the payment slips past each walk through the list, which counts it."""
    if "page=" not in call.query:
        return Answer(400, b'{"success":false,"error":"page must be a whole number"}')
    return with_payment(call.pass_on(), intent, lambda row: None)


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
]
