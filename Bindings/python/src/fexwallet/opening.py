"""How a wallet is opened."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any, Required, TypedDict

from fexwallet import _library
from fexwallet._core import Core
from fexwallet._requests import encode
from fexwallet.host import HTTP, Host, Secrets, Signer


class Options(TypedDict, total=False):
    """With what a wallet is opened. All but `api` and `auth` may be left out, or None."""

    api: Required[str]
    """The address of the platform's API: `https`, but for this machine."""
    auth: Required[str]
    """The address of its identity provider."""
    events: str | None
    """The event server, `nats://` or `tls://`. Without it the wallet polls."""
    event_credentials: tuple[str, str] | None
    """User and password at the event server, instead of those that the login gives."""
    authorities: str | os.PathLike[str] | None
    """A PEM file with the authorities to trust instead of the system's."""
    insecure: bool
    """Allows unencrypted addresses elsewhere. For tests."""
    signer: Signer | None
    """Keeps the device's key, instead of a file of the folder."""
    secrets: Secrets | None
    """Keeps secrets, instead of files of the folder."""
    http: HTTP | None
    """Makes the calls, instead of libcurl."""


def open_core(
    folder: str | os.PathLike[str], options: Options, wait: Callable[[Awaitable[Any]], Any]
) -> Core:
    """Begins to open a wallet. `wait` waits on another thread for what an `async def` of a handler returns."""
    host = Host(options.get("signer"), options.get("secrets"), options.get("http"), wait)
    credentials, authorities = options.get("event_credentials"), options.get("authorities")
    members = {
        "folder": os.path.abspath(folder), "api": options["api"], "auth": options["auth"],
        "events": options.get("events"),
        "event_credentials": credentials and {"user": credentials[0], "password": credentials[1]},
        "authorities": authorities and os.path.abspath(authorities),
        "insecure": options.get("insecure") or None, "host": host.capabilities or None}
    configuration = encode({name: value for name, value in members.items() if value is not None})
    return Core(_library.Handle(_library.library(), configuration), host)
