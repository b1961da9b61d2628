"""What needs no wallet, no file and no network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypeVar

from fexwallet import _library, messages
from fexwallet._requests import Request, outcome
from fexwallet.errors import internal
from fexwallet.methods import verification

T = TypeVar("T")


def version() -> messages.Version:
    """The library's version, and that of its interface. Raises `LibraryError`."""
    return _execute(Request("version", {}, messages.Version.from_json))


def parse(code: str) -> messages.ScanReport:
    """What a code is, without asking anybody. Raises `WalletError`, such as `unusable_code`."""
    return _execute(Request("parse", {"code": code}, messages.ScanReport.from_json))


def money(text: str, currency: str) -> messages.MoneyText:
    """An amount as people write it (`35.5`), in its forms. Raises `WalletError`, `bad_parameter` for what is none."""
    return _execute(Request("money", {"text": text, "currency": currency}, messages.MoneyText.from_json))


def proof_verify(
    proof: messages.Proof | Mapping[str, object], keys: Mapping[str, object]
) -> messages.ProofVerification:
    """Whether one of the keys, a JWK set, has signed what a proof says."""
    return _execute(verification(proof, keys))


def _execute(request: Request[T]) -> T:
    answer = json.loads(_library.library().execute(request.encode(1)))
    if not isinstance(answer, dict):
        raise internal("the library's answer is no message")
    return request.decode(outcome(answer))
