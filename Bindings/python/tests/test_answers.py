"""Requests and answers, with a library that lies."""

import asyncio
import json
import os
import signal
import sys
import threading
import time

import pytest
from conftest import ADDRESSES, SECONDS, error, in_step

import fexwallet
from fexwallet import AsyncWallet, Closed, Wallet, WalletError

RUNNING = {"running": True}
STOPPED = {"running": False}


def test_it_is_opened_with_what_it_is_told(liar, tmp_path):
    with Wallet.open(
            tmp_path, **ADDRESSES, events="tls://events.example", event_credentials=("alice", "secret"),
            authorities=tmp_path / "ca.pem", insecure=True) as wallet:
        assert liar.hear() == {
            **ADDRESSES, "folder": str(tmp_path), "events": "tls://events.example", "insecure": True,
            "event_credentials": {"user": "alice", "password": "secret"}, "authorities": str(tmp_path / "ca.pem")}
        assert wallet.opened.version == "1.0.0"
        liar.say({"closed": True})


def test_what_is_left_out_is_not_said(liar, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with Wallet.open("wallet", **ADDRESSES):
        assert liar.hear() == {**ADDRESSES, "folder": str(tmp_path / "wallet")}
        liar.say({"closed": True})


@pytest.mark.parametrize("answer", [
    {"id": 0, "error": {"code": "already_open", "message": "open", "retry": "later", "money": "not_moved"}},
    {"id": 0, "result": {"version": 7}}, {"closed": True}])
def test_a_wallet_that_does_not_open_is_an_error_and_is_closed(liar, tmp_path, answer, monkeypatch):
    monkeypatch.setattr("fexwallet._core._PATIENCE", 0.1)
    liar.open_with(answer)
    with pytest.raises(WalletError) as raised:
        Wallet.open(tmp_path, **ADDRESSES)
    assert raised.value.code in ("already_open", "internal", "closed")
    assert liar.library.door.liar_is_closed()


def test_answers_in_any_order_reach_those_who_asked(liar, lied_to, background):
    calls = [(background(lied_to.show, name), name) for name in ("a", "b", "c")]
    requests = {request["params"]["id"]: request["id"] for request in (liar.hear() for _ in calls)}
    for name in ("b", "c", "a"):
        liar.say({"id": requests[name], "error": error(name)})
    for call, name in calls:
        assert call.exception(SECONDS).code == name


def test_an_error_has_its_name_and_says_whether_money_moved(liar, lied_to, background):
    call = background(lied_to.sync)
    liar.say({"id": liar.hear()["id"], "error": error("timed_out", retry="same_key", money="unknown")})
    raised = call.exception(SECONDS)
    assert (raised.code, raised.message, raised.retry, raised.money) == ("timed_out", "no", "same_key", "unknown")
    assert not isinstance(raised, Closed)


def test_the_error_closed_is_closed(liar, lied_to, background):
    call = background(lied_to.sync)
    liar.say({"id": liar.hear()["id"], "error": error("closed")})
    assert isinstance(call.exception(SECONDS), Closed)


@pytest.mark.parametrize("answer", [
    {"result": None}, {"result": []}, {"result": {}}, {"result": {"running": "yes"}}, {}, {"error": None},
    {"error": "no"}, {"error": {"code": 7}}])
def test_an_answer_of_the_wrong_shape_is_a_fault_that_may_have_moved_money(liar, lied_to, background, answer):
    call = background(lied_to.sync_start)
    liar.say({"id": liar.hear()["id"], **answer})
    raised = call.exception(SECONDS)
    assert isinstance(raised, WalletError)
    assert (raised.code, raised.money) == ("internal", "unknown")
    in_step(liar, lied_to, background)


def test_members_that_nobody_knows_are_ignored(liar, lied_to, background):
    call = background(lied_to.sync_start)
    liar.say({"id": liar.hear()["id"], "result": {**RUNNING, "new": 1}, "new": 2})
    assert call.result(SECONDS).running


def test_the_second_answer_to_a_request_is_nobodys(liar, lied_to, background):
    call = background(lied_to.sync_start)
    number = liar.hear()["id"]
    liar.say({"id": number, "result": RUNNING})
    liar.say({"id": number, "result": STOPPED})
    assert call.result(SECONDS).running
    in_step(liar, lied_to, background)


@pytest.mark.parametrize("message", [
    b"", b"{", b"\xff\xfe", b"null", b"7", b"[]", b"{}", b"[" * 100_000, b'{"id":true,"result":{"running":false}}',
    b'{"id":"1","result":{"running":false}}', b'{"id":99,"result":{}}', b'{"id":null,"error":{"code":"no_question"}}',
    b'{"event":7}', b'{"event":"outbox"}', b'{"event":"outbox","value":7}', b'{"ask":7,"id":1}', b'{"closed":1}',
    b'{"event":"login","value":7}'])
def test_a_message_that_is_none_is_dropped_and_the_next_one_heard(liar, lied_to, background, message):
    call = background(lied_to.sync_start)
    request = liar.hear()
    liar.say(message)
    liar.say({"id": request["id"], "result": RUNNING})
    assert call.result(SECONDS).running


def test_what_the_wallet_refuses_is_logged(liar, lied_to, background, caplog):
    liar.say({"id": None, "error": error("no_question")})
    in_step(liar, lied_to, background)
    assert "no_question" in caplog.text


@pytest.mark.parametrize(("code", "text"), [("not_a_message", "\ud83d"), ("message_too_long", "x" * (4 << 20))])
def test_what_can_not_be_sent_is_an_error_at_once(liar, lied_to, background, code, text):
    with pytest.raises(WalletError) as raised:
        lied_to.scan(text)
    assert (raised.value.code, raised.value.money) == (code, "not_moved")
    in_step(liar, lied_to, background)


def test_what_the_wallet_does_not_take_is_an_error_at_once(liar, lied_to, background):
    for status in (2, 77, -1):
        liar.take_with(status)
        with pytest.raises(WalletError, match="not_a_message"):
            lied_to.status()
    liar.take_with(0)
    in_step(liar, lied_to, background)


def test_a_nul_is_part_of_what_is_sent(liar, lied_to, background):
    background(lied_to.scan, "a\0b")
    assert liar.hear()["params"] == {"code": "a\0b"}


def test_after_the_last_message_all_is_closed(liar, lied_to, background):
    call = background(lied_to.sync)
    liar.hear()
    liar.say({"closed": True})
    raised = call.exception(SECONDS)
    assert isinstance(raised, Closed)
    # Nobody has said what came of it.
    assert raised.money == "unknown"
    for use in (lied_to.status, lied_to.sync, lambda: lied_to.watch("outbox")):
        with pytest.raises(Closed):
            use()


def test_closing_lets_the_wallet_answer_first(liar, lied_to, background):
    call = background(lied_to.sync)
    request = liar.hear()
    closing = background(lied_to.close)
    assert liar.hear()["method"] == "close"
    liar.say({"id": request["id"], "error": error("cancelled", money="unknown")})
    liar.say({"closed": True})
    closing.result(SECONDS)
    assert call.exception(SECONDS).code == "cancelled"


def test_closing_does_not_wait_forever_for_a_wallet_that_never_says_so(liar, lied_to, background, monkeypatch):
    monkeypatch.setattr("fexwallet._core._PATIENCE", 0.1)
    call = background(lied_to.sync)
    liar.hear()
    lied_to.close()
    assert isinstance(call.exception(SECONDS), Closed)
    lied_to.close()
    with pytest.raises(Closed):
        lied_to.status()


def test_a_wallet_that_is_dropped_is_closed(liar, tmp_path, monkeypatch):
    monkeypatch.setattr("fexwallet._core._PATIENCE", 0.1)
    Wallet.open(tmp_path, **ADDRESSES)
    assert liar.library.door.liar_is_closed()


@pytest.fixture
def interruptible():
    """Control-C is heard, also by a program that was started in the background, where shells have it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_an_interrupted_wait_cancels_the_request(liar, lied_to, interruptible):
    def interrupt():
        heard.append(liar.hear())
        while sys._current_frames()[threading.main_thread().ident].f_code.co_name != "wait":
            time.sleep(0.001)
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

    heard = []
    interrupter = threading.Thread(target=interrupt)
    interrupter.start()
    with pytest.raises(KeyboardInterrupt):
        lied_to.sync()
    interrupter.join()
    assert liar.hear() == {"method": "cancel", "params": {"id": heard[0]["id"]}}


def test_a_cancelled_task_cancels_its_request_and_the_late_answer_is_nobodys(liar, tmp_path):
    async def scenario():
        async with await AsyncWallet.open(tmp_path, **ADDRESSES) as wallet:
            liar.hear()
            call = asyncio.create_task(wallet.sync_start())
            request = await asyncio.to_thread(liar.hear)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            assert liar.hear() == {"method": "cancel", "params": {"id": request["id"]}}
            liar.say({"id": request["id"], "result": STOPPED})
            again = asyncio.create_task(wallet.sync_start())
            await asyncio.to_thread(liar.answer, "sync.start", RUNNING)
            assert (await again).running
            liar.say({"closed": True})

    asyncio.run(scenario())


def test_an_opening_that_is_cancelled_closes_the_wallet(liar, tmp_path, monkeypatch):
    monkeypatch.setattr("fexwallet._core._PATIENCE", 0.1)
    liar.open_with(None)

    async def scenario():
        opening = asyncio.create_task(AsyncWallet.open(tmp_path, **ADDRESSES))
        await asyncio.to_thread(liar.hear)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening

    asyncio.run(scenario())
    assert liar.library.door.liar_is_closed()


PAGE = {"page": "https://page", "page_with_code": "https://page?code", "user_code": "AB-CD", "expires_at": "2026-01-01"}
ACCOUNT = {"wallet": "w", "balance": "1.00", "currency": "USD"}


def test_a_login_shows_its_page_on_the_thread_that_waits(liar, lied_to, background):
    shown = []

    def log_in():
        return lied_to.login_device("shop", lambda page: shown.append((page.user_code, threading.get_ident()))), \
            threading.get_ident()

    call = background(log_in)
    request = liar.hear()
    assert (request["method"], request["params"]) == ("login.device", {"device_name": "shop"})
    liar.say({"event": "login", "value": PAGE})
    liar.say({"id": request["id"], "result": ACCOUNT})
    account, thread = call.result(SECONDS)
    assert account.wallet == "w"
    assert shown == [("AB-CD", thread)]


def test_a_login_whose_page_can_not_be_shown_is_cancelled(liar, lied_to, background):
    call = background(lied_to.login_device, "shop", lambda _: 1 / 0)
    request = liar.hear()
    liar.say({"event": "login", "value": PAGE})
    assert isinstance(call.exception(SECONDS), ZeroDivisionError)
    assert liar.hear() == {"method": "cancel", "params": {"id": request["id"]}}


def test_a_login_shows_its_page_on_the_loop(liar, tmp_path):
    async def scenario():
        async with await AsyncWallet.open(tmp_path, **ADDRESSES) as wallet:
            liar.hear()
            shown = []
            login = asyncio.create_task(wallet.login_device("shop", lambda page: shown.append(
                (page.user_code, asyncio.get_running_loop()))))
            request = await asyncio.to_thread(liar.hear)
            liar.say({"event": "login", "value": PAGE})
            liar.say({"id": request["id"], "result": ACCOUNT})
            assert (await login).balance == "1.00"
            assert shown == [("AB-CD", asyncio.get_running_loop())]
            liar.say({"closed": True})

    asyncio.run(scenario())


def test_eight_threads_get_each_their_own_answers(liar, lied_to, background):
    rounds = 250

    def ask(thread):
        for number in range(rounds):
            name = f"{thread}/{number}"
            with pytest.raises(WalletError) as raised:
                lied_to.show(name)
            assert raised.value.code == name

    def reply():
        answered = 0
        while answered < 8 * rounds:
            requests = [liar.hear(), *iter(lambda: liar.hear(0), None)]
            for request in reversed(requests):
                liar.say({"id": request["id"], "error": error(request["params"]["id"])})
            answered += len(requests)

    replying = background(reply)
    asking = [background(ask, thread) for thread in range(8)]
    for call in asking:
        call.result(SECONDS)
    replying.result(SECONDS)


def test_every_string_of_the_library_is_given_back(liar, tmp_path, background):
    before = liar.not_given_back()
    with Wallet.open(tmp_path, **ADDRESSES) as wallet:
        liar.hear()
        for _ in range(10):
            in_step(liar, wallet, background)
        liar.execute_with(json.dumps({"id": 1, "result": {"version": "1", "abi": "1.0"}}))
        with pytest.raises(WalletError):
            fexwallet.money("3.70", "USD")
        liar.say({"closed": True})
    assert liar.not_given_back() == before


@pytest.mark.parametrize("answer", ["", "7", "{}", '{"id":1,"result":7}', '{"id":1,"error":{}}'])
def test_a_pure_answer_of_the_wrong_shape_is_a_fault(liar, answer):
    liar.execute_with(answer)
    with pytest.raises(WalletError, match="internal"):
        fexwallet.version()


def test_a_child_finds_the_wallet_closed(liar, lied_to, background):
    watch = lied_to.watch("outbox")
    liar.answer("subscribe", {"topic": "outbox", "subscribed": True})
    child = os.fork()
    if child == 0:
        signal.alarm(SECONDS)
        closed = 0
        for use in (lied_to.status, watch.next, lambda: lied_to.watch("outbox")):
            try:
                use()
            except Closed:
                closed += 1
        lied_to.close()
        os._exit(closed)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
    in_step(liar, lied_to, background)
