"""What both ways of watching a topic share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar

from fexwallet import messages
from fexwallet._core import Core

T = TypeVar("T")


def _balance(value: object) -> messages.BalanceValue | None:
    return None if value is None else messages.BalanceValue.from_json(value)


_DECODERS: Final[dict[str, Callable[[object], Any]]] = {
    "approvals": messages.Approvals.from_json, "balance": _balance, "history": messages.History.from_json,
    "outbox": messages.Outbox.from_json, "listening": messages.Listening.from_json,
    "session": messages.SessionState.from_json, "log": messages.LogEntry.from_json}


class Watching(Generic[T]):
    """A subscription to a topic."""

    def __init__(self, wallet: object, core: Core, topic: str) -> None:
        # A wallet that nothing holds is closed.
        self._wallet = wallet
        self._core = core
        self._topic = topic
        self._decoder: Callable[[object], T] = _DECODERS.get(topic, lambda value: value)
        self._mailbox = core.watch(topic, size=256 if topic == "log" else 1)

    def close(self) -> None:
        """Ends the subscription. Dropping it does so too, a little later."""
        self._core.unwatch(self._topic, self._mailbox)
