"""How a wallet's ledger may be answered, after a payment whose answer was lost, without the payment being seen in it.

None of it says that the wallet has not paid."""

import copy
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
    is_generic: bool = False


def dated(answer, shift):
    """An answer from so many seconds later than it was; with no shift known, from no time."""
    date = None
    if shift is not None:
        date = formatdate(parsedate_to_datetime(answer.headers["Date"]).timestamp() + shift, usegmt=True)
    return Answer(answer.status, answer.body, answer.headers | {"Date": date, "ETag": None})


def kept(shift):
    """What was answered before the payment, with a date of its own."""
    return lambda call, intent, before: dated(before, shift)


def of(row, intent):
    return (row.get("metadata") or {}).get("payment_intent_id") == intent


def with_rows(answer, change):
    """The answer with other rows; `change` gives each anew, or nothing."""
    document = copy.deepcopy(answer.document)
    if not isinstance(document, dict) or "transactions" not in document:
        return answer
    document["transactions"] = [new for new in map(change, document["transactions"]) if new is not None]
    return Answer(answer.status, write(document), answer.headers)


def altered(**values):
    """The true ledger, in which the payment has other members; one that is `None` is not there."""
    def make(call, intent, before):
        def change(row):
            if not of(row, intent):
                return row
            return {name: value for name, value in (row | values).items() if value is not None}
        return with_rows(call.pass_on(), change)
    return make


def long_row(knows_summary):
    """The true ledger, in which the payment alone is longer than an answer may be, but for its summary."""
    def make(call, intent, before):
        is_summary = dict(urllib.parse.parse_qsl(call.query)).get("fields") == "summary"
        if is_summary and not knows_summary:
            return Answer(400, b'{"success":false,"error":"fields is not known"}')

        def change(row):
            if not of(row, intent):
                return row
            more = {"metadata": None} if is_summary else {"description": "x" * TOO_LONG}
            return {name: value for name, value in (row | more).items() if value is not None}
        return with_rows(call.pass_on(), change)
    return make


def slipped(call, intent, before):
    """There is no feed, and the payment slips past each walk through the list, which counts it."""
    if "page=" not in call.query:
        return Answer(400, b'{"success":false,"error":"page must be a whole number"}')
    return with_rows(call.pass_on(), lambda row: None if of(row, intent) else row)


LEDGERS = [
    *(Ledger(f"as it was, {name}", kept(shift)) for name, shift in {
        "with its date": 0, "an hour ahead": 3600, "an hour behind": -3600, "a minute ahead": 180,
        "without a date": None}.items()),
    *(Ledger(f"its row with {name}", altered(**values)) for name, values in {
        "an unknown currency": {"currency": "QQQ"}, "no currency": {"currency": None}, "no amount": {"amount": None},
        "a word for its amount": {"amount": "much"}, "no metadata": {"metadata": None},
        "other metadata": {"metadata": {"note": "x"}}, "a number for its request": {"metadata": {"payment_intent_id": 7}},
        "metadata as text": {"metadata": "x"}, "no id": {"transaction_id": None}, "no type": {"transaction_type": None},
        "no status": {"status": None},
        "a number for its status": {"status": 7}, "no time": {"created_at": None},
        "neither metadata nor accounts": {"metadata": None, "from_account_id": None, "to_account_id": None},
        "another wallet": {"from_account_id": "x", "to_account_id": "y"}}.items()),
    Ledger("its row too long", long_row(False)),
    Ledger("its row too long but for a summary", long_row(True)),
    Ledger("a list past which it slips", slipped),
]
