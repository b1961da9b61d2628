"""A call and an event in each language: through the package or the door, on a wallet with a thousand transactions.

Each language's program does the same, one after the other against the same platform: logs in, syncs, and times calls.
They stand on what Scripts/bindings and Bindings/kotlin/build have built; what isn't built is named. Beside them stands
Breez's binding for Python, which parses a code of its own and lists as many payments.
"""

import contextlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from conversing.shells import BINDINGS, ENVIRONMENT, LIBRARY
from customers import shop
from static_server import StaticServer

HERE = pathlib.Path(__file__).parent / "languages"
ROWS = 1_000
CODE = "fex://pay?intent=00000000-0000-4000-8000-000000000001&amount=29.99&currency=USD" \
       "&merchant=00000000-0000-4000-8000-000000000002"
STEPS = {"parse": "parse", "history": f"history of 20, {ROWS:,} rows", "balance": "subscribe to the first balance"}
BREEZ = "breez-sdk-spark==0.27.2"
KOTLIN = BINDINGS / "kotlin/.build-kotlin"


class NotBuilt(Exception):
    """What a language needs isn't there."""


def measure(bench, figures):
    calls, found, missing = bench.iterations, {}, []
    with tempfile.TemporaryDirectory(dir=bench.folder) as name, platform(bench, name) as (addresses, login):
        for language, take in LANGUAGES.items():
            folder = pathlib.Path(name).resolve() / take.__name__
            folder.mkdir()
            try:
                found[language] = take(bench, folder, {"folder": str(folder / "wallet")} | addresses, login, calls)
            except NotBuilt as error:
                missing.append(f"{language}: not built, there is no {error}")
    for step, words in STEPS.items():
        for language, times in found.items():
            report(figures, f"In other languages: {words}", language, times[step])
    if not bench.is_small:
        found["Breez"] = measure_breez(bench, calls, figures)
    figures.details["languages"] = {"calls": calls, "times_ns": found, "missing": missing}
    for line in missing:
        print(line, file=sys.stderr)


def report(figures, section, name, times):
    figures.add(section, f"{name}: median", statistics.median(times) / 1e3, "µs")
    figures.add(section, f"{name}: 99th percentile", sorted(times)[len(times) * 99 // 100] / 1e3, "µs")


@contextlib.contextmanager
def platform(bench, directory):
    """Its addresses, and who logs in there: a sandbox, or a static server where there is none."""
    login = {"username": "somebody", "password": "secret", "device_name": "languages"}
    if not bench.has_sandbox:
        with StaticServer(bench.pages(ROWS), directory) as server:
            yield {"api": server.url, "auth": server.url}, login
        return
    with shop(bench.programs, "--no-nats") as running:
        person = running.ready["wallets"][0]
        running.make_history(person, ROWS)
        yield ({name: running.ready[name] for name in ("api", "auth")},
               login | {name: person[name] for name in ("username", "password")})


# MARK: Each language's program


def process(bench, folder, configuration, login, calls):
    """`wallet-cli rpc`, by pipes from Python. The lines are left the text that they are, as in C."""
    program, environment = bench.program("wallet-cli"), ENVIRONMENT | {"FEX_WALLET_HOME": str(folder)}
    if subprocess.run([program, "rpc", "--help"], capture_output=True).returncode:
        raise NotBuilt("wallet-cli with rpc")
    subprocess.run([program, "profile", "add", "default", "--api", configuration["api"], "--auth",
                    configuration["auth"]], env=environment, check=True, stdout=subprocess.DEVNULL)
    with subprocess.Popen([program, "rpc"], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        door = Door(running)
        door.request("login.password", login)
        door.request("sync")
        times = {
            "parse": timed(calls, lambda: door.request("parse", {"code": CODE}, b'"kind":"merchant"')),
            "history": timed(calls, lambda: door.request("history", {"limit": 20}, b'"completed_at"', 20)),
            "balance": timed(calls, door.watch, lambda: door.request("unsubscribe", {"topic": "balance"}))}
        running.stdin.close()
        running.stdout.read()
    return times


class Door:
    """The host's side of the process door, with one request in flight."""

    def __init__(self, running):
        self.running = running
        self.last_id = 0

    def request(self, method, params=None, holding=b"", times=1):
        """Sends a request, and waits for its answer, which has to hold something so often."""
        self.send(method, params)
        answer = self.wait_for(b'"id":%d,"result"' % self.last_id)
        if holding and answer.count(holding) != times:
            raise SystemExit(f"{method} was answered with {answer[:300]}")

    def watch(self):
        self.send("subscribe", {"topic": "balance"})
        if b'"as_of"' not in self.wait_for(b'"event":"balance"'):
            raise SystemExit("the first balance is none")

    def send(self, method, params):
        self.last_id += 1
        line = json.dumps({"id": self.last_id, "method": method, "params": params or {}})
        self.running.stdin.write(line.encode() + b"\n")
        self.running.stdin.flush()

    def wait_for(self, mark):
        for line in self.running.stdout:
            if b'"error"' in line:
                break
            if mark in line:
                return line
        raise SystemExit(f"wallet-cli rpc: {line[:300]}")


def timed(calls, call, undo=lambda: None):
    """The times of so many calls, after as many that aren't counted."""
    times = []
    for _ in range(2 * calls):
        begun = time.perf_counter_ns()
        call()
        times.append(time.perf_counter_ns() - begun)
        undo()
    return times[calls:]


def run(command, configuration, login, calls, environment=None):
    """A program that is told what to do, and prints nanoseconds."""
    done = subprocess.run(
        [*command, json.dumps(configuration), json.dumps(login), CODE, str(calls)],
        env=ENVIRONMENT | (environment or {}), stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def need(*paths):
    for path in paths:
        if not path.exists():
            raise NotBuilt(path.relative_to(BINDINGS.parent))


def c(_, folder, configuration, login, calls):
    need(LIBRARY / "libfexwallet.so")
    program = folder / "bench"
    subprocess.run(
        ["cc", "-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-I", LIBRARY.parent / "include", "-o", program,
         HERE / "bench.c", "-L", LIBRARY, f"-Wl,-rpath,{LIBRARY}", "-lfexwallet"], check=True)
    return run([program], configuration, login, calls)


def python(_, __, configuration, login, calls):
    library = LIBRARY / "libfexwallet.so"
    need(library)
    return run([sys.executable, HERE / "bench.py"], configuration, login, calls,
               {"FEXWALLET_LIBRARY": str(library), "PYTHONPATH": str(BINDINGS / "python/src")})


def kotlin(_, folder, configuration, login, calls):
    need(KOTLIN / "compiler/complete", KOTLIN / "fexwallet.jar", KOTLIN / "lib/libfexwallet.so",
         KOTLIN / "lib/libfexwallet_jni.so")
    classpath = ":".join(map(str, [*(KOTLIN / "runtime").glob("*.jar"), KOTLIN / "fexwallet.jar"]))
    subprocess.run(
        ["java", "-cp", f"{KOTLIN}/compiler/*", "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler", "-Werror", "-no-stdlib",
         "-no-reflect", "-jvm-target", "17", "-cp", classpath, "-d", folder / "bench.jar", HERE / "Bench.kt"],
        check=True)
    return run(["java", f"-Djava.library.path={KOTLIN}/lib", "-cp", f"{folder}/bench.jar:{classpath}", "BenchKt"],
               configuration, login, calls)


LANGUAGES = {"C, JSON unread": c, "wallet-cli rpc, JSON unread": process, "Python": python, "Kotlin": kotlin}


# MARK: Breez


def measure_breez(bench, calls, figures):
    """The same steps of their binding, with no network at all: it may not go to any by itself."""
    environment = pathlib.Path(__file__).parent.parent / "python-environment"
    interpreter = subprocess.run([environment, BREEZ], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    apart = ["unshare", "--net", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    with tempfile.TemporaryDirectory(dir=bench.folder) as folder:
        done = subprocess.run(
            [*apart, interpreter, HERE / "breez.py", str(calls), folder, str(ROWS)], check=True, stdout=subprocess.PIPE)
    times = json.loads(done.stdout)
    section = f"Beside them Breez's binding for Python, {BREEZ}"
    for step, words in {"bare": "a bare call (default_config)", "parse": "parse", "list": STEPS["history"]}.items():
        report(figures, section, words, times[step])
    return times
