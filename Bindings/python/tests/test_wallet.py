"""The wallet at a sandbox, with the library itself."""

import asyncio
import importlib.metadata
import os
import random
import signal
import subprocess
import sys
import threading

import pytest
from conftest import SECONDS
from handlers import HTTP, Secrets, Signer

import fexwallet
from fexwallet import AsyncWallet, Closed, ShownTerms, Wallet, WalletError

FAMILY = "☕️ 👩‍👩‍👧‍👦 𝕏 zwölf"  # noqa: RUF001


def amounts(sandbox):
    return [debit.amount for debit in sandbox.debits()]


def asked(wallet):
    """The one request that is open."""
    [request] = wallet.approvals().approvals
    return request


# MARK: Both flows


def test_a_code_is_paid_once(fex_sandbox, fex_wallet):
    scan = fex_wallet.scan(fex_sandbox.code("3.70", FAMILY))
    assert (scan.amount, scan.currency, scan.matches) == ("3.70", "USD", True)
    paid = fex_wallet.pay(scan)
    assert paid.decision.state == "confirmed"
    assert paid.transaction.amount == "3.70"
    with pytest.raises(WalletError, match="already_decided") as raised:
        fex_wallet.pay(scan)
    assert raised.value.money == "moved"
    assert amounts(fex_sandbox) == ["3.70"]
    fex_wallet.sync()
    [transaction] = fex_wallet.history(limit=1).transactions
    assert (transaction.intent, transaction.description) == (scan.intent, FAMILY)
    assert fex_wallet.balance().balance == "996.30"
    assert fex_wallet.show(scan.intent).timeline[-1].what == "confirmed"


def test_what_a_till_asks_is_approved_once(fex_sandbox, fex_wallet):
    intent = fex_sandbox.ask(fex_wallet, "12.00", FAMILY)
    request = asked(fex_wallet)
    assert (request.intent, request.amount, request.description) == (intent, "12.00", FAMILY)
    assert fex_wallet.approve(request).decision.state == "confirmed"
    assert amounts(fex_sandbox) == ["12.00"]
    assert fex_wallet.approvals().approvals == ()


def test_what_a_till_asks_is_declined_and_costs_nothing(fex_sandbox, fex_wallet):
    fex_sandbox.ask(fex_wallet, "12.00")
    declined = fex_wallet.decline(asked(fex_wallet), reason="not mine")
    assert (declined.decision.kind, declined.decision.state) == ("decline", "confirmed")
    assert fex_sandbox.debits() == []


def test_both_flows_in_tasks(fex_sandbox, tmp_path):
    async def scenario():
        async with await AsyncWallet.open(tmp_path / "wallet", **fex_sandbox.addresses) as wallet:
            await wallet.login_password(**fex_sandbox.login)
            paid = await wallet.pay(await wallet.scan(fex_sandbox.code("3.70")))
            await wallet.sync_start()
            watch = wallet.watch("approvals")
            assert (await anext(watch)).approvals == ()
            await asyncio.to_thread(fex_sandbox.ask, (await wallet.code()).scan_token, "12.00", FAMILY)
            async for value in watch:
                if value.approvals:
                    [request] = value.approvals
                    break
            assert request.description == FAMILY
            approved = await wallet.approve(request)
            assert [paid.decision.state, approved.decision.state] == ["confirmed", "confirmed"]

    asyncio.run(scenario())
    assert amounts(fex_sandbox) == ["3.70", "12.00"]


def test_a_request_comes_by_itself_to_a_thread_that_watches(fex_sandbox, fex_wallet):
    fex_wallet.sync_start()
    watch = fex_wallet.watch("approvals")
    assert watch.next(SECONDS).approvals == ()
    intent = fex_sandbox.ask(fex_wallet, "12.00")
    assert [request.intent for request in watch.next(SECONDS).approvals] == [intent]


# MARK: Decisions that take their time


def test_what_is_decided_offline_is_sent_once_later(fex_sandbox, fex_wallet):
    scan = fex_wallet.scan(fex_sandbox.code("3.70"))
    with fex_sandbox.offline():
        assert fex_wallet.pay(scan).decision.state in ("waiting", "unknown")
        [queued] = fex_wallet.outbox().decisions
        assert (queued.intent, queued.attempts) == (scan.intent, 1)
        assert fex_sandbox.debits() == []
    assert fex_wallet.outbox_retry(queued.id).decision.state == "confirmed"
    assert fex_wallet.outbox().decisions == ()
    assert amounts(fex_sandbox) == ["3.70"]


def test_a_queue_outlives_the_wallet(fex_sandbox, fex_wallet, tmp_path):
    scan = fex_wallet.scan(fex_sandbox.code("3.70"))
    with fex_sandbox.offline():
        fex_wallet.pay(scan)
        fex_wallet.close()
    with Wallet.open(tmp_path / "fex-wallet", **fex_sandbox.addresses) as wallet:
        assert wallet.status().queued == 1
        [decision] = wallet.sync().decisions
        assert decision.state == "confirmed"
    assert amounts(fex_sandbox) == ["3.70"]


def test_a_lost_answer_moves_money_once(fex_sandbox, fex_wallet):
    scan = fex_wallet.scan(fex_sandbox.code("3.70"))
    with fex_sandbox.faults({"match": {"path": "*/pay"}, "action": "drop_after"}):
        assert fex_wallet.pay(scan).decision.state == "unknown"
    fex_wallet.sync()
    assert fex_wallet.show(scan.intent).decision.state == "confirmed"
    assert amounts(fex_sandbox) == ["3.70"]


def test_a_task_that_is_cancelled_leaves_its_decision(fex_sandbox, tmp_path):
    async def scenario():
        async with await AsyncWallet.open(tmp_path / "wallet", **fex_sandbox.addresses) as wallet:
            await wallet.login_password(**fex_sandbox.login)
            scan = await wallet.scan(fex_sandbox.code("3.70"))
            outbox = wallet.watch("outbox")
            assert (await anext(outbox)).decisions == ()
            with fex_sandbox.offline():
                paying = asyncio.create_task(wallet.pay(scan))
                # It is on disk.
                assert (await anext(outbox)).decisions
                paying.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await paying
            await wallet.sync_start()
            async for value in outbox:
                if not value.decisions:
                    return (await wallet.show(scan.intent)).decision.state

    assert asyncio.run(scenario()) == "confirmed"
    assert amounts(fex_sandbox) == ["3.70"]


def test_a_login_that_nobody_allows_can_be_given_up(fex_sandbox, tmp_path):
    async def scenario():
        async with await AsyncWallet.open(tmp_path / "wallet", **fex_sandbox.addresses) as wallet:
            shown = asyncio.get_running_loop().create_future()
            login = asyncio.create_task(wallet.login_device("pytest", shown.set_result))
            page = await shown
            assert page.user_code and page.page.startswith(fex_sandbox.ready["auth"])
            login.cancel()
            with pytest.raises(asyncio.CancelledError):
                await login
            assert not (await wallet.status()).logged_in

    asyncio.run(scenario())


# MARK: Errors


def test_errors_have_their_names(fex_sandbox, fex_wallet, tmp_path):
    scan = fex_wallet.scan(fex_sandbox.code("3.70"))
    other = ShownTerms(scan.intent, "3.71", scan.currency, scan.merchant)
    cases = {
        "terms_changed": lambda: fex_wallet.pay(other),
        "wrong_kind": lambda: fex_wallet.approve(scan),
        "bad_parameter": lambda: fex_wallet.history(limit=0),
        "unusable_code": lambda: fex_wallet.scan(""),
        "already_open": lambda: Wallet.open(tmp_path / "fex-wallet", **fex_sandbox.addresses),
        "insecure_address": lambda: Wallet.open(tmp_path / "b", api="http://192.0.2.1", auth=fex_sandbox.ready["auth"]),
        "not_found": lambda: fex_wallet.show("no-such-thing"),
    }
    for code, wrong in cases.items():
        with pytest.raises(WalletError) as raised:
            wrong()
        assert raised.value.code == code
        assert raised.value.money == "not_moved"
        assert raised.value.message
    assert fex_sandbox.debits() == []


def test_who_is_not_logged_in_is_told(fex_sandbox, tmp_path):
    with Wallet.open(tmp_path / "wallet", **fex_sandbox.addresses) as wallet:
        assert not wallet.status().logged_in
        with pytest.raises(WalletError, match="not_logged_in"):
            wallet.approvals()


# MARK: The rest of the methods


def test_what_needs_no_wallet():
    assert fexwallet.version().version == importlib.metadata.version("fexwallet")
    assert fexwallet.version().abi == 1000
    assert fexwallet.money("35.5", "USD").minor_units == "3550"
    scan = fexwallet.parse("fex://pay?intent=pi_1&amount=3.70&currency=USD&merchant=m_1")
    assert (scan.kind, scan.intent, scan.amount, scan.fetched) == ("merchant", "pi_1", "3.70", False)


def test_a_proof_is_exported_and_holds(fex_sandbox, fex_wallet):
    scan = fex_wallet.scan(fex_sandbox.code("3.70"))
    fex_wallet.pay(scan)
    proof = fex_wallet.proof_export(scan.intent).proof
    assert (proof.intent, proof.amount) == (scan.intent, "3.70")
    verified = fex_wallet.proof_verify(proof)
    assert verified.verified
    assert verified.claims.amount == "3.70"
    assert not fex_wallet.proof_verify({**proof.document, "amount": "0.01"}).verified
    with pytest.raises(WalletError, match="not_a_key_set"):
        fexwallet.proof_verify(proof, {"keys": []})


def test_merchants_devices_and_the_like(fex_sandbox, fex_wallet):
    merchant = fex_sandbox.ready["merchants"][0]["merchant_id"]
    assert fex_wallet.approvals_mute(merchant).muted
    assert fex_wallet.approvals_muted().muted == (merchant,)
    assert not fex_wallet.approvals_unmute(merchant).muted
    assert [device.name for device in fex_wallet.devices().devices if device.this_device] == ["pytest"]
    assert fex_wallet.limits().limits == ()
    assert all(check.ok for check in fex_wallet.doctor().checks)
    assert fex_wallet.code().svg.startswith("<")
    assert fex_wallet.sync_start().running and not fex_wallet.sync_stop().running
    fex_wallet.pay(fex_wallet.scan(fex_sandbox.code("3.70")))
    fex_wallet.sync()
    totals = fex_wallet.history_totals(by="merchant").totals
    assert [total.amount for total in totals if total.type == "payment"] == ["3.70"]
    assert fex_wallet.approvals_receive({}).approval is None
    assert not fex_wallet.logout().logged_in


# MARK: What the host does


@pytest.fixture
def at_home(fex_sandbox, tmp_path):
    """A wallet whose key, secrets and calls are the host's, with those."""
    host = {"signer": Signer(), "secrets": Secrets(), "http": HTTP()}
    with Wallet.open(tmp_path / "wallet", **fex_sandbox.addresses, **host) as wallet:
        wallet.login_password(**fex_sandbox.login)
        yield wallet, host["signer"], host["secrets"], host["http"]


def test_the_host_signs_keeps_secrets_and_calls(fex_sandbox, at_home, tmp_path):
    wallet, signer, secrets, http = at_home
    assert wallet.pay(wallet.scan(fex_sandbox.code("3.70"))).decision.state == "confirmed"
    fex_sandbox.ask(wallet, "12.00", FAMILY)
    assert wallet.approve(asked(wallet)).decision.state == "confirmed"
    assert amounts(fex_sandbox) == ["3.70", "12.00"]
    assert signer.key and secrets.kept and any(path.endswith("/pay") for path in http.paths)
    files = [path for path in (tmp_path / "wallet").rglob("*") if path.is_file()]
    assert files
    for secret in secrets.kept.values():
        assert not any(secret in path.read_bytes() for path in files)


def test_a_wrong_signature_moves_nothing(fex_sandbox, at_home):
    wallet, signer, _, _ = at_home
    for wrong in (bytes(64), bytes(63), b""):
        scan = wallet.scan(fex_sandbox.code("3.70"))
        signer.sign = lambda _, wrong=wrong: wrong
        try:
            refused = wallet.pay(scan).decision
        except WalletError as error:
            assert error.money == "not_moved"
        else:
            assert (refused.state, refused.refusal.code) == ("refused", "proof_invalid")
    assert fex_sandbox.debits() == []


@pytest.mark.parametrize("code", ["signing_declined", "signer_locked", "signer_failed"])
def test_a_host_that_does_not_sign_says_why(fex_sandbox, at_home, code):
    def refuse(_):
        raise fexwallet.HostError(code)

    wallet, signer, _, _ = at_home
    scan = wallet.scan(fex_sandbox.code("3.70"))
    signer.sign = refuse
    with pytest.raises(WalletError, match=code):
        wallet.pay(scan)
    assert fex_sandbox.debits() == []


def test_a_question_that_is_answered_twice_counts_once(fex_sandbox, at_home, caplog):
    wallet, _, _, _ = at_home
    tell = wallet._core._handle.send

    def twice(message):
        tell(message)
        if message.startswith(b'{"answer"'):
            tell(message)

    wallet._core._handle.send = twice
    assert wallet.pay(wallet.scan(fex_sandbox.code("3.70"))).decision.state == "confirmed"
    wallet.status()
    assert "no_question" in caplog.text
    assert amounts(fex_sandbox) == ["3.70"]


def test_an_answer_that_comes_too_late_is_nobodys(fex_sandbox, at_home, tmp_path, caplog):
    async def scenario():
        asked, released = threading.Event(), threading.Event()
        host = {"signer": Signer(), "secrets": Secrets(), "http": HTTP()}
        async with await AsyncWallet.open(tmp_path / "late", **fex_sandbox.addresses, **host) as wallet:
            await wallet.login_password(**fex_sandbox.login)
            sign = host["signer"].sign

            def sign_late(message):
                asked.set()
                released.wait(SECONDS)
                return sign(message)

            scan = await wallet.scan(fex_sandbox.code("3.70"))
            host["signer"].sign = sign_late
            paying = asyncio.create_task(wallet.pay(scan))
            await asyncio.to_thread(asked.wait, SECONDS)
            paying.cancel()
            with pytest.raises(asyncio.CancelledError):
                await paying
            await wallet.status()
            released.set()
            # The thread that answers has done so.
            for thread in threading.enumerate():
                if thread.name == "fexwallet question":
                    await asyncio.to_thread(thread.join, SECONDS)
            await wallet.status()

    asyncio.run(scenario())
    assert "no_question" not in caplog.text
    assert fex_sandbox.debits() == []


def test_a_question_that_is_never_answered_keeps_nothing_from_closing(fex_sandbox, at_home, background):
    wallet, signer, _, _ = at_home
    asked, released = threading.Event(), threading.Event()

    def never(_):
        asked.set()
        released.wait(SECONDS)

    scan = wallet.scan(fex_sandbox.code("3.70"))
    signer.sign = never
    paying = background(wallet.pay, scan)
    assert asked.wait(SECONDS)
    assert not wallet.status().queued
    wallet.close()
    assert not released.is_set()
    assert paying.exception(SECONDS).code in ("cancelled", "closed")
    released.set()
    assert fex_sandbox.debits() == []


# MARK: Threads and lifetimes


def test_eight_threads_and_a_close(fex_sandbox, fex_wallet, background):
    for _ in range(3):
        fex_wallet.pay(fex_wallet.scan(fex_sandbox.code("1.00")))
    fex_wallet.sync()
    transactions = fex_wallet.history().transactions
    begun = threading.Barrier(9)

    def use(seed):
        choices = random.Random(seed)
        begun.wait(SECONDS)
        for count in range(1_000_000):
            try:
                match choices.randrange(5):
                    case 0:
                        assert fex_wallet.history().transactions == transactions
                    case 1:
                        assert fex_wallet.balance().balance == "997.00"
                    case 2:
                        assert fexwallet.parse(f"fex://pay?intent=pi_{count}").intent == f"pi_{count}"
                    case 3:
                        assert fex_wallet.watch("history").next(SECONDS).transactions == transactions
                    case 4:
                        fex_wallet.show(f"{seed}-{count}")
            except (WalletError, StopIteration) as error:
                code = error.code if isinstance(error, WalletError) else "closed"
                assert code in ("not_found", "cancelled", "closed")
                if code != "not_found":
                    return count

    threads = [background(use, seed) for seed in range(8)]
    begun.wait(SECONDS)
    for _ in range(200):
        fex_wallet.status()
    fex_wallet.close()
    assert all(thread.result(SECONDS) for thread in threads)


def test_tasks_that_are_cancelled_at_random_confuse_nobody(fex_sandbox, tmp_path):
    async def scenario():
        choices = random.Random(1)
        async with await AsyncWallet.open(tmp_path / "wallet", **fex_sandbox.addresses) as wallet:
            tasks = [asyncio.create_task(wallet.show(str(number))) for number in range(2000)]
            for task in choices.sample(tasks, 500):
                task.cancel()
                if choices.random() < 0.2:
                    await asyncio.sleep(0)
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
            for outcome in outcomes:
                assert isinstance(outcome, asyncio.CancelledError) or outcome.code == "not_found"
            assert not (await wallet.status()).logged_in

    asyncio.run(scenario())


def test_a_closed_wallet_is_closed_and_can_be_opened_again(fex_sandbox, fex_wallet, tmp_path):
    watch = fex_wallet.watch("balance")
    fex_wallet.close()
    fex_wallet.close()
    for use in (fex_wallet.status, lambda: fex_wallet.watch("balance"), lambda: fex_wallet.show("a")):
        with pytest.raises(Closed):
            use()
    assert len(list(watch)) <= 1
    with Wallet.open(tmp_path / "fex-wallet", **fex_sandbox.addresses) as wallet:
        assert wallet.status().logged_in


def test_closing_ends_threads_that_wait(fex_wallet, background):
    fex_wallet.sync_start()
    watching = [background(list, fex_wallet.watch(topic)) for topic in ("approvals", "outbox", "listening", "log")]
    fex_wallet.close()
    for thread in watching:
        thread.result(SECONDS)


def test_a_child_finds_the_wallet_closed_and_the_parent_does_not(fex_sandbox, fex_wallet):
    watch = fex_wallet.watch("balance")
    child = os.fork()
    if child == 0:
        signal.alarm(SECONDS)
        closed = 0
        for use in (fex_wallet.status, watch.next, lambda: fex_wallet.watch("outbox")):
            try:
                use()
            except Closed:
                closed += 1
        fex_wallet.close()
        os._exit(closed)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
    assert fex_wallet.pay(fex_wallet.scan(fex_sandbox.code("3.70"))).decision.state == "confirmed"


@pytest.mark.parametrize("how", ["pass", "sys.exit(0)", "del wallet", "asyncio.run(other())"])
def test_an_interpreter_exits_with_an_open_wallet(fex_sandbox, tmp_path, how):
    script = f"""
import asyncio, sys, threading
from fexwallet import AsyncWallet, Wallet

async def other():
    wallet = await AsyncWallet.open(sys.argv[1] + "-other", **addresses)
    asyncio.create_task(wallet.login_device("x", lambda page: None))
    await asyncio.sleep(0)

addresses = {fex_sandbox.addresses!r}
wallet = Wallet.open(sys.argv[1], **addresses)
wallet.login_password(**{fex_sandbox.login!r})
wallet.sync_start()
threading.Thread(target=list, args=(wallet.watch("approvals"),), daemon=True).start()
print(wallet.watch("balance").next().balance)
{how}
"""
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", script, tmp_path / "wallet"], capture_output=True, text=True,
        timeout=SECONDS, check=False)
    assert (done.returncode, done.stdout) == (0, "1000.00\n"), done.stderr
    # With the asynchronous one the loop says that a task was pending.
    assert "Fatal" not in done.stderr and ("asyncio" in how or done.stderr == "")
    with Wallet.open(tmp_path / "wallet", **fex_sandbox.addresses) as wallet:
        assert wallet.status().logged_in
