"""What goes wrong."""

from __future__ import annotations


class WalletError(Exception):
    """A wallet's answer that something can't be done, or was not.

    `code` says what, for programs: one of Documentation/error-codes.md, or of the doors (Documentation/messages.md).
    `message` says it in English. `retry` is whether trying again can help: `never`, `same_key` (the same call again is
    the same decision) or `later`. `money` is whether money may have moved: `not_moved`, `unknown`, `moved`.
    """

    def __init__(self, code: str, message: str, retry: str = "never", money: str = "not_moved") -> None:
        super().__init__(code, message, retry, money)
        self.code = code
        self.message = message
        self.retry = retry
        self.money = money

    def __str__(self) -> str:
        return f"{self.message} ({self.code})"

    @staticmethod
    def from_document(document: object) -> WalletError:
        """Reads the document of an error. One that can't be read is `internal`: then nothing is known of money."""
        match document:
            case {"code": str(code), "message": str(message), "retry": str(retry), "money": str(money)}:
                return (Closed if code == "closed" else WalletError)(code, message, retry, money)
            case _:
                return internal("the wallet's error is not to be read")


class Closed(WalletError):  # noqa: N818
    """The wallet is closed, or was opened by the process that this one was forked from."""

    def __init__(
        self, code: str = "closed", message: str = "the wallet is closed", retry: str = "never",
        money: str = "not_moved",
    ) -> None:
        super().__init__(code, message, retry, money)


class LibraryError(Exception):
    """There is no libfexwallet that can be used: none is found, it can't be loaded, or it has another interface."""


def internal(message: str) -> WalletError:
    """A fault of the wallet or of this package: whether money has moved is not known."""
    return WalletError("internal", message, money="unknown")
