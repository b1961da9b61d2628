"""What lies between the thread that receives and whoever watches a topic."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future
from typing import Any

from fexwallet.errors import WalletError

#: What is taken from a mailbox when nothing more will come.
END = object()


class Mailbox:
    """The newest values that have come and were not taken, as many as fit. One thread takes at a time."""

    def __init__(self, size: int) -> None:
        self._lock = threading.Lock()
        self._values: deque[object] = deque(maxlen=size)
        self._waiter: Future[Any] | None = None
        self._last: object = None

    def put(self, value: object) -> None:
        with self._lock:
            if self._last is None and not self._resume(value):
                self._values.append(value)

    def end(self, error: WalletError | None = None) -> None:
        """Nothing more will come. What is there can still be taken, then the error."""
        with self._lock:
            if self._last is None:
                self._last = error or END
                if self._resume(self._last):
                    self._last = END

    def take(self) -> Future[Any]:
        """The oldest value, once there is one. Cancelling the future loses none."""
        future: Future[Any] = Future()
        with self._lock:
            if self._values:
                future.set_result(self._values.popleft())
            elif self._last is not None:
                _resolve(future, self._last)
                self._last = END
            else:
                self._waiter = future
        return future

    def _resume(self, value: object) -> bool:
        """Whether somebody was waiting, and has got it."""
        waiter, self._waiter = self._waiter, None
        if waiter is None or not waiter.set_running_or_notify_cancel():
            return False
        _resolve(waiter, value)
        return True


def _resolve(future: Future[Any], value: object) -> None:
    if isinstance(value, WalletError):
        future.set_exception(value)
    else:
        future.set_result(value)
