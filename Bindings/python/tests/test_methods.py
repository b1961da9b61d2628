"""The methods are those of the messages, and take what those take."""

import inspect
import json
import pathlib

import pytest

import fexwallet
from fexwallet.methods import Methods

SCHEMA = json.loads(
    (pathlib.Path(__file__).parent.parent.parent.parent / "Documentation/wallet-messages.schema.json").read_text())
ELSEWHERE = {"subscribe", "unsubscribe", "cancel", "close"}
PURE = {"version", "parse", "money", "proof.verify"}
TERMS = {"intent", "amount", "currency", "merchant"}


def parameters(function):
    return {name: parameter for name, parameter in inspect.signature(function).parameters.items() if name != "self"}


def required(function):
    return {name for name, parameter in parameters(function).items() if parameter.default is parameter.empty}


def cases():
    for name, method in SCHEMA["x-methods"].items():
        params = SCHEMA["$defs"][method["params"].rpartition("/")[2]]
        if name in PURE:
            yield pytest.param(name, params, fexwallet, id=f"{name}, pure")
        if name not in ELSEWHERE | PURE or name == "proof.verify":
            yield pytest.param(name, params, Methods, id=name)


@pytest.mark.parametrize(("name", "params", "holder"), list(cases()))
def test_each_message_has_its_method(name, params, holder):
    function = getattr(holder, name.replace(".", "_"))
    named, needed = set(parameters(function)), required(function)
    if "terms" in named:
        named, needed = named - {"terms"} | TERMS, needed - {"terms"} | TERMS
    if name == "decline":
        # Nobody is asked how they have agreed to a no.
        named.add("consent")
    assert named - {"prompt"} == set(params.get("properties", {}))
    if name != "proof.verify":
        assert needed - {"prompt"} == set(params.get("required", []))
    assert function.__doc__


def test_a_request_has_what_was_given_and_nothing_else():
    request = Methods.history(None, limit=20, min="1.00")
    assert json.loads(request.encode(7)) == {"id": 7, "method": "history", "params": {"limit": 20, "min": "1.00"}}
    assert json.loads(Methods.status(None).encode(1)) == {"id": 1, "method": "status", "params": {}}


def scanned(**members):
    code = {
        "kind": "merchant", "form": "uri", "intent": "pi_1", "amount": None, "currency": None, "merchant": None,
        "merchant_name": None, "foreign": None, "summary": "", "fetched": True, "matches": True,
        "payment_intent": {
            "id": "pi_1", "merchant_id": "m_1", "amount": "3.70", "currency": "USD", "status": "pending",
            "expires_at": ""}}
    return fexwallet.messages.ScanReport.from_json(code | members)


@pytest.mark.parametrize(("members", "amount", "currency", "merchant"), [
    ({}, "3.70", "USD", "m_1"),
    ({"amount": "4.00", "currency": "EUR", "merchant": "m_2"}, "4.00", "EUR", "m_2"),
    ({"amount": "4.00", "currency": "EUR"}, "4.00", "EUR", "m_1"),
    ({"payment_intent": None}, None, None, None)])
def test_what_a_code_does_not_name_is_taken_from_the_intent_that_was_shown(members, amount, currency, merchant):
    expected = {"intent": "pi_1", "amount": amount, "currency": currency, "merchant": merchant}
    assert json.loads(Methods.pay(None, scanned(**members)).encode(1))["params"] == {
        name: value for name, value in expected.items() if value is not None}
