"""libfexwallet by ctypes: text in, text out. What the messages say is not known here."""

from __future__ import annotations

import ctypes
import functools
import os
import pathlib
import sys

from fexwallet.errors import Closed, LibraryError, WalletError

ABI_MAJOR = 1
LONGEST_MESSAGE = 4 << 20
_FILE = "libfexwallet.dylib" if sys.platform == "darwin" else "libfexwallet.so"
_CLOSED = 1


class Library:
    """A loaded libfexwallet. Every call may be made on any thread."""

    def __init__(self, path: str) -> None:
        try:
            door = ctypes.CDLL(path)
            door.fex_abi_version.restype = ctypes.c_uint32
            self.abi_version: int = door.fex_abi_version()
            if self.abi_version // 1000 != ABI_MAJOR:
                raise LibraryError(f"{path} has the interface {self.abi_version / 1000}, not {ABI_MAJOR}")
            # With c_char_p as a result ctypes would copy the text and lose the pointer, which then is never given back.
            door.fex_execute.restype = ctypes.c_void_p
            door.fex_execute.argtypes = [ctypes.c_char_p]
            door.fex_open.restype = ctypes.c_void_p
            door.fex_open.argtypes = [ctypes.c_char_p]
            door.fex_send.restype = ctypes.c_int
            door.fex_send.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
            door.fex_receive.restype = ctypes.c_void_p
            door.fex_receive.argtypes = [ctypes.c_void_p, ctypes.c_int32]
            door.fex_close.restype = None
            door.fex_close.argtypes = [ctypes.c_void_p]
            door.fex_free.restype = None
            door.fex_free.argtypes = [ctypes.c_void_p]
        except (OSError, AttributeError) as error:
            raise LibraryError(f"{path} is no libfexwallet that can be used: {error}") from error
        self.door = door

    def execute(self, request: bytes) -> bytes:
        """Answers a request of a pure method."""
        return self.take(self.door.fex_execute(request)) or b"null"

    def take(self, pointer: int | None) -> bytes | None:
        """Copies what a call returned, and gives it back."""
        if pointer is None:
            return None
        try:
            return ctypes.string_at(pointer)
        finally:
            self.door.fex_free(pointer)


class Handle:
    """A wallet of the library. Every call may be made on any thread, `receive` on one at a time."""

    def __init__(self, library: Library, configuration: bytes) -> None:
        self._library = library
        self._wallet: int | None = library.door.fex_open(configuration)

    def send(self, message: bytes) -> None:
        """Sends a message. Waits for neither disk nor network.

        Raises `Closed`, and `WalletError` with the code `not_a_message` or `message_too_long`. Then nothing was done.
        """
        # To C a NUL is the end, and what stands before it may be a message. JSON allows neither it nor U+0001 anywhere.
        status = self._library.door.fex_send(self._wallet, message.replace(b"\0", b"\1"))
        if status == _CLOSED:
            raise Closed()
        if status != 0 and len(message) > LONGEST_MESSAGE:
            raise WalletError("message_too_long", "a message is at most 4 MiB")
        if status != 0:
            raise WalletError("not_a_message", "what was sent is no message")

    def receive(self, milliseconds: int = -1) -> bytes | None:
        """The next message; None when the time is up. A negative number waits for as long as it takes."""
        return self._library.take(self._library.door.fex_receive(self._wallet, milliseconds))

    def close(self) -> None:
        """Ends all work and waits until the wallet's files are closed. Closing again does nothing."""
        self._library.door.fex_close(self._wallet)


@functools.cache
def library() -> Library:
    """The library beside this module, as wheels have it; else that of `FEXWALLET_LIBRARY`; else the system's.

    Raises `LibraryError`.
    """
    beside = pathlib.Path(__file__).with_name(_FILE)
    return Library(str(beside) if beside.exists() else os.environ.get("FEXWALLET_LIBRARY") or _FILE)
