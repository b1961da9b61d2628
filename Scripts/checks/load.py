"""Measures a sandbox with wrk: public reads, new intents, approvals, and the memory that payments take.

Proofs are made beforehand, so that what is measured is the sandbox. wrk, Python and the sandbox share the machine."""

import argparse
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time

import platform_client
from platform_client import Connection, MERCHANT

HERE = pathlib.Path(__file__).parent
AMOUNT = "0.01"


def wrk(sandbox, script, seconds, environment, done=None, connections=16):
    """Requests a second, and the 99th percentile of their latency in milliseconds.

    With a file that the script makes when it is done, it ends then."""
    run = subprocess.Popen(
        ["wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s", "--latency",
         "--timeout", "10s", "--script", str(HERE / script), sandbox.ready["api"]],
        env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done:
        while run.poll() is None and not done.exists():
            time.sleep(0.005)
        run.send_signal(signal.SIGINT)
        done.unlink(missing_ok=True)
    said = run.communicate()[0]
    if run.returncode != 0:
        raise SystemExit(f"wrk failed: {said}")
    if problem := re.search(r"Non-2xx.*|Socket errors.*|refused: .*", said):
        raise SystemExit(f"wrk: {problem.group()}")
    value, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()
    return (
        float(re.search(r"Requests/sec:\s+([\d.]+)", said).group(1)),
        float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit])


class Load:
    """One customer and one merchant of a sandbox, at full speed."""

    def __init__(self, sandbox, directory):
        self.sandbox = sandbox
        self.directory = pathlib.Path(directory)
        self.connection = Connection(sandbox.port)
        self.merchant = sandbox.ready["merchants"][0]
        self.tokens = platform_client.client_tokens(self.merchant)
        self.wallet = platform_client.Wallet(sandbox.ready["wallets"][0], self.connection, sandbox.issuer)

    def post(self, requests, token, output=None):
        """Sends each request once."""
        source = self.directory / "requests"
        source.write_text("".join(f"{path}\t{key}\t{body}\n" for path, key, body in requests))
        environment = {"LOAD_INPUT": str(source), "LOAD_TOKEN": token, "LOAD_TOTAL": str(len(requests)),
                       "LOAD_DONE": str(self.directory / "done")}
        if output:
            environment["LOAD_OUTPUT"] = str(output)
        return wrk(self.sandbox, "posts.lua", 900, environment, self.directory / "done")

    def make_intents(self, count, is_aimed):
        """Their ids, and how fast it went."""
        body = {"amount": 0, "currency": "USD", "expires_in": 86400}
        if is_aimed:
            body |= {"scan_token": self.wallet.scan_token, "counter_id": self.merchant["counters"][0]["id"]}
        text = json.dumps(body).replace('"amount": 0', f'"amount": {AMOUNT}')
        path = MERCHANT + ("/scan-payment" if is_aimed else "/payment-intents")
        output = self.directory / "ids"
        figures = self.post([(path, "", text)] * count, self.tokens.current(self.connection), output)
        return output.read_text().split(), figures

    def read(self, ids, seconds):
        source = self.directory / "paths"
        source.write_text("".join(f"{MERCHANT}/public/payment-intents/{id}\n" for id in ids))
        return wrk(self.sandbox, "reads.lua", seconds, {"LOAD_INPUT": str(source)})

    def approve(self, ids):
        merchant = self.merchant["merchant_id"]
        decisions = [
            self.wallet.decision(
                "approve", {"id": id, "amount": AMOUNT, "currency": "USD", "merchant_id": merchant}) for id in ids]
        return self.post(decisions, self.wallet.tokens.current(self.connection))

    def resident(self):
        """MiB that the sandbox has in memory."""
        status = pathlib.Path(f"/proc/{self.sandbox.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024

    def processor_seconds(self):
        fields = pathlib.Path(f"/proc/{self.sandbox.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def check_books(self, payments):
        # A connection that was idle for minutes may have been closed by the other side.
        self.connection.close()
        ledger = self.sandbox.control(self.connection, "GET", "ledger")
        booked = sum(1 for entry in ledger["entries"] if entry["payment_intent_id"])
        if booked != payments:
            raise SystemExit(f"{payments} payments were approved, and {booked} are in the ledger")


def row(what, figures, target, processor, count):
    rate, latency = figures
    met = "" if target is None else ("met" if rate >= target and latency < 50 else "MISSED")
    per_call = f"{processor / count * 1e6:.0f} µs" if count else ""
    print(f"{what:22}{rate:10.0f}/s{latency:10.1f} ms{per_call:>12}{target or '':>10} {met}", flush=True)
    return met != "MISSED"


def measure_speed(load, arguments):
    print(f"{'':22}{'rate':>12}{'p99':>13}{'CPU a call':>12}{'target/s':>10}")
    before = load.processor_seconds()
    ids, figures = load.make_intents(2000, is_aimed=False)
    row("new intents with code", figures, None, load.processor_seconds() - before, len(ids))
    before = load.processor_seconds()
    figures = load.read(ids, arguments.seconds)
    reads_met = row("public reads", figures, 1500, load.processor_seconds() - before, figures[0] * arguments.seconds)
    before = load.processor_seconds()
    ids, figures = load.make_intents(arguments.approvals, is_aimed=True)
    row("requests for approval", figures, None, load.processor_seconds() - before, len(ids))
    before = load.processor_seconds()
    figures = load.approve(ids)
    approvals_met = row("approvals", figures, 300, load.processor_seconds() - before, len(ids))
    load.check_books(len(ids))
    return reads_met and approvals_met


def bytes_on_disk(arguments, payments=2000):
    """What one payment's own rows take: the growth of a database file."""
    with tempfile.TemporaryDirectory() as work:
        options = ["--no-nats", "--state", f"{work}/state"]
        with platform_client.running(arguments.programs, work, options) as sandbox:
            load = Load(sandbox, work)
            # The write-ahead log is folded in when the sandbox stops.
            load.approve(load.make_intents(payments, is_aimed=True)[0])
            sandbox.process.terminate()
            sandbox.process.wait(timeout=20)
            return sum(file.stat().st_size for file in pathlib.Path(work, "state").iterdir()
                       if not file.name.endswith("-wal")) / payments


def measure_memory(arguments):
    payments, rounds = arguments.memory, 10
    each = payments // rounds
    own = bytes_on_disk(arguments) / 1024
    print(f"\na payment's own rows take {own:.1f} KiB on disk\n{'payments':>10}{'resident':>14}{'a payment':>14}{'approvals':>12}")
    with tempfile.TemporaryDirectory() as work:
        with platform_client.running(arguments.programs, work, ["--no-nats"]) as sandbox:
            load = Load(sandbox, work)
            last = load.resident()
            print(f"{0:>10}{last:>10.0f} MiB", flush=True)
            growth = []
            for index in range(rounds):
                ids = load.make_intents(each, is_aimed=True)[0]
                rate = load.approve(ids)[0]
                now = load.resident()
                growth.append((now - last) * 1024 / each)
                last = now
                print(f"{each * (index + 1):>10}{now:>10.0f} MiB{growth[-1]:>10.1f} KiB{rate:>10.0f}/s", flush=True)
            load.check_books(each * rounds)
            late = sum(growth[rounds // 2:]) / len(growth[rounds // 2:])
            flat = late <= own * 1.25
            print(
                f"second half: {late:.1f} KiB a payment against {own:.1f} of its own: {'flat' if flat else 'NOT FLAT'}")
            return flat


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True, help="where fex-sandbox lies")
    parser.add_argument("--seconds", type=int, default=10, help="how long intents are read")
    parser.add_argument("--approvals", type=int, default=10_000, help="how many are timed")
    parser.add_argument("--memory", type=int, default=100_000, help="payments while memory is watched; 0 for none")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        with platform_client.running(arguments.programs, work, ["--no-nats"]) as sandbox:
            is_good = measure_speed(Load(sandbox, work), arguments)
    if arguments.memory:
        is_good = measure_memory(arguments) and is_good
    if not is_good:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
