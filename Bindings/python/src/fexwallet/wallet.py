"""The wallet for programs that wait."""

from __future__ import annotations

import asyncio
import concurrent.futures
import os
import weakref
from collections.abc import Awaitable, Iterator
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Literal, TypeVar, Unpack, overload

from fexwallet import messages
from fexwallet._core import Core
from fexwallet._mailbox import END
from fexwallet._requests import Request, decode
from fexwallet._watching import Watching
from fexwallet.methods import Methods
from fexwallet.opening import Options, open_core

T = TypeVar("T")


class Wallet(Methods):
    """A customer's wallet, whose methods wait for their answers.

    Any thread may call any method at any time. A call ends with its answer, with the wallet (`Closed`), or with an
    exception in the thread that waits, such as `KeyboardInterrupt`: a decision that is on disk still takes effect.

    A wallet that is dropped, or open when the interpreter exits, is closed. To a child of the process it is `Closed`.
    """

    def __init__(self, core: Core, opened: messages.Opened) -> None:
        """`Wallet.open` makes wallets."""
        self._core = core
        self._closing = weakref.finalize(self, core.close)
        #: The library's version, and whether the wallet's database was damaged and has been repaired.
        self.opened = opened

    @classmethod
    def open(cls, folder: str | os.PathLike[str], **options: Unpack[Options]) -> Wallet:
        """Opens the wallet of a folder, which is made for its owner alone if it isn't there.

        Raises `WalletError`, such as `already_open`, and `LibraryError`.
        """
        core = open_core(folder, options, _run)
        try:
            return cls(core, decode(messages.Opened.from_json, _wait(core.opening)))
        except BaseException:
            core.close()
            raise

    def close(self) -> None:
        """Ends all work, and returns when the wallet's files are closed. What was decided and not sent stays there."""
        self._core.close()
        self._closing.detach()

    def __enter__(self) -> Wallet:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @overload
    def watch(self, topic: Literal["approvals"]) -> Watch[messages.Approvals]: ...
    @overload
    def watch(self, topic: Literal["balance"]) -> Watch[messages.BalanceValue | None]: ...
    @overload
    def watch(self, topic: Literal["history"]) -> Watch[messages.History]: ...
    @overload
    def watch(self, topic: Literal["outbox"]) -> Watch[messages.Outbox]: ...
    @overload
    def watch(self, topic: Literal["listening"]) -> Watch[messages.Listening]: ...
    @overload
    def watch(self, topic: Literal["session"]) -> Watch[messages.SessionState]: ...
    @overload
    def watch(self, topic: Literal["log"]) -> Watch[messages.LogEntry]: ...
    def watch(self, topic: str) -> Watch[Any]:
        """The values of a topic, beginning with the present one. Raises `Closed`.

        A value that was not taken yet is replaced by a newer one; of `log` the newest 256 are kept.
        """
        return Watch(self, self._core, topic)

    def _perform(self, request: Request[T]) -> T:
        if request.prompt is None:
            return request.decode(_wait(self._core.request(request)))
        pages = self._core.watch_login()
        answer = self._core.request(request)
        answer.add_done_callback(lambda _: pages.end())
        try:
            while (page := _wait(pages.take())) is not END:
                request.prompt(decode(messages.LoginPrompt.from_json, page))
        except BaseException:
            answer.cancel()
            raise
        return request.decode(_wait(answer))


class Watch(Watching[T], Iterator[T]):
    """Iterates over the values of a topic: until the wallet is closed, or raises the error that ends the subscription.

    One thread takes values at a time; `close` may be called on any.
    """

    _next: Future[Any] | None = None

    def __next__(self) -> T:
        return self.next()

    def next(self, timeout: float | None = None) -> T:
        """The next value, waiting for it at most so many seconds.

        Raises `TimeoutError`, `StopIteration` where the wallet or this was closed, and what ends the subscription.
        """
        self._core.check_process()
        self._next = self._next or self._mailbox.take()
        # Where this ends without a value, the next one is for the next wait.
        if not concurrent.futures.wait([self._next], timeout).done:
            raise TimeoutError
        taken, self._next = self._next, None
        value = taken.result()
        if value is END:
            raise StopIteration
        return decode(self._decoder, value)


def _wait(future: Future[Any]) -> Any:
    """The result. Where the wait is interrupted nobody wants it any more."""
    try:
        return future.result()
    except BaseException:
        future.cancel()
        raise


def _run(awaitable: Awaitable[Any]) -> Any:
    async def finish() -> Any:
        return await awaitable

    return asyncio.run(finish())
