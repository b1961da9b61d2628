"""Wallets at the end of a pipe: programs that read messages as lines and write those that they receive."""

import json
import os
import pathlib
import queue
import signal
import subprocess
import sys
import threading

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
BINDINGS = ROOT / "Bindings"
LIBRARY = BINDINGS / ".build/prefix/lib"
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("FEX_")}


class ProcessDoor:
    """`wallet-cli rpc`, whose wallet is that of a profile."""

    name = "rpc"
    takes_configuration = False

    def __init__(self, programs):
        self.program = pathlib.Path(programs) / "wallet-cli"

    def missing(self):
        """What has to be built first, or None."""
        return None if self.program.exists() else self.program

    def start(self, folder, configuration):
        environment = ENVIRONMENT | {"FEX_WALLET_HOME": str(folder)}
        if not pathlib.Path(folder).exists():
            addresses = [f"--{name}={configuration[key]}" for name, key in (
                ("api", "api"), ("auth", "auth"), ("nats", "events")) if key in configuration]
            subprocess.run(
                [self.program, "profile", "add", "default", *addresses], env=environment, check=True,
                stdout=subprocess.DEVNULL)
        return Shell([self.program, "rpc"], environment)


class Linked:
    """A program that stands on libfexwallet. Its argument is the configuration with which the wallet is opened."""

    takes_configuration = True

    def __init__(self, name, command, needs, environment):
        self.name, self.command, self.needs = name, command, needs
        self.environment = ENVIRONMENT | environment

    def missing(self):
        """What has to be built first, or None."""
        return next((path for path in self.needs if not path.exists()), None)

    def start(self, folder, configuration):
        document = json.dumps({"folder": str(folder)} | configuration)
        return Shell([*self.command, document], self.environment)


def languages(programs):
    """Each language's shell, by the language."""
    c, python = BINDINGS / ".build/c/shell", BINDINGS / "python/shell.py"
    kotlin, jvm = BINDINGS / "kotlin/sample/conversation", BINDINGS / "kotlin/.build-kotlin/lib"
    interpreter = BINDINGS / "python/.build-venv/bin/python"
    if not interpreter.exists():
        # The package stands on the standard library alone.
        interpreter = pathlib.Path(sys.executable)
    found = {"LD_LIBRARY_PATH": str(LIBRARY)}
    shells = [
        ProcessDoor(programs),
        Linked("c", [c], [c, LIBRARY], found),
        Linked("kotlin", [kotlin], [kotlin, jvm], {}),
        Linked("python", [interpreter, python], [interpreter, python, LIBRARY], found | {
            "FEXWALLET_LIBRARY": str(LIBRARY / "libfexwallet.so"), "PYTHONPATH": str(BINDINGS / "python/src"),
            "PYTHONDONTWRITEBYTECODE": "1"}),
    ]
    return {shell.name: shell for shell in shells}


class Ended(Exception):
    """The shell has ended, and says nothing more."""


class Shell:
    """A running shell. What it says is read by a thread of its own: neither side waits for the other to read."""

    def __init__(self, command, environment):
        self.process = subprocess.Popen(
            [str(part) for part in command], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
        self.lines = queue.Queue()
        self.notes = bytearray()
        self.readers = [
            threading.Thread(target=read, daemon=True) for read in (self._read_lines, self._read_notes)]
        for reader in self.readers:
            reader.start()

    def _read_lines(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def _read_notes(self):
        for line in self.process.stderr:
            self.notes += line
            del self.notes[:-4000]

    def send(self, line):
        """Writes a line of bytes. That a shell has ended is seen where something is expected of it."""
        try:
            self.process.stdin.write(line + b"\n")
            self.process.stdin.flush()
        except (BrokenPipeError, ValueError):
            pass

    def receive(self, seconds):
        """The next message; None where none comes in time. Raises `Ended`, and `ValueError` for what is none."""
        try:
            line = self.lines.get(timeout=max(seconds, 0))
        except queue.Empty:
            return None
        if line is None:
            self.lines.put(None)
            raise Ended(self.how_it_ended())
        try:
            message = json.loads(line.decode())
        except ValueError as error:
            raise ValueError(f"a line is no JSON: {line[:200]!r}") from error
        if not isinstance(message, dict):
            raise ValueError(f"a line is no message: {line[:200]!r}")
        return message

    def close_input(self):
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass

    def how_it_ended(self):
        """The exit, and the last that it noted."""
        try:
            code = self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            return "it closed its output, and has not ended"
        how = signal.Signals(-code).name if code < 0 else f"exit {code}"
        self.readers[1].join(timeout=5)
        notes = " ".join(bytes(self.notes).decode(errors="replace").split())
        return f"it ended ({how}) {notes[-300:]}".strip()

    def exit(self, seconds):
        """The exit code, or None where it has not ended in time."""
        try:
            return self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return None

    def kill(self):
        """Ends it with -9, and waits for that."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.close_input()
