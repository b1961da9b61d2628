"""What both wallets stand on: a thread for each wallet, which receives and hands on answers, events and questions."""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
import logging
import os
import threading
import weakref
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

from fexwallet._library import Handle
from fexwallet._mailbox import END, Mailbox
from fexwallet._requests import Request, encode, outcome
from fexwallet.errors import Closed, WalletError
from fexwallet.host import Host

#: How long a wallet is given to answer what is in flight before its handle is taken from it.
_PATIENCE = 10.0
_log = logging.getLogger("fexwallet")


class _Topic:
    """A subscription. Mailboxes that nobody holds any more leave it by themselves."""

    def __init__(self) -> None:
        self.mailboxes: weakref.WeakSet[Mailbox] = weakref.WeakSet()
        self.newest: object = END


class Core:
    """A wallet's handle, and what is in flight on it. Every call may be made on any thread."""

    def __init__(self, handle: Handle, host: Host) -> None:
        self._handle = handle
        self._host = host
        self._process = os.getpid()
        # Reentrant: the garbage collector may close the wallet in the midst of any call.
        self._lock = threading.RLock()
        self._numbers = itertools.count(1)
        #: The answer to opening the wallet.
        self.opening: Future[Any] = Future()
        self._requests = {0: self.opening}
        self._topics: dict[str, _Topic] = {}
        self._logins: weakref.WeakSet[Mailbox] = weakref.WeakSet()
        self._is_over = False
        # At its exit the interpreter waits for threads that are no daemons, and closes wallets only then.
        self._thread = threading.Thread(target=self._receive, name="fexwallet", daemon=True)
        self._thread.start()

    def check_process(self) -> None:
        """Raises `Closed` in a child of the process that opened the wallet. No lock can be relied on there."""
        if os.getpid() != self._process:
            raise Closed(message="the wallet belongs to the process that this one was forked from")

    # MARK: Requests

    def request(self, request: Request[Any]) -> Future[Any]:
        """Sends a request. The future brings the result as it came, or the error. Cancelling it ends the waiting.

        Raises `Closed`, and `WalletError` where it can't be sent.
        """
        self.check_process()
        number = next(self._numbers)
        message = request.encode(number)
        future: Future[Any] = Future()
        with self._lock:
            if self._is_over:
                raise Closed()
            self._requests[number] = future
        future.add_done_callback(functools.partial(self._withdraw, number))
        try:
            self._handle.send(message)
        except WalletError:
            self._requests.pop(number, None)
            raise
        except BaseException:
            # Interrupted, perhaps when it had been sent.
            future.cancel()
            raise
        return future

    def _withdraw(self, number: int, future: Future[Any]) -> None:
        if future.cancelled():
            self._requests.pop(number, None)
            self._tell({"method": "cancel", "params": {"id": number}})

    def _tell(self, message: Mapping[str, object]) -> None:
        """Sends what has no answer, or none that anybody waits for. A wallet that is closed need not hear it."""
        with contextlib.suppress(WalletError):
            self._handle.send(encode(message))

    # MARK: Topics

    def watch(self, topic: str, size: int) -> Mailbox:
        """A mailbox for a topic's values, which begin with the newest that there is. Raises `Closed`.

        The subscription ends with `unwatch`, and when nothing holds the mailbox any more.
        """
        self.check_process()
        mailbox = Mailbox(size)
        with self._lock:
            subscription = self._topics.get(topic)
            if subscription is None:
                # Sent under the lock, as is `unsubscribe`: the wallet sees them in the order in which they count here.
                answer = self.request(Request("subscribe", {"topic": topic}, dict))
                self._topics[topic] = subscription = _Topic()
                answer.add_done_callback(functools.partial(self._subscribed, topic, subscription))
            elif subscription.newest is not END:
                mailbox.put(subscription.newest)
            subscription.mailboxes.add(mailbox)
        return mailbox

    def watch_login(self) -> Mailbox:
        """A mailbox for the pages of logins, which come without a subscription."""
        mailbox = Mailbox(1)
        with self._lock:
            self._logins.add(mailbox)
        return mailbox

    def unwatch(self, topic: str, mailbox: Mailbox) -> None:
        mailbox.end()
        with self._lock:
            if subscription := self._topics.get(topic):
                subscription.mailboxes.discard(mailbox)
                self._unsubscribe_unless_watched(topic, subscription)

    def _unsubscribe_unless_watched(self, topic: str, subscription: _Topic) -> None:
        if not subscription.mailboxes:
            del self._topics[topic]
            self._tell({"id": next(self._numbers), "method": "unsubscribe", "params": {"topic": topic}})

    def _subscribed(self, topic: str, subscription: _Topic, answer: Future[Any]) -> None:
        error = answer.exception()
        if isinstance(error, WalletError):
            # Nobody but the wallet that closes cancels it.
            is_closing = error.code in ("cancelled", "closed")
            self._end_topic(topic, subscription, None if is_closing else error)

    def _end_topic(self, topic: str, subscription: _Topic, error: WalletError | None = None) -> None:
        with self._lock:
            if self._topics.get(topic) is subscription:
                del self._topics[topic]
            for mailbox in subscription.mailboxes:
                mailbox.end(error)

    # MARK: Receiving

    def _receive(self) -> None:
        try:
            while (message := self._handle.receive()) is not None:
                try:
                    if not self._hand_on(json.loads(message)):
                        break
                except Exception as error:
                    # Without what it said, which may be a secret.
                    _log.warning("a message of the wallet was dropped: %s", type(error).__name__)
        finally:
            self._end()

    def _hand_on(self, message: Any) -> bool:
        """Returns whether another message follows."""
        match message:
            case {"closed": True}:
                return False
            case {"event": "login", "value": page}:
                with self._lock:
                    for mailbox in self._logins:
                        mailbox.put(page)
            case {"event": str(topic)}:
                self._take_event(topic, message)
            case {"ask": str(question), "id": int(number)}:
                asked = (question, number, message.get("params"))
                threading.Thread(target=self._answer, name="fexwallet question", args=asked, daemon=True).start()
            case {"id": None, "error": error}:
                _log.warning("the wallet refused a message: %s", WalletError.from_document(error))
            case {"id": int(number)} if not isinstance(number, bool) and message.keys().isdisjoint({"ask", "event"}):
                self._resolve(number, message)
            case _:
                raise ValueError("none of the kinds of messages")
        return True

    def _resolve(self, number: int, answer: Mapping[str, object]) -> None:
        future = self._requests.pop(number, None)
        # One that was cancelled, or answered before.
        if future is None or not future.set_running_or_notify_cancel():
            return
        try:
            result = outcome(answer)
        except WalletError as error:
            future.set_exception(error)
        else:
            future.set_result(result)

    def _take_event(self, topic: str, event: Mapping[str, object]) -> None:
        with self._lock:
            subscription = self._topics.get(topic)
            if subscription is None:
                return
            if "error" in event:
                self._end_topic(topic, subscription, WalletError.from_document(event["error"]))
                return
            subscription.newest = event["value"]
            for mailbox in subscription.mailboxes:
                mailbox.put(subscription.newest)
            self._unsubscribe_unless_watched(topic, subscription)

    def _answer(self, question: str, number: int, params: object) -> None:
        answer = self._host.answer(question, params)
        try:
            self._handle.send(encode({"answer": number, **answer}))
        except WalletError as error:
            # What the host said may be no message, such as one that is too long. The wallet shall not wait for another.
            self._tell({"answer": number, "error": {"code": error.code, "message": error.message}})

    def _end(self) -> None:
        with self._lock:
            self._is_over = True
            requests, self._requests = list(self._requests.values()), {}
            for topic, subscription in list(self._topics.items()):
                self._end_topic(topic, subscription)
        for future in requests:
            if future.set_running_or_notify_cancel():
                future.set_exception(Closed(money="unknown"))

    # MARK: Closing

    def close(self) -> None:
        """Ends all work, and waits until the wallet's files are closed. Before that, what is in flight is answered."""
        if os.getpid() != self._process:
            return
        self._tell({"id": next(self._numbers), "method": "close"})
        if threading.current_thread() is not self._thread:
            self._thread.join(_PATIENCE)
        self._handle.close()
        if threading.current_thread() is not self._thread:
            self._thread.join(_PATIENCE)
