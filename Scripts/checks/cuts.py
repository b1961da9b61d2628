"""Cuts the exchange in which a request is approved after each single byte, on the way there and on the way back.

Each time a real wallet approves a request through a proxy that cuts the connection, and then syncs: the approval has to
be confirmed, with one debit."""

import argparse
import collections
import socket
import threading

from customers import Customer, expect, shop


class Cut:
    """Where the next exchange is cut: after so many bytes of one of its directions."""

    def __init__(self, direction, offset):
        self.direction = direction
        self.left = offset
        self.is_done = False


class Proxy(threading.Thread):
    """Between wallet and sandbox: measures each approving exchange, and cuts one when told to."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.server_port = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.cut = None
        self.sizes = {"there": 0, "back": 0}
        self.start()

    def run(self):
        while True:
            client = self.listener.accept()[0]
            threading.Thread(target=Passage(self, client).carry, daemon=True).start()


class Passage:
    """One connection: requests and answers follow each other, never two requests at a time."""

    def __init__(self, proxy, client):
        self.proxy = proxy
        self.client = client
        self.server = socket.create_connection(("127.0.0.1", proxy.server_port))
        for end in (client, self.server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.is_approving = False
        self.is_answered = True

    def carry(self):
        back = threading.Thread(target=self.carry_back, daemon=True)
        back.start()
        try:
            head = b""
            while data := self.client.recv(65536):
                # A request begins where the answer of the one before has come.
                if self.is_answered:
                    head += data
                    if b"\r\n" not in head:
                        continue
                    data, head, self.is_answered = head, b"", False
                    line = data.split(b"\r\n")[0]
                    with self.proxy.lock:
                        self.is_approving = line.startswith(b"POST ") and b"/approve " in line
                        if self.is_approving:
                            self.proxy.sizes = {"there": 0, "back": 0}
                self.pass_on(data, self.server, "there")
        except OSError:
            pass
        self.close()

    def carry_back(self):
        try:
            while data := self.server.recv(65536):
                self.is_answered = True
                self.pass_on(data, self.client, "back")
        except OSError:
            pass
        self.close()

    def pass_on(self, data, end, direction):
        with self.proxy.lock:
            cut = self.proxy.cut
            if not self.is_approving:
                cut = None
            else:
                self.proxy.sizes[direction] += len(data)
            if cut and (cut.is_done or cut.direction != direction):
                cut = None
            if cut:
                data = data[:cut.left]
                cut.left -= len(data)
                cut.is_done = cut.left == 0
        if data:
            end.sendall(data)
        if cut and cut.is_done:
            self.close()

    def close(self):
        for end in (self.client, self.server):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()


class Cutter:
    """One customer whose approvals are cut."""

    # The shop serves one at a time.
    lock = threading.Lock()

    def __init__(self, shop, person, name):
        self.shop = shop
        self.proxy = Proxy(shop.port)
        self.customer = Customer(shop, person, name, port=self.proxy.port)
        self.approved = []

    def measure(self):
        """The sizes of an exchange that is left in peace."""
        self.approve(None)
        return dict(self.proxy.sizes)

    def approve(self, cut):
        """Approves a request; says how the wallet ended, and how the decision stood after a sync."""
        with Cutter.lock:
            intent = self.shop.ask("approve", self.customer.person)
        with self.proxy.lock:
            self.proxy.cut = cut
        ended = self.customer.run("approve", intent, "--yes")
        self.customer.document("sync")
        self.approved.append(intent)
        shown = self.customer.stored("SELECT state FROM decision WHERE intent_id = ?", intent)
        where = f"{cut.direction} after a cut" if cut else "uncut"
        expect(shown == [("confirmed",)], f"{intent} is confirmed ({where}): {shown}; {ended.stderr}")
        return ended.returncode


def work(cutter, cuts, results, failures):
    try:
        while True:
            with Cutter.lock:
                if not cuts or failures:
                    return
                direction, offset = cuts.popleft()
            cut = Cut(direction, offset)
            code = cutter.approve(cut)
            with Cutter.lock:
                results[direction, code if cut.is_done else "not reached"] += 1
    except BaseException as error:  # shown by the main thread, which ends the run
        failures.append(f"{direction} {offset}: {error}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True, help="where fex-sandbox and wallet-cli lie")
    parser.add_argument("--every", type=int, default=1, help="cut at each so manieth byte only")
    parser.add_argument("--workers", type=int, default=2, help="how many customers at the same time")
    arguments = parser.parse_args()
    with shop(arguments.programs, "--no-nats") as running:
        people = [running.open_wallet("1000.00") for _ in range(arguments.workers)]
        cutters = [Cutter(running, person, f"customer-{number}") for number, person in enumerate(people)]
        sizes = cutters[0].measure()
        print(f"an approving exchange: {sizes['there']} bytes there, {sizes['back']} back", flush=True)
        cuts = collections.deque(
            (direction, offset) for direction in ("there", "back")
            for offset in range(1, sizes[direction] + 1, arguments.every))
        count = len(cuts)
        results, failures = collections.Counter(), []
        threads = [threading.Thread(target=work, args=(cutter, cuts, results, failures)) for cutter in cutters]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise SystemExit("\n".join(failures))
        report(running, cutters, results, count)


def report(running, cutters, results, count):
    debits, calls = running.debits(), running.decision_calls()
    approved = [intent for cutter in cutters for intent in cutter.approved]
    for intent in approved:
        expect(debits.get(intent) == 1, f"{intent} is debited once: {debits.get(intent)}")
        expect(len({call["key"] for call in calls[intent]}) == 1, f"{intent} has one key: {calls[intent]}")
    print(f"offsets tried: {count}; each confirmed after one sync, with one debit: {len(approved)} approvals")
    endings = {0: "confirmed at once", 75: "queued, confirmed by the sync", "not reached": "exchange shorter this time"}
    for (direction, code), number in sorted(results.items(), key=str):
        print(f"  cut on the way {direction:6} {endings.get(code, f'exit {code}'):32}{number:>6}")


if __name__ == "__main__":
    main()
