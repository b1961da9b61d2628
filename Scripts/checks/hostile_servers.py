"""Servers that mean ill, for calls and for events, with the real wallet-cli: what was expected, what it said, how long it took
and how much memory at its most.

Every certificate is made here, and every server is an address on loopback: nothing is resolved. Each row must be a named
error within its limit of time, with no more memory than an honest server takes and what one answer may hold."""

import argparse
import concurrent.futures
import dataclasses
import json
import os
import pathlib
import re
import ssl
import subprocess
import tempfile
import threading
import time

from customers import Customer, shop
from hostile import servers
from hostile.certificates import DAY, Authority, context

# What an answer may take in memory beside the program itself, in MiB: 4 MiB of body as read, as text and as values.
ROOM = 48
# That an event stream ended, whatever the reason.
ENDED = "why=(?!connecting)"


@dataclasses.dataclass
class Row:
    """One server, and what has to be said of it within so many seconds."""

    kind: str
    server: str
    expected: str
    sentence: str
    seconds: float
    port: int
    options: tuple = ()
    scheme: str = "https"


@dataclasses.dataclass
class Seen:
    """What came of a row."""

    said: str
    sentence: str
    seconds: float
    memory: int


def measured(command, environment, text="", until=None, patience=60):
    """Runs a command to its end, or until a line of what it says fits; gives its lines, seconds and peak of memory in MiB."""
    began = time.monotonic()
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    guard = threading.Timer(patience, process.kill)
    guard.start()
    process.stdin.write(text.encode())
    process.stdin.close()
    lines, took = [], None
    for line in process.stderr:
        lines.append(line.decode(errors="replace").rstrip())
        if until and took is None and re.search(until, lines[-1]):
            took = time.monotonic() - began
            # What it takes in is to be seen too.
            threading.Timer(5, process.terminate).start()
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    guard.cancel()
    return lines, took or time.monotonic() - began, usage.ru_maxrss // 1024


class Bench:
    """Where rows are tried: the programs, a sandbox for what events need, and a folder for homes."""

    def __init__(self, programs, directory, running):
        self.programs, self.directory, self.shop = pathlib.Path(programs), pathlib.Path(directory), running
        self.lock = threading.Lock()
        self.homes = 0

    def home(self):
        with self.lock:
            self.homes += 1
            return self.directory / f"home-{self.homes}"

    def call(self, row, authority):
        """Logs in at the server of a row: its first call is what the server answers."""
        environment = os.environ | {"FEX_WALLET_HOME": str(self.home())}
        for name in ("FEX_API_URL", "FEX_AUTH_URL", "FEX_NATS_URL"):
            environment.pop(name, None)
        address = f"{row.scheme}://127.0.0.1:{row.port}"
        wallet = self.programs / "wallet-cli"
        subprocess.run(
            [wallet, "profile", "add", "default", "--api", address, "--auth", address, "--ca", authority.file, *row.options],
            env=environment, check=True, capture_output=True)
        lines, took, memory = measured(
            [wallet, "login", "--username", "a", "--password-stdin", "--json"], environment, "b")
        try:
            error = json.loads(lines[-1])["error"]
        except (IndexError, ValueError, KeyError):
            return Seen("no error document", " ".join(lines)[-200:], took, memory)
        return Seen(error["code"], error["message"], took, memory)

    def listen(self, row, authority):
        """Listens at the server of a row, logged in at an honest platform."""
        with self.lock:
            person = self.shop.open_wallet("1.00")
        customer = Customer(self.shop, person, self.home().name)
        environment = customer.environment | {"FEX_NATS_URL": ""}
        subprocess.run(
            [customer.program, "profile", "add", "default", "--api", self.shop.ready["api"], "--auth",
             self.shop.ready["auth"], "--nats", f"{row.scheme}://127.0.0.1:{row.port}", "--ca", authority.file],
            env=environment, check=True, capture_output=True)
        lines, took, memory = measured(
            [customer.program, "approvals", "watch", "--verbose"], environment, until=row.sentence, patience=40)
        why = [found for line in lines if (found := re.search(r"why=(.*)", line))]
        polls = any("listening by asking" in line for line in lines)
        fitting = next((found.group(1) for found in why if re.search(row.sentence, found.group(0))), None)
        last = fitting or (why[-1].group(1) if why else " ".join(lines)[-200:])
        return Seen("away, asks instead" if polls else "not said to be away", f"why={last}", took, memory)


def calls(directory, authority, stranger):
    """Rows of calls."""
    good, pin = authority.sign("good")
    _, other = authority.sign("other")
    plain = servers.Server(servers.answer(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"))
    elsewhere = servers.Server(servers.answer(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"), context(good))
    honest = servers.answer(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n")

    def row(server, expected, sentence, seconds, behave=honest, tls=None, options=(), secure=True):
        port = servers.Server(behave, (tls or context(good)) if secure else None).port
        return Row("call", server, expected, sentence, seconds, port, options)

    def location(address):
        return servers.answer(b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n" % address.encode())

    yield row("honest, and no platform", "not_the_platform", "404", 5)
    yield row("honest, with its key pinned", "not_the_platform", "404", 5, options=("--pin", other, pin))
    yield row("certificate of a stranger", "insecure", "nobody who is trusted", 5, tls=context(stranger.sign("x")[0]))
    yield row("certificate that has expired", "insecure", "has expired", 5,
              tls=context(authority.sign("expired", start=-9 * DAY, end=-DAY)[0]))
    yield row("certificate not valid yet", "insecure", "not valid yet", 5,
              tls=context(authority.sign("early", start=DAY, end=9 * DAY)[0]))
    yield row("certificate for another host", "insecure", "for another host", 5,
              tls=context(authority.sign("elsewhere", address="127.0.0.2")[0]))
    yield row("TLS 1.0", "insecure", "TLS of version 1.2", 5, tls=context(good, ssl.TLSVersion.TLSv1))
    yield row("TLS 1.1", "insecure", "TLS of version 1.2", 5, tls=context(good, ssl.TLSVersion.TLSv1_1))
    yield row("TLS 1.2", "not_the_platform", "404", 5, tls=context(good, ssl.TLSVersion.TLSv1_2))
    yield row("another key than is pinned", "pin_mismatch", "pinned", 5, options=("--pin", other, other))
    yield row("downgrade: no TLS there", "insecure", "TLS of version 1.2", 5, servers.answer_in_the_clear,
              secure=False)
    yield row("downgrade: redirect to http", "unreachable", "redirected from https", 5,
              location(f"http://127.0.0.1:{plain.port}/"))
    yield row("redirect to another server", "unreachable", "redirected from https", 5,
              location(f"https://127.0.0.1:{elsewhere.port}/"))
    yield row("redirects in circles", "unreachable", "more than 5 times", 5, servers.redirect_in_circles)
    yield row("silent before TLS", "timed_out", "in time", 12, servers.silent, secure=False)
    yield row("silent after TLS", "timed_out", "in time", 33, servers.silent)
    yield row("drip of a head", "timed_out", "in time", 33, servers.drip)
    yield row("drip of a body", "timed_out", "in time", 33, servers.drip_body)
    yield row("endless body", "unreachable", "a body of more than", 10, servers.endless)
    yield row("bomb: 1 GiB in 1 MiB", "unreachable", "a body of more than", 10, servers.bomb)
    yield row("header flood", "unreachable", "more header fields", 10, servers.header_flood)
    yield row("endless header", "unreachable", "a header line that is longer", 10, servers.long_header)
    yield row("reset after the request", "unreachable", "out of reach", 5, servers.reset)
    yield row("no HTTP at all", "unreachable", "out of reach", 5, lambda one: (servers.request(one), one.sendall(b"\0" * 64)))


def listenings(authority, stranger):
    """Rows of events."""
    good, _ = authority.sign("events")
    away = "away, asks instead"

    def row(server, sentence, seconds, behave=servers.silent, tls=None, info=servers.INFO, secure=True, whole=None):
        serve = whole or servers.events((tls or context(good)) if secure else None, behave, info)
        return Row("events", server, away, sentence, seconds, servers.Server(serve).port, scheme="tls")

    welcome = servers.greeted
    yield row("certificate of a stranger", "no secure connection.*local issuer", 8, tls=context(stranger.sign("e")[0]))
    yield row("certificate that has expired", "no secure connection.*expired", 8,
              tls=context(authority.sign("e-expired", start=-9 * DAY, end=-DAY)[0]))
    yield row("certificate for another host", "no secure connection.*mismatch", 8,
              tls=context(authority.sign("e-elsewhere", address="127.0.0.2")[0]))
    yield row("TLS 1.0", "no secure connection", 8, tls=context(good, ssl.TLSVersion.TLSv1))
    yield row("TLS 1.1", "no secure connection", 8, tls=context(good, ssl.TLSVersion.TLSv1_1))
    yield row("downgrade: offers no TLS", "no secure connection", 8, welcome(servers.silent), info=servers.PLAIN_INFO,
              secure=False)
    yield row("silent from the start", "[Tt]imeout", 12, whole=servers.silent)
    yield row("drip of its greeting", "[Tt]imeout", 12, whole=servers.drip_info)
    yield row("greeting without an end", ENDED, 12, whole=servers.endless_line)
    yield row("silent in the handshake", "[Tt]imeout", 12, secure=False)
    yield row("silent after TLS", "[Tt]imeout", 12)
    yield row("reset in the greeting", ENDED, 8, whole=servers.reset_at_once)
    yield row("reset after TLS", ENDED, 8, servers.reset)
    yield row("line without an end", ENDED, 12, welcome(servers.endless_line))
    # libnats reads a message whole, as long as its head says it is: the connection is cut for it.
    yield row("message of 2 GB", "message of more than", 12, welcome(servers.endless_message))
    yield row("message of 2 GB of fields", "message of more than", 12, welcome(servers.endless_headers))
    yield row("error without an end", "message of more than", 12, welcome(servers.endless_error))


def judged(row, seen, honest):
    """What differs from what was expected."""
    if seen.said != row.expected:
        yield f"said {seen.said}"
    if not re.search(row.sentence, seen.sentence):
        yield f"“{seen.sentence}” does not say “{row.sentence}”"
    if seen.seconds > row.seconds:
        yield f"took {seen.seconds:.1f} s"
    if seen.memory > honest + ROOM:
        yield f"took {seen.memory} MiB"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", required=True, help="the directory of the built programs")
    parser.add_argument("--only", default="", help="rows whose name has this in it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fex-hostile-") as directory, shop(options.programs, "--no-nats") as running:
        servers.packed_zeros()
        authority, stranger = Authority(directory, "trusted"), Authority(directory, "stranger")
        bench = Bench(options.programs, directory, running)
        rows = [*calls(directory, authority, stranger), *listenings(authority, stranger)]
        chosen = [row for row in rows if options.only in f"{row.kind}: {row.server}"]
        tries = {"call": bench.call, "events": bench.listen}
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            seen = list(pool.map(lambda row: tries[row.kind](row, authority), chosen))
        # The program itself, as it met a server that does nothing out of the way.
        honest = {}
        for row, one in zip(chosen, seen):
            honest[row.kind] = min(honest.get(row.kind, one.memory), one.memory)
        wrong = 0
        print(f"{'':7}{'server':32}{'within':>7}{'took':>7}{'MiB':>6}  what it said")
        for row, one in zip(chosen, seen):
            problems = list(judged(row, one, honest[row.kind]))
            wrong += bool(problems)
            print(f"{row.kind:7}{row.server:32}{row.seconds:7.0f}{one.seconds:7.1f}{one.memory:6}  {one.said}: "
                  f"{one.sentence.removeprefix('why=')[:110]}" + (f"  WRONG: {'; '.join(problems)}" if problems else ""))
        print(f"{len(chosen)} servers, {wrong} rows differ from what was expected")
    raise SystemExit(1 if wrong or not chosen else 0)


if __name__ == "__main__":
    main()
