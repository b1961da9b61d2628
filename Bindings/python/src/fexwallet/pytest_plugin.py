"""Fixtures for tests of what asks a customer for money. pytest finds them once the package is installed."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

import pytest

from fexwallet.testing import Sandbox
from fexwallet.wallet import Wallet


@pytest.fixture
def fex_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox of the platform, of this test alone."""
    with Sandbox(tmp_path_factory.mktemp("fex-sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
def fex_wallet(fex_sandbox: Sandbox, tmp_path: pathlib.Path) -> Iterator[Wallet]:
    """The wallet of the sandbox's customer, logged in, in a folder of its own."""
    with Wallet.open(tmp_path / "fex-wallet", **fex_sandbox.addresses) as wallet:
        wallet.login_password(**fex_sandbox.login)
        yield wallet
