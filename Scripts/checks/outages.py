"""Kills nats-server with -9 and starts it again, many times, while a till asks many times a second.

A `wallet-cli approvals watch` runs all the while, or with --websocket one of a wallet that hears by a WebSocket: it has to print
each request once, and miss none. Printed at the end: how soon it noticed that the stream was dead, how soon it heard again, and how
late the requests of an outage were shown."""

import argparse
import collections
import copy
import pathlib
import random
import shutil
import socket
import statistics
import subprocess
import tempfile
import threading
import time

from customers import Customer, expect, kill, shop
from ports import free_port
from watch import Watch


class EventServer:
    """A nats-server that is killed and comes back at the same address."""

    def __init__(self):
        # Goes with this object.
        self.directory = tempfile.TemporaryDirectory(prefix="fex-check-")
        path = shutil.which("nats-server", path="/usr/sbin:/usr/local/bin:/usr/bin") or shutil.which("nats-server")
        expect(path, "nats-server is installed")
        self.ports = free_port(), free_port()
        configuration = pathlib.Path(self.directory.name) / "nats.conf"
        configuration.write_text(
            f'websocket {{ host: "127.0.0.1", port: {self.ports[1]}, no_tls: true, compression: false }}\n')
        self.command = [path, "-a", "127.0.0.1", "-p", str(self.ports[0]), "-c", str(configuration)]
        self.url, self.websocket = f"nats://127.0.0.1:{self.ports[0]}", f"ws://127.0.0.1:{self.ports[1]}"
        self.process = None

    def start(self):
        """Starts it; returns when it takes connections."""
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for port in self.ports:
            while not self.listens(port):
                expect(self.process.poll() is None, "nats-server runs")
                time.sleep(0.01)

    @staticmethod
    def listens(port):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    def kill(self):
        kill(self.process)


class Till(threading.Thread):
    """Asks one customer so many times a second."""

    def __init__(self, running, person, rate):
        super().__init__(daemon=True)
        # A connection of its own.
        self.shop = copy.copy(running)
        self.shop.connection = None
        self.person, self.rate = person, rate
        self.asked = {}
        self.is_done = threading.Event()
        self.problem = None

    def run(self):
        begun = time.monotonic()
        try:
            while not self.is_done.is_set():
                time.sleep(max(0, begun + len(self.asked) / self.rate - time.monotonic()))
                # What is over makes room: nobody has thousands of requests on screen.
                self.asked[self.shop.ask("approve", self.person, lifetime=LIFETIME)] = time.monotonic()
        except BaseException as error:  # shown by the main thread
            self.problem = error
        self.seconds = time.monotonic() - begun


LIFETIME = 60


class Outages:
    """What was seen of the outages."""

    def __init__(self, server, watch, seed):
        self.server, self.watch = server, watch
        self.random = random.Random(seed)
        self.noticed, self.heard, self.spans = [], [], []

    def happen(self):
        """One outage, until the watch hears again."""
        time.sleep(self.random.uniform(1, 6))
        died = time.monotonic()
        self.server.kill()
        self.noticed.append(self.watch.note_after(died, Watch.POLL, 60) - died)
        time.sleep(self.random.uniform(0.5, 4))
        self.server.start()
        back = time.monotonic()
        heard = self.watch.note_after(back, Watch.STREAM, 120)
        self.heard.append(heard - back)
        self.spans.append((died, heard))

    def is_within(self, moment):
        return any(died <= moment <= heard for died, heard in self.spans)


def shown_at(watch):
    """When each request was printed as waiting, each time."""
    shown = collections.defaultdict(list)
    for at, intent, state in watch.requests:
        if state == "pending":
            shown[intent].append(at)
    return shown


def report(till, outages, shown):
    waits = {intent: shown[intent][0] - asked for intent, asked in till.asked.items()}
    away = [wait for intent, wait in waits.items() if outages.is_within(till.asked[intent])]
    rest = [wait for intent, wait in waits.items() if not outages.is_within(till.asked[intent])]
    caught_up = [
        max(shown[intent][0] for intent, asked in till.asked.items() if asked <= heard) - heard
        for _, heard in outages.spans]
    print(f"outages: {len(outages.spans)}; requests: {len(waits)}, {len(waits) / till.seconds:.0f} a second; "
          f"each printed once, none missed")
    print(f"{'seconds':44}{'median':>8}{'max':>8}")
    for name, values in (
            ("from the kill until it is noticed", outages.noticed),
            ("from the restart until the stream hears", outages.heard),
            ("from then until all that was asked is shown", [max(0, value) for value in caught_up]),
            ("a request of an outage until it is shown", away), ("any other request until it is shown", rest)):
        print(f"{name:44}{statistics.median(values):>8.3f}{max(values):>8.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True, help="where fex-sandbox and wallet-cli lie")
    parser.add_argument("--outages", type=int, default=20)
    parser.add_argument("--rate", type=float, default=50, help="requests a second")
    parser.add_argument("--seed", type=int, default=1, help="of how long the server is up and away")
    parser.add_argument("--websocket", action="store_true", help="by `wallet-driver watch`, over a WebSocket")
    arguments = parser.parse_args()
    server = EventServer()
    server.start()
    try:
        with shop(arguments.programs, "--nats", server.url) as running:
            check(running, server, arguments)
    finally:
        if server.process.poll() is None:
            server.kill()


def check(running, server, arguments):
    person = running.open_wallet("1000.00")
    customer = Customer(running, person, "watcher")
    command = None
    if arguments.websocket:
        command = [running.programs / "wallet-driver", "watch", customer.database.parent, running.ready["api"],
                   running.ready["auth"], server.websocket]
    watch = Watch(customer, command=command)
    try:
        watch.note_after(0, Watch.STREAM, 30)
        till = Till(running, person, arguments.rate)
        till.start()
        outages = Outages(server, watch, arguments.seed)
        for _ in range(arguments.outages):
            outages.happen()
            expect(till.problem is None, f"the till can ask: {till.problem!r}")
        till.is_done.set()
        till.join()
        expect(till.problem is None, f"the till can ask: {till.problem!r}")
        watch.wait(lambda: set(till.asked) <= {intent for _, intent, _ in watch.requests}, LIFETIME, "all is printed")
        # What comes twice may come late.
        time.sleep(3)
        with watch.lock:
            shown = shown_at(watch)
        for intent in till.asked:
            expect(len(shown[intent]) == 1, f"{intent} is printed once: {len(shown[intent])}")
        expect(set(shown) == set(till.asked), "nothing else is printed")
        report(till, outages, shown)
    finally:
        watch.stop()


if __name__ == "__main__":
    main()
