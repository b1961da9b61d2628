"""A program that knows the library by its products alone (Examples): it pays, approves, is killed while it pays, closes and
erases. What it said is held against the ledger."""

import argparse
import json
import pathlib
import random
import signal
import subprocess
import sys
import time

from customers import MERCHANT, expect, shop


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True, help="where fex-sandbox lies")
    parser.add_argument("--shopper", required=True, help="the program of Examples")
    parser.add_argument("--kills", type=int, default=30)
    arguments = parser.parse_args()
    program = pathlib.Path(arguments.shopper)
    with shop(arguments.programs, "--no-nats") as running:
        person, folder = running.ready["wallets"][0], running.directory / "app" / "wallet"
        wallet = person["wallet_id"]

        def start(*step):
            return subprocess.Popen([program, folder, running.ready["api"], running.ready["auth"], *step],
                                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

        def said(*step):
            process = start(*step)
            text = process.communicate(timeout=60)[0].split("\n")[:-1]
            expect(process.returncode == 0, f"{step[0]}: {text}")
            expect(text[-1] == "open files: 0", f"{step[0]} leaves a file open: {text}")
            return text[:-1]

        def code(amount):
            """A merchant's code, as a camera reads it."""
            body = json.dumps({"currency": person["currency"]})[:-1] + f', "amount": {amount}}}'
            return running.call("POST", f"{MERCHANT}/payment-intents", body)["payment_intent"]["qr_data"]

        expect(said("login", person["username"], person["password"]) == [f"logged in: {wallet}"], "logged in")
        expect(said("pay", code("4.20")) == ["paying 4.20 USD", "confirmed"], "paid")
        asked = running.ask("approve", person, amount="35.50")
        expect(said("approve", asked) == ["confirmed"], "approved")

        numbers, unknown = random.Random(1), 0
        for _ in range(arguments.kills):
            process = start("pay", code("0.10"))
            time.sleep(numbers.uniform(0, 0.4))
            process.send_signal(signal.SIGKILL)
            text = process.communicate()[0]
            unknown += "confirmed" not in text
        said("sync")
        paid = said("sync")
        debits = running.debits()
        expect(all(count == 1 for count in debits.values()), f"each is debited once: {debits}")
        expect(len(paid) == len(debits), f"{len(paid)} in the history, {len(debits)} in the ledger")
        expect(said("erase") == ["erased"], "erased")
        expect(not folder.exists() or not list(folder.iterdir()), f"nothing is left: {folder}")
        print(f"consumer: {arguments.kills} kills, {unknown} before an answer, {len(debits)} payments in history and ledger, "
              "no file left open, nothing left after erasing")


if __name__ == "__main__":
    sys.exit(main())
