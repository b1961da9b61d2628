"""Secrets moved into a real keyring and back, and the wallet killed (SIGKILL) at each of its system calls that changes something: none
is lost, and in the end nothing is left over. `strace` kills; bus and keyring are this check's own."""

import argparse
import contextlib
import json
import os
import pathlib
import subprocess
import tempfile
import time

# What writes a file, names one, removes one, takes a lock, or says something to the keyring.
CALLS = ["openat", "write", "fsync", "linkat", "rename", "unlink", "flock", "fchmod", "sendmsg"]
SECRETS = {"tokens": b'{"access":"a","refresh":"r"}', "device-key": bytes(range(32)), "event-credentials": b"x" * 65_536}
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={folder}/bus</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/></policy></busconfig>"""


class Scene:
    """A bus, a keyring that is open, and a profile with secrets in files."""

    def __init__(self, programs, folder, stack):
        self.wallet, self.folder = programs / "wallet-cli", folder
        self.environment = {**os.environ, "DBUS_SESSION_BUS_ADDRESS": f"unix:path={folder}/bus", "XDG_RUNTIME_DIR": str(folder),
                            "XDG_DATA_HOME": str(folder / "data"), "HOME": str(folder), "FEX_WALLET_HOME": str(folder / "wallet")}
        (folder / "bus.conf").write_text(BUS.format(folder=folder))
        (folder / "password").write_text("correct horse")
        self.begin(stack, ["dbus-daemon", "--nofork", f"--config-file={folder}/bus.conf"])
        self.wait(lambda: (folder / "bus").exists())
        self.begin(stack, ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets",
                           f"--control-directory={folder}"], open(folder / "password", "rb"))
        self.wait(lambda: self.ask("ReadAlias", "string:default").returncode == 0)
        done = self.run("profile", "add", "default", "--api", "http://127.0.0.1:9", "--auth", "http://127.0.0.1:9")
        if done.returncode:
            raise SystemExit(f"secret-moves: {done.stderr}")
        self.profile = folder / "wallet/profiles/default"
        self.secrets = self.profile / "secrets"
        self.secrets.mkdir(mode=0o700)
        for name, secret in SECRETS.items():
            (self.secrets / name).write_bytes(secret)

    def begin(self, stack, command, given=subprocess.DEVNULL):
        process = subprocess.Popen(command, env=self.environment, stdin=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        stack.callback(process.wait)
        stack.callback(process.kill)

    @staticmethod
    def wait(body):
        deadline = time.monotonic() + 30
        while not body():
            if time.monotonic() > deadline:
                raise SystemExit("secret-moves: the bus or the keyring did not start")
            time.sleep(0.02)

    def ask(self, method, argument):
        return subprocess.run(["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets",
                               f"org.freedesktop.Secret.Service.{method}", argument], env=self.environment, capture_output=True, text=True)

    def items(self):
        found = self.ask("SearchItems", "dict:string:string:xdg:schema,fex.wallet.Secret").stdout
        return sum("object path" in line for line in found.splitlines())

    def run(self, *arguments, before=()):
        return subprocess.run([*before, self.wallet, *arguments], env=self.environment, capture_output=True, text=True, timeout=60)

    def move(self, target):
        done = self.run("secrets", "move", target)
        if done.returncode:
            raise SystemExit(f"secret-moves: {done.stderr}")

    def killed(self, target, call, number):
        """Whether a move was killed at a thread's call of that kind and number."""
        # The program may not be traced by itself: whoever starts it traces it from the beginning.
        trace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}"]
        return self.run("secrets", "move", target, before=trace).returncode != 0

    def problem(self):
        """What is wrong once a move back to files has been made."""
        self.move("plain")
        lost = [name for name, secret in SECRETS.items() if (self.secrets / name).read_bytes() != secret]
        if lost:
            return f"lost or changed: {', '.join(lost)}"
        if count := self.items():
            return f"{count} items are left in the keyring"
        file = self.profile / "secret-store.json"
        place = json.loads(file.read_text()) if file.exists() else {"unfinished": None}
        return None if place["unfinished"] is None else f"left over: {place}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=pathlib.Path, required=True)
    parser.add_argument("--most", type=int, default=200, help="calls of one kind that a move is killed at, at most")
    options = parser.parse_args()
    bad = total = 0
    print("| move to | killed at | times | lost or left over |\n|---|---|---|---|")
    with contextlib.ExitStack() as stack:
        # A socket's path has to be short.
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="moves-", dir="/tmp")))
        scene = Scene(options.programs.resolve(), folder, stack)
        for target in ("secret_service", "plain"):
            for call in CALLS:
                kills, problems = 0, []
                for number in range(1, options.most + 1):
                    if target == "plain":
                        scene.move("secret_service")
                    if not scene.killed(target, call, number):
                        scene.move("plain")
                        break
                    kills += 1
                    if problem := scene.problem():
                        problems.append(f"{number}: {problem}")
                total, bad = total + kills, bad + len(problems)
                print(f"| {target} | {call} | {kills} | {'; '.join(problems) or 'nothing'} |", flush=True)
    print(f"secret-moves: killed {total} times, {bad} times something was lost or left over")
    raise SystemExit(1 if bad or total < 50 else 0)


main()
