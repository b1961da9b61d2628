"""What the host does in the wallet's place, with a library that lies."""

import asyncio
import base64
import threading

import pytest
from conftest import ADDRESSES, SECONDS, in_step

from fexwallet import AsyncWallet, HostError, HTTPAnswer, Wallet

KEY = bytes(range(64))


def text(data):
    return base64.b64encode(data).decode()


class Signer:
    has_key = False

    def load(self):
        return KEY if self.has_key else None

    def make(self):
        self.has_key = True
        return KEY

    def sign(self, message):
        return message[::-1]


class Secrets:
    def __init__(self):
        self.kept = {}

    def load(self, name):
        return self.kept.get(name)

    def save(self, name, secret):
        self.kept[name] = secret

    def remove(self, name):
        self.kept.pop(name, None)


class HTTP:
    def call(self, call):
        self.heard = call
        return HTTPAnswer(200, [("Content-Type", "text/plain")], b"\xff\x00")


class Asking:
    """A wallet of the liar, whose questions its host answers."""

    def __init__(self, liar):
        self.liar = liar
        self.number = 0

    def ask(self, question, params=None):
        self.number += 1
        self.liar.say({"ask": question, "id": self.number, "params": {} if params is None else params})
        answer = self.liar.hear()
        assert answer.pop("answer") == self.number
        return answer


def opened(liar, folder, **handlers):
    return Wallet.open(folder, **ADDRESSES, **handlers)


CALL = {
    "method": "POST", "url": "https://api.example/pay", "headers": [["A", "1"], ["A", "2"]], "body": text(b"\x00{}"),
    "connect_timeout_ms": 1000, "timeout_ms": 2000, "body_limit": 3000}


def test_a_host_says_what_it_does(liar, tmp_path):
    with opened(liar, tmp_path, signer=Signer(), http=HTTP()):
        assert liar.hear()["host"] == ["sign", "http"]
        liar.say({"closed": True})


def test_each_question_is_answered_by_its_handler(liar, tmp_path):
    secrets, http = Secrets(), HTTP()
    with opened(liar, tmp_path, signer=Signer(), secrets=secrets, http=http):
        liar.hear()
        host = Asking(liar)
        assert host.ask("key.load") == {"result": {"public_key": None}}
        assert host.ask("key.make") == {"result": {"public_key": text(KEY)}}
        assert host.ask("key.load") == {"result": {"public_key": text(KEY)}}
        assert host.ask("sign", {"message": text(b"abc")}) == {"result": {"signature": text(b"cba")}}
        assert host.ask("secret.load", {"name": "tokens"}) == {"result": {"secret": None}}
        assert host.ask("secret.save", {"name": "tokens", "secret": text(b"\x00\xff")}) == {"result": {}}
        assert secrets.kept == {"tokens": b"\x00\xff"}
        assert host.ask("secret.load", {"name": "tokens"}) == {"result": {"secret": text(b"\x00\xff")}}
        assert host.ask("secret.remove", {"name": "tokens"}) == {"result": {}}
        assert secrets.kept == {}
        assert host.ask("http", CALL) == {
            "result": {"status": 200, "headers": [["Content-Type", "text/plain"]], "body": text(b"\xff\x00")}}
        assert (http.heard.method, http.heard.headers, http.heard.body) == ("POST", [("A", "1"), ("A", "2")], b"\x00{}")
        assert (http.heard.connect_timeout_ms, http.heard.timeout_ms, http.heard.body_limit) == (1000, 2000, 3000)
        assert host.ask("http", {**CALL, "body": None})["result"]["status"] == 200
        assert http.heard.body is None
        liar.say({"closed": True})


def raising(error):
    def handler(*_):
        raise error

    return type("Raising", (), dict.fromkeys(("load", "make", "sign", "save", "remove", "call"), handler))()


@pytest.mark.parametrize(("error", "code"), [(HostError("locked", "unlock it"), "locked"), (OSError(), None)])
def test_what_a_handler_raises_is_named(liar, tmp_path, error, code):
    handler = raising(error)
    with opened(liar, tmp_path, signer=handler, secrets=handler, http=handler):
        liar.hear()
        host = Asking(liar)
        for question, params, usual in (
                ("key.load", {}, "signer_failed"), ("key.make", {}, "signer_failed"),
                ("sign", {"message": ""}, "signer_failed"), ("secret.load", {"name": "a"}, "secret_store_failed"),
                ("secret.save", {"name": "a", "secret": ""}, "secret_store_failed"),
                ("secret.remove", {"name": "a"}, "secret_store_failed"), ("http", CALL, "connection_lost")):
            answer = host.ask(question, params)
            assert answer["error"]["code"] == (code or usual)
            # A call is taken to have left, unless the host knows better.
            assert "may_have_been_sent" not in answer["error"]
        liar.say({"closed": True})


def test_that_no_byte_of_a_call_has_left_is_said(liar, tmp_path):
    with opened(liar, tmp_path, http=raising(HostError("unreachable", may_have_been_sent=False))):
        liar.hear()
        assert Asking(liar).ask("http", CALL)["error"] == {
            "code": "unreachable", "message": "unreachable", "may_have_been_sent": False}
        liar.say({"closed": True})


@pytest.mark.parametrize(("question", "params"), [
    ("weather", {}), ("sign", {}), ("sign", {"message": 7}), ("sign", {"message": "?"}), ("sign", []), ("sign", None),
    ("secret.load", {"name": "a"}), ("http", {})])
def test_a_question_that_can_not_be_answered_is_answered_with_an_error(liar, tmp_path, question, params):
    with opened(liar, tmp_path, signer=Signer()):
        liar.hear()
        host = Asking(liar)
        assert host.ask(question, params)["error"]["code"]
        assert host.ask("key.load") == {"result": {"public_key": None}}
        liar.say({"closed": True})


@pytest.mark.parametrize("wrong", ["text", 7, object()])
def test_a_handler_that_returns_something_else_has_failed(liar, tmp_path, wrong):
    signer = Signer()
    signer.sign = lambda _: wrong
    with opened(liar, tmp_path, signer=signer):
        liar.hear()
        assert Asking(liar).ask("sign", {"message": ""})["error"]["code"] == "signer_failed"
        liar.say({"closed": True})


def test_an_answer_that_is_too_long_is_an_error_to_the_wallet(liar, tmp_path):
    http = HTTP()
    http.call = lambda _: HTTPAnswer(200, [], bytes(4 << 20))
    with opened(liar, tmp_path, http=http):
        liar.hear()
        assert Asking(liar).ask("http", CALL)["error"]["code"] == "message_too_long"
        liar.say({"closed": True})


def test_a_question_that_is_asked_twice_is_answered_twice(liar, tmp_path):
    with opened(liar, tmp_path, signer=Signer()):
        liar.hear()
        for _ in range(2):
            liar.say({"ask": "key.load", "id": 5, "params": {}})
            assert liar.hear() == {"answer": 5, "result": {"public_key": None}}
        liar.say({"closed": True})


def test_a_handler_that_never_returns_is_in_nobodys_way(liar, tmp_path, background):
    signer = Signer()
    asked, released = threading.Event(), threading.Event()

    def wait(_):
        asked.set()
        released.wait(SECONDS)
        return b""

    signer.sign = wait
    with opened(liar, tmp_path, signer=signer) as wallet:
        liar.hear()
        liar.say({"ask": "sign", "id": 1, "params": {"message": ""}})
        assert asked.wait(SECONDS)
        liar.say({"ask": "key.load", "id": 2, "params": {}})
        assert liar.hear()["answer"] == 2
        in_step(liar, wallet, background)
        liar.say({"closed": True})
        wallet.close()
        # Its answer comes too late, and finds a closed wallet.
        released.set()


class AsyncSigner(Signer):
    async def load(self):
        await asyncio.sleep(0)
        self.loop = asyncio.get_running_loop()
        return KEY


def test_handlers_may_be_coroutines_which_run_on_the_loop(liar, tmp_path):
    async def scenario():
        signer = AsyncSigner()
        async with await AsyncWallet.open(tmp_path, **ADDRESSES, signer=signer):
            liar.hear()
            answer = await asyncio.to_thread(Asking(liar).ask, "key.load")
            assert answer == {"result": {"public_key": text(KEY)}}
            assert signer.loop is asyncio.get_running_loop()
            liar.say({"closed": True})

    asyncio.run(scenario())


def test_coroutines_of_a_wallet_that_waits_run_on_a_loop_of_their_own(liar, tmp_path):
    with opened(liar, tmp_path, signer=AsyncSigner()):
        liar.hear()
        assert Asking(liar).ask("key.load") == {"result": {"public_key": text(KEY)}}
        liar.say({"closed": True})
