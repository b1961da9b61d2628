"""What a host may do in the wallet's place: keep the device's key, keep secrets, make calls."""

from __future__ import annotations

import base64
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, TypeVar

T = TypeVar("T")
#: What a handler returns: at once, or, from an `async def`, later.
Eventually: TypeAlias = T | Awaitable[T]
_log = logging.getLogger("fexwallet")


class HostError(Exception):
    """Raised by a handler: says to the wallet by its code what is wrong.

    Of the key `signing_declined`, `signer_locked`, `signer_failed`; of secrets `locked`, `secret_store_unavailable`,
    `secret_store_failed`; of calls `unreachable`, `timed_out`, `connection_lost`, `insecure`, `malformed_answer`,
    `body_too_large`. Whatever else a handler raises is `signer_failed`, `secret_store_failed` or `connection_lost`.

    `may_have_been_sent` is False only where no byte of a call has left: then the wallet knows that no money has moved.
    """

    def __init__(self, code: str, message: str = "", may_have_been_sent: bool = True) -> None:
        super().__init__(code, message, may_have_been_sent)
        self.code = code
        self.message = message or code
        self.may_have_been_sent = may_have_been_sent


class Signer(Protocol):
    """The device's key, P-256. The wallet waits for it as long as a person takes."""

    def load(self) -> Eventually[bytes | None]:
        """The public key, x and y, 64 bytes; None where there is none. Asked before each decision: ask no person."""

    def make(self) -> Eventually[bytes]:
        """Makes a key, in place of any other. Returns its public key as `load` does."""

    def sign(self, message: bytes) -> Eventually[bytes]:
        """The signature, r and s, 64 bytes: ECDSA over the SHA-256 of the message. The person may be asked."""


class Secrets(Protocol):
    """A store of secrets that belongs to this process alone. The wallet waits a minute for each answer."""

    def load(self, name: str) -> Eventually[bytes | None]:
        """The secret as last saved; None where there is none."""

    def save(self, name: str, secret: bytes) -> Eventually[None]:
        """Saves a secret in place of an earlier one. Returns once it is durable."""

    def remove(self, name: str) -> Eventually[None]:
        """Removes a secret, if it is there."""


@dataclass(frozen=True)
class HTTPCall:
    """A call to the platform. Times are in milliseconds, `body_limit` is the most bytes of an answer's body."""

    method: str
    url: str
    headers: Sequence[tuple[str, str]]
    body: bytes | None
    connect_timeout_ms: int
    timeout_ms: int
    body_limit: int


@dataclass(frozen=True)
class HTTPAnswer:
    """What a server answered, whatever its status."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes


class HTTP(Protocol):
    """Makes the wallet's calls."""

    def call(self, call: HTTPCall) -> Eventually[HTTPAnswer]:
        """Makes a call, following no redirect. Checks the server's certificate where the address is `https`."""


class Host:
    """Answers the wallet's questions by the handlers that there are."""

    def __init__(
        self, signer: Signer | None, secrets: Secrets | None, http: HTTP | None, wait: Callable[[Awaitable[Any]], Any]
    ) -> None:
        """`wait` waits for what an `async def` of a handler returned."""
        self._signer, self._secrets, self._http, self._wait = signer, secrets, http, wait
        handlers = {"sign": signer, "secrets": secrets, "http": http}
        self.capabilities = [name for name, handler in handlers.items() if handler is not None]

    def answer(self, question: str, params: object) -> dict[str, object]:
        """The members of an answer: `result`, or `error`."""
        try:
            return {"result": self._result(question, params)}
        except HostError as error:
            sent = {} if error.may_have_been_sent else {"may_have_been_sent": False}
            return {"error": {"code": error.code, "message": error.message, **sent}}
        except Exception as error:
            _log.exception("a handler failed to answer %s", question)
            code = _FAILURES.get(question.partition(".")[0], "unknown_question")
            return {"error": {"code": code, "message": type(error).__name__}}

    def _result(self, question: str, params: Any) -> object:
        match question:
            case "key.load" if self._signer is not None:
                return {"public_key": _text(self._finish(self._signer.load()))}
            case "key.make" if self._signer is not None:
                return {"public_key": _text(self._finish(self._signer.make()))}
            case "sign" if self._signer is not None:
                return {"signature": _text(self._finish(self._signer.sign(_bytes(params["message"]))))}
            case "secret.load" if self._secrets is not None:
                return {"secret": _text(self._finish(self._secrets.load(params["name"])))}
            case "secret.save" if self._secrets is not None:
                self._finish(self._secrets.save(params["name"], _bytes(params["secret"])))
                return {}
            case "secret.remove" if self._secrets is not None:
                self._finish(self._secrets.remove(params["name"]))
                return {}
            case "http" if self._http is not None:
                body = params["body"]
                headers = [(name, value) for name, value in params["headers"]]
                answer = self._finish(self._http.call(HTTPCall(
                    method=params["method"], url=params["url"], headers=headers,
                    body=None if body is None else _bytes(body), connect_timeout_ms=params["connect_timeout_ms"],
                    timeout_ms=params["timeout_ms"], body_limit=params["body_limit"])))
                return {"status": answer.status, "headers": list(answer.headers), "body": _text(answer.body)}
        raise HostError("unknown_question", "this host does not answer that")

    def _finish(self, value: Eventually[T]) -> T:
        result: T = self._wait(value) if isinstance(value, Awaitable) else value
        return result


_FAILURES = {
    "key": "signer_failed", "sign": "signer_failed", "secret": "secret_store_failed", "http": "connection_lost"}


def _text(data: bytes | None) -> str | None:
    return None if data is None else base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
