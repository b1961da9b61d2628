"""Requests: how they are written, and what their answers mean."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from fexwallet.errors import WalletError, internal
from fexwallet.messages import LoginPrompt

T = TypeVar("T")


@dataclass(frozen=True)
class Request(Generic[T]):
    """A method with its parameters, those that are None being left out, and how its result is read."""

    method: str
    params: Mapping[str, object]
    decoder: Callable[[Any], T]
    prompt: Callable[[LoginPrompt], object] | None = None

    def encode(self, number: int) -> bytes:
        params = {name: value for name, value in self.params.items() if value is not None}
        return encode({"id": number, "method": self.method, "params": params})

    def decode(self, result: object) -> T:
        return decode(self.decoder, result)


def encode(message: Mapping[str, object]) -> bytes:
    """Raises `WalletError` with the code `not_a_message` for what JSON can't say, such as half of a surrogate pair."""
    try:
        return json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise WalletError("not_a_message", f"a parameter can't be written as JSON: {error}") from error


def decode(decoder: Callable[[Any], T], value: object) -> T:
    """Raises `WalletError` with the code `internal` where the value is of the wrong shape."""
    try:
        return decoder(value)
    except WalletError:
        raise
    except Exception as error:
        raise internal(f"the wallet's answer has the wrong shape: {error}") from error


def outcome(answer: Mapping[str, object]) -> object:
    """The result of an answer. Raises its error."""
    if "error" in answer:
        raise WalletError.from_document(answer["error"])
    if "result" in answer:
        return answer["result"]
    raise internal("the wallet's answer has neither a result nor an error")
