"""The sandbox that tests of others stand on."""

import pytest

from fexwallet import WalletError
from fexwallet.testing import Sandbox


def test_without_a_program_it_is_said_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.delenv("FEX_SANDBOX", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RuntimeError, match="FEX_SANDBOX"):
        Sandbox(tmp_path)


def test_a_sandbox_that_does_not_start_says_where_it_says_why(tmp_path):
    with pytest.raises(RuntimeError, match=r"sandbox\.log"):
        Sandbox(tmp_path, ["--no-such-option"])
    assert "no-such-option" in (tmp_path / "sandbox.log").read_text()


def test_it_can_be_stopped_twice(tmp_path):
    with Sandbox(tmp_path) as sandbox:
        sandbox.stop()
    with pytest.raises(RuntimeError):
        sandbox.code("3.70")


def test_what_the_till_is_refused_is_raised(fex_sandbox):
    with pytest.raises(RuntimeError, match="amount"):
        fex_sandbox.code("a lot")
    with pytest.raises(RuntimeError):
        fex_sandbox.ask("no-such-token", "3.70")


def test_faults_end_with_their_block(fex_sandbox, fex_wallet):
    with fex_sandbox.offline():
        with pytest.raises(WalletError) as raised:
            fex_wallet.balance(refresh=True)
        assert raised.value.code in ("unreachable", "connection_lost")
    assert fex_wallet.balance(refresh=True).balance == "1000.00"
    assert fex_sandbox.debits() == []
