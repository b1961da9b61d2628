"""A library that lies, and what tests share."""

import concurrent.futures
import ctypes
import json
import pathlib
import subprocess

import pytest

from fexwallet import Wallet, _library

ADDRESSES = {"api": "https://api.example", "auth": "https://auth.example"}
OPENED = {"id": 0, "result": {"version": "1.0.0", "recovery": None}}
SECONDS = 30


class Liar:
    """The library of liar.c: `say` has the wallet that was opened last say something, `hear` is what it was told."""

    def __init__(self, path):
        self.path = path
        self.library = _library.Library(str(path))
        self.door = self.library.door
        self.door.liar_hear.restype = ctypes.c_void_p
        self.door.liar_not_given_back.restype = ctypes.c_long
        self.open_with(OPENED)

    def open_with(self, message):
        self.door.liar_open_with(json.dumps(message).encode() if message else b"")

    def execute_with(self, answer):
        self.door.liar_execute_with(answer.encode())

    def say(self, message):
        self.door.liar_say(message if isinstance(message, bytes) else json.dumps(message).encode())

    def hear(self, seconds=SECONDS):
        """None, where nothing is to be waited for and there is nothing."""
        message = self.library.take(self.door.liar_hear(seconds * 1000))
        assert message is not None or seconds == 0, "the wallet was told nothing"
        return json.loads(message or b"null")

    def answer(self, method, result):
        """Answers the next request, which has to be one of this method."""
        request = self.hear()
        assert request["method"] == method
        self.say({"id": request["id"], "result": result})
        return request

    def take_with(self, status):
        self.door.liar_take_with(status)

    def not_given_back(self):
        return self.door.liar_not_given_back()


def build_liar(folder, *options):
    path = pathlib.Path(folder) / "libliar.so"
    source = pathlib.Path(__file__).with_name("liar.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-pthread", *options, "-o", path, source], check=True)
    return path


@pytest.fixture(scope="session")
def liar_path(tmp_path_factory):
    return build_liar(tmp_path_factory.mktemp("liar"))


@pytest.fixture
def liar(liar_path, monkeypatch):
    """A liar in the library's place."""
    liar = Liar(liar_path)
    monkeypatch.setattr(_library, "library", lambda: liar.library)
    return liar


@pytest.fixture
def lied_to(liar, tmp_path):
    """A wallet of the liar, which has been told its configuration."""
    with Wallet.open(tmp_path, **ADDRESSES) as wallet:
        liar.hear()
        yield wallet
        liar.say({"closed": True})


def error(code, **members):
    return {"code": code, "message": "no", "retry": "never", "money": "not_moved", **members}


def in_step(liar, wallet, background):
    """A request is answered: whatever the liar has said before was received, and the wallet was told nothing else."""
    started = background(wallet.sync_start)
    liar.answer("sync.start", {"running": True})
    assert started.result(SECONDS).running


@pytest.fixture
def background():
    """Calls on threads: `background(wallet.status)` is a future."""
    threads = concurrent.futures.ThreadPoolExecutor(16)
    yield threads.submit
    threads.shutdown(wait=False, cancel_futures=True)
