"""Known secrets, and everything that the programs write, say, show the system or hold: where is one of them to be seen?

The real programs run as a user without rights (`nobody` where the check is root's), through a server between them and the
sandbox that repeats on demand all that it was sent. What is looked for are the values themselves, in each form in which they
could stand somewhere. Before anything is believed, a value is planted in each kind of place, and has to be found there."""

import argparse
import base64
import contextlib
# Python looks for these when it needs them, where `nobody` may not.
import email.generator  # noqa: F401
import encodings.idna  # noqa: F401
import http.client
import http.server
import json
import multiprocessing
import os
import pathlib
import pwd
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import traceback  # noqa: F401
import urllib.parse

from customers import expect, shop

PASSPHRASE = "correct horse\tbattery/staple 7"
NEW_PASSPHRASE = "another horse & a battery 8"
WRONG = "wrong+password/of-somebody"


class Values:
    """The secrets, each under a name, and the forms in which they could stand somewhere."""

    def __init__(self):
        self.forms = {}

    def add(self, name, value):
        value = value if isinstance(value, bytes) else value.encode()
        if len(value) < 8:
            raise SystemExit(f"the secret {name} is too short to be looked for")
        for form in set(forms(value)):
            self.forms.setdefault(form, name)

    def found_in(self, data):
        return sorted({name for form, name in self.forms.items() if form in data})


def forms(value):
    yield value
    yield value[-24:]
    yield urllib.parse.quote_from_bytes(value, safe="").encode()
    yield json.dumps(value.decode(errors="replace"))[1:-1].encode()
    for text in (value.hex(), value.hex().upper()):
        yield text.encode()
    # As it stands in base64 of something longer: by where in a group of three bytes it begins.
    for shift in range(3):
        packed = base64.b64encode(bytes(shift) + value)
        whole = packed[(0, 2, 3)[shift]: len(packed) // 4 * 4 - 4]
        yield whole
        yield whole.replace(b"+", b"-").replace(b"/", b"_")


def warden(pipe):
    """What only root can read, for a check that has given its rights up."""
    for kind, pid in iter(pipe.recv, None):
        try:
            if kind == "memory":
                pipe.send(memory(pid))
            else:
                pipe.send(pathlib.Path(f"/proc/{pid}/{kind}").read_bytes())
        except OSError as error:
            pipe.send(error)


def memory(pid):
    """All that a process has written into its memory."""
    pieces = []
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as all_of_it:
        for line in maps:
            found = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if not found:
                continue
            start, end = int(found[1], 16), int(found[2], 16)
            with contextlib.suppress(OSError, ValueError, OverflowError):
                all_of_it.seek(start)
                pieces.append(all_of_it.read(min(end - start, 1 << 28)))
    return b"".join(pieces)


class Echo(http.server.ThreadingHTTPServer):
    """Stands between the wallet and the sandbox; while `status` is set it answers with all that it was sent."""

    daemon_threads = True

    def __init__(self, sandbox):
        self.status, self.echoed = None, 0
        self.sandbox = sandbox

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def serve(handler):
                body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
                discovers = "/.well-known/" in handler.path
                if self.status and not discovers:
                    self.echoed += 1
                    handler.reply(self.status, [], self.echo(handler, body))
                else:
                    handler.pass_on(body)

            do_GET = do_POST = do_PUT = do_DELETE = serve

            def pass_on(handler, body):
                connection = http.client.HTTPConnection("127.0.0.1", sandbox, timeout=60)
                headers = {k: v for k, v in handler.headers.items() if k.lower() not in ("connection", "content-length")}
                connection.request(handler.command, handler.path, body or None, headers)
                answer = connection.getresponse()
                data = answer.read().replace(f"127.0.0.1:{sandbox}".encode(), f"127.0.0.1:{self.server_port}".encode())
                kept = [(k, v) for k, v in answer.getheaders()
                        if k.lower() not in ("connection", "content-length", "transfer-encoding")]
                handler.reply(answer.status, kept, data)
                connection.close()

            def reply(handler, status, headers, body):
                handler.send_response_only(status)
                for name, value in headers:
                    handler.send_header(name, value)
                handler.send_header("Content-Length", str(len(body)))
                handler.end_headers()
                handler.wfile.write(body)

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def echo(self, handler, body):
        """What was sent, in every member that a wallet might show, log or keep, the secret at the front. With 200 it says
        that it succeeded: rows of other answers are not kept."""
        sent = handler.headers.get("Authorization", "").removeprefix("Bearer ").removeprefix("DPoP ")
        fields = urllib.parse.parse_qs(body.decode(errors="replace"))
        secret = sent or next((fields[name][0] for name in ("password", "refresh_token", "token", "device_code", "code")
                               if name in fields), "nothing")
        headers = "".join(f"{name}: {value} | " for name, value in handler.headers.items())
        said = f"{secret} | {body.decode(errors='replace')} | {headers}"
        row = {"seq": 1, "transaction_id": secret, "payment_intent": {"id": secret, "status": secret}, "status": secret}
        return json.dumps({
            "success": self.status == 200, "error": said, "error_description": said, "message": said, "code": secret,
            "issuer": secret, "payment_intent": row["payment_intent"], "transactions": [row], "approvals": [row],
            "next": 1, "has_more": False, "wallet": {"wallet_id": secret}}).encode()


class Scene:
    """A home, the programs, what they have said so far, and what must not be in it."""

    def __init__(self, programs, directory, running, echo, guard):
        self.wallet = pathlib.Path(programs) / "wallet-cli"
        self.directory, self.shop, self.echo, self.guard = directory, running, echo, guard
        self.values, self.said, self.names = Values(), [], 0
        self.scratch = directory / "tmp"
        self.scratch.mkdir()
        self.person = running.open_wallet("1000.00")
        for name, value in (("password", self.person["password"]), ("event password", self.person["nats_password"]),
                            ("passphrase", PASSPHRASE), ("new passphrase", NEW_PASSPHRASE), ("wrong password", WRONG)):
            self.values.add(name, value)

    def environment(self, home, **more):
        place = f"http://127.0.0.1:{self.echo.server_port}"
        return {name: value for name, value in os.environ.items() if not name.startswith("FEX_")} | {
            "FEX_WALLET_HOME": str(home), "FEX_API_URL": place, "FEX_AUTH_URL": f"{place}/auth",
            "FEX_NATS_URL": self.shop.ready["nats"], "FEX_LOG_LEVEL": "trace", "TMPDIR": str(self.scratch),
            "HOME": str(self.directory)} | more

    def run(self, home, *arguments, secret=None, passphrases=(), **environment):
        """Runs a command as people do and as programs do; what it says is kept. The outcome is that of the second."""
        for more in (("--verbose",), ("--verbose", "--json")):
            if secret is None and more[-1] == "--verbose" and arguments[0] in ("pay", "approve", "login", "passphrase"):
                continue
            reader = None
            command = [self.wallet, *arguments, *more]
            if passphrases:
                reader, writer = os.pipe()
                os.write(writer, "".join(line + "\n" for line in passphrases).encode())
                os.close(writer)
                command += ["--passphrase-fd", str(reader)]
            outcome = subprocess.run(
                command, env=self.environment(home, **environment), input=secret.encode() if secret else b"",
                capture_output=True, pass_fds=[reader] if reader else [], timeout=120)
            if reader:
                os.close(reader)
            self.keep(f"`{' '.join(arguments)}`", outcome)
        return outcome

    def keep(self, what, outcome):
        self.said.append((what, outcome.stdout + outcome.stderr))

    def learn(self, home):
        """What lies among the secrets of a home that is plain."""
        for folder in home.rglob("secrets"):
            for file in folder.iterdir():
                data = file.read_bytes()
                try:
                    document = json.loads(data.decode())
                except ValueError:
                    # A key is bytes, and may begin with any of them.
                    if len(data) == 32:
                        self.values.add(f"key in {file.name}", data)
                    continue
                for name, value in members(document):
                    if name in ("access_token", "refresh_token", "password", "verifier", "d", "private_key"):
                        self.values.add(name.replace("_", " "), value)

    def start(self, home, *arguments):
        """A command that goes on by itself; what it says is kept in a file beside the homes."""
        self.names += 1
        with open(self.directory / f"started-{self.names}.log", "wb") as log:
            return subprocess.Popen(
                [self.wallet, *arguments], env=self.environment(home), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=allow_cores, cwd=self.scratch)


def members(document):
    if isinstance(document, dict):
        for name, value in document.items():
            if isinstance(value, str) and value:
                yield name, value
            yield from members(value)


def allow_cores():
    resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)


def files(folder, *, but=()):
    return [file for file in sorted(folder.rglob("*")) if file.is_file() and not set(but) & set(file.parts)]


def seen_in(scene, all_files):
    return sorted({f"{name} in {file.relative_to(scene.directory)}"
                   for file in all_files for name in scene.values.found_in(file.read_bytes())})


def commands(scene, home):
    """What a customer does, with what goes wrong on the way."""
    password = scene.person["password"]
    expect(scene.run(home, "login", "--username", scene.person["username"], "--password-stdin", secret=WRONG)
           .returncode != 0, "a wrong password logs nobody in")
    outcome = scene.run(home, "login", "--username", scene.person["username"], "--password-stdin", secret=password)
    expect(outcome.returncode == 0, f"the password logs in: {outcome.stderr}")
    scene.learn(home)
    paid = scene.shop.ask("pay", scene.person, "1.37")
    expect(scene.run(home, "pay", paid, "--yes").returncode == 0, "an intent is paid")
    asked = scene.shop.ask("approve", scene.person, "2.50")
    expect(scene.run(home, "approve", asked, "--yes").returncode == 0, "a request is approved")
    for arguments in (("sync",), ("status",), ("balance", "--refresh"), ("devices",), ("history",), ("show", paid),
                      ("outbox",), ("approvals",), ("code",), ("profile", "list"), ("limits",), ("pay", "nonsense"),
                      ("scan", "fex://pay?intent=x"), ("--version",), ("login", "--help")):
        scene.run(home, *arguments)
    out = scene.directory / "exports"
    out.mkdir(exist_ok=True)
    for arguments in (("history", "export", "--to", str(out / "h.csv")), ("history", "export", "--to", str(out / "h.json")),
                      ("code", "--png", str(out / "c.png"), "--svg", str(out / "c.svg"))):
        expect(scene.run(home, *arguments).returncode == 0, f"{arguments} writes a file")
    proof = scene.run(home, "proof", "export", paid)
    expect(proof.returncode == 0, "a proof is exported")
    (out / "proof.json").write_bytes(proof.stdout)
    # The access token is over: the refresh token leaves, and another comes.
    scene.shop.advance(310)
    scene.run(home, "sync")
    scene.learn(home)


def device_login(scene, home):
    """A login by the page that the wallet names."""
    log = scene.directory / "device-login"
    with open(log, "wb") as output:
        process = subprocess.Popen(
            [scene.wallet, "login", "--verbose"], env=scene.environment(home), stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.STDOUT)
        page = None
        for _ in range(300):
            found = re.search(rb"(http\S+user_code=\S+)\n", log.read_bytes())
            if found:
                page = found[1].decode()
                break
            time.sleep(0.1)
        expect(page, "the wallet names a page")
        yield process.pid
        curl = ["curl", "-fsS"]
        cookies = str(scene.directory / "cookies")
        html = subprocess.run([*curl, "-c", cookies, page], check=True, capture_output=True, text=True).stdout
        form = dict(re.findall(r'name="(form_token|user_code)" value="([^"]+)"', html)) | {
            "username": scene.person["username"], "password": scene.person["password"], "answer": "allow"}
        subprocess.run(
            [*curl, "-b", cookies, "--data-binary", "@-", page], check=True, capture_output=True,
            input=urllib.parse.urlencode(form).encode())
        expect(process.wait(60) == 0, f"the wallet is logged in: {log.read_text()}")
    os.remove(cookies)
    scene.said.append(("`login` by a page", log.read_bytes()))
    log.unlink()
    scene.learn(home)


def hostile(scene, home):
    """Commands while all that is sent comes back, with each kind of status."""
    paid = scene.shop.ask("pay", scene.person, "0.77")
    for status in (200, 400, 401, 403, 404, 422, 500):
        scene.echo.status = status
        for arguments in (("sync",), ("balance", "--refresh"), ("devices",), ("pay", paid, "--yes"), ("approvals",),
                          ("show", paid), ("outbox",), ("status",)):
            scene.run(home, *arguments)
        scene.run(home, "login", "--username", "alice", "--password-stdin", secret=WRONG)
        # Renewed on the way: the refresh token is sent.
        scene.echo.status = None
        scene.run(home, "sync")
        scene.learn(home)
        scene.shop.advance(310)
        scene.echo.status = status
        scene.run(home, "sync")
        scene.echo.status = None
    expect(scene.echo.echoed > 50, f"much is repeated: {scene.echo.echoed}")
    told = sum(b"redacted" in said for _, said in scene.said)
    expect(told > 5, f"what is repeated would be told, were it not withheld: {told}")
    scene.learn(home)


def stays_away(scene):
    """Commands out of reach."""
    home = scene.directory / "home"
    for arguments in (("sync",), ("pay", "pi_x", "--yes"), ("balance", "--refresh")):
        scene.run(home, *arguments, FEX_API_URL="http://127.0.0.1:9", FEX_AUTH_URL="http://127.0.0.1:9/auth")


def of_process(scene, pid):
    """What the system shows of a process, to root and to its own user."""
    shown = {name: scene.guard(name, pid) for name in ("cmdline", "environ")}
    return shown, [f"{name} in {what}" for what, data in shown.items() if isinstance(data, bytes)
                   for name in scene.values.found_in(data)]


def attach(pid, folder):
    """Tries to read the memory of a process as its own user: by gdb, and by the file that holds it."""
    core = folder / "forced"
    gdb = subprocess.run(
        ["gdb", "-nx", "-p", str(pid), "-batch", "-ex", f"generate-core-file {core}"], capture_output=True, text=True,
        timeout=120)
    read = False
    with contextlib.suppress(OSError), open(f"/proc/{pid}/mem", "rb"):
        read = True
    was_forced = core.exists()
    core.unlink(missing_ok=True)
    return was_forced or read or "detached" in gdb.stdout


def crashes(process, folder):
    """Whether a process that crashes leaves a core."""
    process.send_signal(signal.SIGSEGV)
    process.wait()
    found = [file for file in folder.rglob("*") if file.is_file() and file.name.startswith("core")]
    for file in found:
        file.unlink()
    return bool(found)


def rows(scene):
    home, plain = scene.directory / "home", []
    commands(scene, home)
    grant = scene.directory / "granted"
    shown = []
    for pid in device_login(scene, grant):
        shown += of_process(scene, pid)[1]
    hostile(scene, home)
    stays_away(scene)
    yield "what the system shows of a login", 2, shown
    watch = scene.start(home, "approvals", "watch", "--verbose")
    # It hears of one, and is out of reach of its event server and platform for a while.
    scene.shop.ask("approve", scene.person, "3.10")
    time.sleep(2)
    scene.echo.status = 401
    scene.shop.advance(310)
    scene.shop.ask("approve", scene.person, "3.11")
    time.sleep(2)
    scene.echo.status = None
    shown, found = of_process(scene, watch.pid)
    yield "cmdline and environ of a watch", sum(isinstance(data, bytes) for data in shown.values()), found
    yield "its memory, to gdb and programs of its user", 1, ["it can be read"] if attach(watch.pid, scene.scratch) else []
    yield "a core where it crashes", 1, ["there is one"] if crashes(watch, scene.scratch) else []
    expect(scene.guard("cmdline", watch.pid) is not None, "the watch ran")
    plain = files(home, but={"secrets"}) + files(grant, but={"secrets"})
    yield "database, log, drafts: homes but their secrets", len(plain), seen_in(scene, plain)
    outcome = scene.run(home, "passphrase", "set", passphrases=[PASSPHRASE])
    expect(outcome.returncode == 0, f"a passphrase is set: {outcome.stderr}")
    expect(scene.run(home, "unlock", passphrases=[WRONG]).returncode == 77, "another passphrase does not unlock")
    expect(scene.run(home, "unlock", passphrases=[PASSPHRASE]).returncode == 0, "the passphrase unlocks")
    expect(scene.run(home, "sync").returncode == 0, "what is unlocked syncs")
    expect(scene.run(home, "passphrase", "set", passphrases=[PASSPHRASE, NEW_PASSPHRASE]).returncode == 0, "it is changed")
    expect(scene.run(home, "unlock", passphrases=[NEW_PASSPHRASE]).returncode == 0, "the new one unlocks")
    watch = scene.start(home, "approvals", "watch")
    time.sleep(2)
    found = scene.values.found_in(scene.guard("memory", watch.pid)) if scene.guard.is_root else ["(not root)"]
    yield "memory of a watch that is unlocked, to root: as a control", 1, [] if found else ["nothing: is it looked at?"]
    watch.kill()
    watch.wait()
    expect(scene.run(home, "lock").returncode == 0, "the secrets are locked")
    expect(scene.run(home, "sync").returncode == 77, "what is locked does not sync")
    sealed = files(home)
    yield "a home under a passphrase, its secrets too", len(sealed), seen_in(scene, sealed)
    yield from locked(scene, home)
    exports = files(scene.directory / "exports")
    yield "exports, images and proofs", len(exports), seen_in(scene, exports)
    logs = sorted(scene.directory.glob("started-*.log"))
    yield "what the watches said, at trace level", len(logs), seen_in(scene, logs)
    yield "TMPDIR", 1, seen_in(scene, files(scene.scratch))
    yield "what the commands said, at trace level", len(scene.said), sorted(
        {f"{name} in {what}" for what, data in scene.said for name in scene.values.found_in(data)})
    yield "the sandbox's log, at trace level", 1, scene.values.found_in(scene.shop.log_text().encode())
    yield from sandbox(scene)


def locked(scene, home):
    """A program that starts once the secrets are locked, looked at again and again while it runs."""
    found, looks = [], 0
    process = subprocess.Popen(
        [scene.wallet, "history", "export", "--to", "-", "--format", "json"], env=scene.environment(home),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    # It is stopped for each look.
    for _ in range(50):
        process.send_signal(signal.SIGSTOP)
        held = scene.guard("memory", process.pid)
        if isinstance(held, bytes):
            found += scene.values.found_in(held)
            looks += bool(held)
        process.send_signal(signal.SIGCONT)
        if process.poll() is not None:
            break
        time.sleep(0.002)
    process.communicate()
    yield "memory of programs started after `lock`", looks, sorted(set(found))


def sandbox(scene):
    """The platform's own program: its memory holds everybody's secrets."""
    process = scene.shop.process
    shown, found = of_process(scene, process.pid)
    yield "cmdline and environ of the sandbox", sum(isinstance(data, bytes) for data in shown.values()), found
    yield "its memory, to gdb and programs of its user", 1, ["it can be read"] if attach(process.pid, scene.scratch) else []


def planted(scene):
    """A value in each kind of place, each of which has to be found; and what is refused has to be allowed elsewhere."""
    secret, place = b"a-canary-that-is-planted+/1", scene.directory / "planted"
    values, place = Values(), place
    values.add("planted", secret)
    place.mkdir()
    count = 0
    for form in (secret, secret.hex().encode(), base64.b64encode(b"user:" + secret), base64.urlsafe_b64encode(b"x" + secret),
                 base64.b64encode(secret + b"more"), urllib.parse.quote(secret, safe="").encode()):
        file = place / str(count)
        file.write_bytes(b"before" + form + b"behind")
        expect(values.found_in(file.read_bytes()) == ["planted"], f"{form} is found")
        count += 1
    holder = subprocess.Popen(
        ["/usr/bin/python3", "-c", "import sys, time; kept = sys.stdin.buffer.read(); print(flush=True); time.sleep(600)",
         secret.decode()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | {"PLANTED": secret.decode()},
        preexec_fn=allow_cores, cwd=place)
    holder.stdin.write(secret)
    holder.stdin.close()
    holder.stdout.readline()
    kinds = ("cmdline", "environ", "memory") if scene.guard.is_root else ("cmdline", "environ")
    for kind in kinds:
        expect(values.found_in(scene.guard(kind, holder.pid)) == ["planted"], f"it is found in the {kind} of a process")
        count += 1
    expect(attach(holder.pid, place), "gdb reads the memory of an ordinary program")
    left = crashes(holder, place)
    if not left:
        print("(this system leaves no cores at all: that a crash leaves none shows nothing here)")
    shutil.rmtree(place)
    return count + 1 + left


class Guard:
    """Asks root, where there is one, what is in a process."""

    def __init__(self):
        self.is_root = os.geteuid() == 0
        if self.is_root:
            self.pipe, end = multiprocessing.Pipe()
            if os.fork() == 0:
                self.pipe.close()
                with contextlib.suppress(EOFError):
                    warden(end)
                os._exit(0)
            end.close()

    def __call__(self, kind, pid):
        if self.is_root:
            self.pipe.send((kind, pid))
            return self.pipe.recv()
        try:
            return pathlib.Path(f"/proc/{pid}/{kind}").read_bytes()
        except OSError as error:
            return error


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", required=True, help="the directory of the built programs")
    options = parser.parse_args()
    guard = Guard()
    if guard.is_root:
        nobody = pwd.getpwnam("nobody")
        os.setgroups([])
        os.setresgid(nobody.pw_gid, nobody.pw_gid, nobody.pw_gid)
        os.setresuid(nobody.pw_uid, nobody.pw_uid, nobody.pw_uid)
    os.environ["HOME"] = "/"
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="fex-canary-") as directory, shop(
            options.programs, "--nats-port", "0", "--log-level", "trace") as running:
        scene = Scene(options.programs, pathlib.Path(directory), running, Echo(running.port), guard)
        print(f"{planted(scene)} planted values are found")
        print(f"{'where':58}{'looked at':>10}  found")
        for where, looked_at, found in rows(scene):
            problem = bool(found) or (not looked_at and guard.is_root)
            wrong += problem
            print(f"{where:58}{looked_at:10}  {'; '.join(found) or 'none'}{'   WRONG' if problem else ''}", flush=True)
        names = sorted(set(scene.values.forms.values()))
        print(f"{len(names)} kinds of secrets in {len(scene.values.forms)} forms: {', '.join(names)}")
    print(f"{wrong} rows are not as they have to be")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
