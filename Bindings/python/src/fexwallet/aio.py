"""The wallet for asyncio."""

from __future__ import annotations

import asyncio
import os
import weakref
from collections.abc import AsyncIterator, Awaitable
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


class AsyncWallet(Methods):
    """A customer's wallet, whose methods are to be awaited.

    It is used on the event loop that opened it, by any of its tasks. Cancelling a task ends the waiting of its call at
    once; a decision that is on disk still takes effect: `outbox` and `show` tell. Handlers (`signer`, `secrets`,
    `http`) are called on threads of their own; those that are `async def` run on the loop.

    A wallet that is dropped, or open when the interpreter exits, is closed. To a child of the process it is `Closed`.
    """

    def __init__(self, core: Core, opened: messages.Opened) -> None:
        """`AsyncWallet.open` makes wallets."""
        self._core = core
        self._closing = weakref.finalize(self, core.close)
        #: The library's version, and whether the wallet's database was damaged and has been repaired.
        self.opened = opened

    @classmethod
    async def open(cls, folder: str | os.PathLike[str], **options: Unpack[Options]) -> AsyncWallet:
        """Opens the wallet of a folder, which is made for its owner alone if it isn't there.

        Raises `WalletError`, such as `already_open`, and `LibraryError`.
        """
        loop = asyncio.get_running_loop()

        async def finish(awaitable: Awaitable[Any]) -> Any:
            return await awaitable

        core = open_core(
            folder, options, lambda awaitable: asyncio.run_coroutine_threadsafe(finish(awaitable), loop).result())
        try:
            return cls(core, decode(messages.Opened.from_json, await asyncio.wrap_future(core.opening)))
        except BaseException:
            await asyncio.shield(asyncio.to_thread(core.close))
            raise

    async def close(self) -> None:
        """Ends all work, and returns when the wallet's files are closed. What was decided and not sent stays there."""
        await asyncio.shield(asyncio.to_thread(self._core.close))
        self._closing.detach()

    async def __aenter__(self) -> AsyncWallet:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    @overload
    def watch(self, topic: Literal["approvals"]) -> AsyncWatch[messages.Approvals]: ...
    @overload
    def watch(self, topic: Literal["balance"]) -> AsyncWatch[messages.BalanceValue | None]: ...
    @overload
    def watch(self, topic: Literal["history"]) -> AsyncWatch[messages.History]: ...
    @overload
    def watch(self, topic: Literal["outbox"]) -> AsyncWatch[messages.Outbox]: ...
    @overload
    def watch(self, topic: Literal["listening"]) -> AsyncWatch[messages.Listening]: ...
    @overload
    def watch(self, topic: Literal["session"]) -> AsyncWatch[messages.SessionState]: ...
    @overload
    def watch(self, topic: Literal["log"]) -> AsyncWatch[messages.LogEntry]: ...
    def watch(self, topic: str) -> AsyncWatch[Any]:
        """The values of a topic, beginning with the present one. Raises `Closed`.

        A value that was not taken yet is replaced by a newer one; of `log` the newest 256 are kept.
        """
        return AsyncWatch(self, self._core, topic)

    async def _perform(self, request: Request[T]) -> T:
        if request.prompt is None:
            return request.decode(await asyncio.wrap_future(self._core.request(request)))
        pages = self._core.watch_login()
        answer = self._core.request(request)
        answer.add_done_callback(lambda _: pages.end())
        try:
            while (page := await asyncio.wrap_future(pages.take())) is not END:
                request.prompt(decode(messages.LoginPrompt.from_json, page))
        except BaseException:
            answer.cancel()
            raise
        return request.decode(await asyncio.wrap_future(answer))


class AsyncWatch(Watching[T], AsyncIterator[T]):
    """Iterates over the values of a topic: until the wallet is closed, or raises the error that ends the subscription.

    One task takes values at a time. A wait that is cancelled loses no value.
    """

    _next: asyncio.Future[Any] | None = None

    async def __anext__(self) -> T:
        self._core.check_process()
        self._next = self._next or asyncio.wrap_future(self._mailbox.take())
        # Unlike awaiting it, this leaves the future as it is when the task is cancelled.
        await asyncio.wait([self._next])
        taken, self._next = self._next, None
        value = taken.result()
        if value is END:
            raise StopAsyncIteration
        return decode(self._decoder, value)
