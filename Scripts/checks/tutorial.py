"""The tutorial as a newcomer walks through it: each step's code is typed as printed into an empty folder, built after the steps
that say so, and run against a sandbox; the page of the login is answered as a person would."""

import argparse
import http.cookiejar
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request

from customers import MERCHANT, expect, shop

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TUTORIAL = ROOT / "Sources/WalletCore/Documentation.docc/Tutorials"


def steps():
    """The files that the tutorial has one write, in its order: name and contents."""
    text = (TUTORIAL / "FirstPayment.tutorial").read_text()
    for name, file in re.findall(r'@Code\(name: "(.*?)", file: "(.*?)"\)', text):
        yield name, (TUTORIAL / "Code" / file).read_text()


def allow(page, person):
    """Logs a person in on the provider's page, and allows the code."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    html = browser.open(page, timeout=30).read().decode()
    form = dict(re.findall(r'name="(form_token|user_code)" value="([^"]+)"', html)) | {
        "username": person["username"], "password": person["password"], "answer": "allow"}
    browser.open(page, urllib.parse.urlencode(form).encode(), timeout=30).read()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True, help="where fex-sandbox lies")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fex-tutorial-") as directory:
        folder = pathlib.Path(directory) / "first-payment"
        sources = folder / "Sources/first-payment"
        sources.mkdir(parents=True)
        # The tutorial has the package's checkout beside the folder.
        (pathlib.Path(directory) / "fex-wallet").symlink_to(ROOT)
        written = 0
        for name, text in steps():
            (folder if name == "Package.swift" else sources).joinpath(name).write_text(text)
            written += 1
            if name != "Package.swift":
                subprocess.run(["swift", "build", "--quiet"], cwd=folder, check=True, timeout=1800)
                print(f"tutorial: step {written} builds", flush=True)
        with shop(arguments.programs, "--no-nats") as running:
            body = json.dumps({"currency": "USD"})[:-1] + ', "amount": 4.20}'
            code = running.call("POST", f"{MERCHANT}/payment-intents", body)["payment_intent"]["qr_data"]
            # Line by line, as on a terminal.
            process = subprocess.Popen(
                ["stdbuf", "-oL", folder / ".build/debug/first-payment", running.ready["api"], code], cwd=folder,
                text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            process.stdin.write("y\n")
            process.stdin.flush()
            said = []
            for line in process.stdout:
                said.append(line.rstrip())
                if page := re.match(r"Open (\S+), and allow", line):
                    allow(page[1], running.ready["wallets"][0])
            expect(process.wait(60) == 0, f"the program ends well: {said}")
            expect(said[-2:] == ["Paid.", f"4.20 USD {running.merchant['business_name']}"], f"it pays: {said}")
            expect(list(running.debits().values()) == [1], "one debit")
        print(f"tutorial: {written} files typed as printed; paid once")


if __name__ == "__main__":
    sys.exit(main())
