"""What the programs say where output can't be written, at each width of the terminal, and of arguments that steer one.

A table of each command: standard output full, closed, a file that may not grow, a pipe that nobody reads; help and usage at
widths 0 to 40; control characters and marks of direction in arguments; standard input closed or a folder."""

import argparse
import json
import os
import resource
import subprocess
import sys
import unicodedata

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "contract"))
from customers import Customer, shop
from table import Table

# A process that is ended by a signal has a negative exit code here.
FULL, CLOSED, LIMITED, GONE = "full", "closed", "a file that may not grow", "nobody reads"
HOSTILE = {
    "a title": "\x1b]0;title\x07", "colour": "\x1b[31m", "a line feed": "a\nb", "a carriage return": "a\rb",
    "an override": "\u202eabc", "an isolate": "\u2066abc", "C1": "\x9b31m", "a zero-width space": "a\u200bb"}
WALLET = [
    [], ["profile"], ["profile", "list"], ["login"], ["logout"], ["status"], ["scan"], ["pay"], ["code"], ["approvals"],
    ["approvals", "watch"], ["approvals", "mute"], ["approve"], ["decline"], ["outbox"], ["outbox", "retry"], ["sync"],
    ["history"], ["history", "export"], ["show"], ["balance"]]
SANDBOX = [
    [], ["serve"], ["pos"], ["pos", "intent"], ["pos", "scan"], ["pos", "status"], ["pos", "cancel"], ["pos", "refund"],
    ["pos", "transactions"], ["pos", "listen"], ["shop"]]


class Check:
    """The programs, and what was seen of them."""

    def __init__(self, running, every):
        self.shop, self.every, self.table = running, every, Table()
        self.customer = Customer(running, running.ready["wallets"][0], "home")
        self.count = 0

    def run(self, program, arguments, output=None, columns=None, **options):
        """Runs a program where its output goes to some place."""
        environment = self.customer.environment | {"FEX_SANDBOX_READY": str(self.shop.directory / "ready.json")}
        if columns is not None:
            environment["COLUMNS"] = str(columns)
        prepare = None
        options.setdefault("stdin", subprocess.DEVNULL)
        where = subprocess.PIPE
        if output == FULL:
            where = open("/dev/full", "wb")
        elif output == CLOSED:
            prepare, where = (lambda: os.close(1)), None
        elif output == LIMITED:
            path = self.shop.directory / "limited"
            where = open(path, "wb")
            prepare = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        elif output == GONE:
            read, write = os.pipe()
            os.close(read)
            where = os.fdopen(write, "wb")
        outcome = subprocess.run(
            [self.shop.programs / program, *arguments], env=environment, stdout=where, stderr=subprocess.PIPE,
            preexec_fn=prepare, timeout=120, errors="replace", text=True, **options)
        if hasattr(where, "close"):
            where.close()
        return outcome

    def ask(self, kind):
        return self.shop.ask(kind, self.customer.person)

    def full(self):
        """Each command that prints where it can't; LIMITED not where the home has to be written."""
        intent = self.ask("pay")
        self.customer.run("pay", intent, "--yes")
        shown = [
            ["status"], ["balance"], ["history"], ["outbox"], ["approvals"], ["show", intent], ["code"], ["profile", "list"],
            ["history", "export", "--to", "-", "--format", "csv"], ["scan", f"fex://pay?intent={intent}"], ["sync"],
            ["--help"], ["help", "pay"], ["--version"], ["--generate-completion-script", "bash"]]
        self.customer.run("sync")
        for command in shown:
            # A wallet that may not write a byte can't open its database for writing either.
            reads = command[0] not in ("approvals", "scan", "sync")
            for place in [FULL, CLOSED] + [LIMITED] * reads:
                for json_option in ([], ["--json"]):
                    seen = self.run("wallet-cli", command + json_option, place)
                    self.row(f"{' '.join(command + json_option)[:44]}: {place}", "74 said", self.said(seen, bool(json_option)))
            seen = self.run("wallet-cli", command, GONE)
            self.row(f"{' '.join(command)[:50]}: {GONE}", "0", seen.returncode)
        for command in (["pos", "intent", "--amount", "1"], ["pos", "transactions"], ["--help"], ["--version"]):
            for place in (FULL, CLOSED, LIMITED):
                for json_option in ([], ["--json"]) if command[0] == "pos" else ([],):
                    seen = self.run("fex-sandbox", command + json_option, place)
                    self.row(f"fex-sandbox {' '.join(command + json_option)}: {place}", "74 said", self.said(seen, bool(json_option)))
            self.row(f"fex-sandbox {' '.join(command)}: {GONE}", "0", self.run("fex-sandbox", command, GONE).returncode)
        ready = ["serve", "--port", "0", "--no-nats", "--ready-file"]
        self.row("serve: its line", "74 said", self.said(self.run("fex-sandbox", ready[:-1], FULL), False))
        # Never a device of the machine itself: a program that takes it for a file would put a file in its place.
        folder = self.shop.directory / "not" / "there"
        self.row("serve: its ready file", "74 said", self.said(self.run("fex-sandbox", [*ready, str(folder)]), False))

    def money(self):
        """What moved all the same is said."""
        for place in (FULL, CLOSED):
            for command, kind, money in (("pay", "pay", "moved"), ("approve", "approve", "moved"), ("decline", "approve", "not_moved")):
                intent = self.ask(kind)
                yes = ["--yes"] if command != "decline" else []
                seen = self.run("wallet-cli", [command, intent, "--json", *yes], place)
                error = self.error(seen)
                self.row(f"{command}: {place}", f"74 {money} {int(money == 'moved')} debits", f"{seen.returncode} {error.get('money')} {self.shop.debits().get(intent, 0)} debits")
            dear = self.shop.ask("pay", self.customer.person, amount="900000")
            seen = self.run("wallet-cli", ["pay", dear, "--yes", "--json"], place)
            self.row(f"pay, refused: {place}", "74 not_moved", f"{seen.returncode} {self.error(seen).get('money')}")

    def widths(self):
        """Help and wrong usage at any width."""
        for program, commands in (("wallet-cli", WALLET), ("fex-sandbox", SANDBOX)):
            for number, command in enumerate(commands):
                for columns in self.share([*range(0, 41), -5, "x", "", 10**6, 2**63 - 1, 2**70], number):
                    helped = self.run(program, [*command, "--help"], columns=columns)
                    wrong = self.run(program, [*command, "--bogus"], columns=columns)
                    self.row(
                        f"{program} {' '.join(command)} at {columns}", "0 help, 64",
                        f"{helped.returncode} {'help' if 'USAGE' in helped.stdout else helped.stderr[-80:]}, {wrong.returncode}")

    def share(self, cases, number):
        """Each n-th case, beginning with another for each command: with few, each case meets some command all the same."""
        return cases[number % self.every :: self.every]

    def hostile(self):
        """No message holds what steers a terminal or turns letters around."""
        for program, commands in (("wallet-cli", WALLET), ("fex-sandbox", SANDBOX)):
            endless = (["serve"], ["shop"], ["pos", "listen"], ["approvals", "watch"])
            for number, command in enumerate(command for command in commands if command not in endless):
                ways = [
                    (name, more, json_option) for name, text in HOSTILE.items()
                    for more in ([text], ["x", text], ["--", text], [f"--{text}"], ["--limit", text], [f"--json={text}"])
                    for json_option in ([], ["--json"])]
                for name, more, json_option in self.share(ways, number):
                    seen = self.run(program, [*json_option, *command, *more] if program == "wallet-cli" else [*command, *more, *json_option])
                    dirty = [c for c in seen.stdout + seen.stderr if c != "\n" and unicodedata.category(c) in ("Cc", "Cf")]
                    if dirty or seen.returncode < 0 or "NSCocoa" in seen.stderr:
                        self.row(f"{program} {' '.join(command)} {name} {more}"[:70], "clean", f"{seen.returncode} {dirty[:4]} {seen.stderr[:60]!r}")
                self.row(f"{program} {' '.join(command)}: arguments that steer a terminal", "clean", "clean")

    def inputs(self):
        """Standard input that is none, and arguments that look like options."""
        for words, exits in ((["scan", "-"], 65), (["pay", "-", "--yes"], 65), (["login", "--username", "a", "--password-stdin"], 64)):
            for name, options in (("closed", {"stdin": None, "closes": True}), ("a folder", {"stdin": os.open("/", os.O_RDONLY)}), ("endless", {"stdin": open("/dev/zero", "rb")})):
                closes = options.pop("closes", False)
                seen = self.run_closed(words) if closes else self.run("wallet-cli", words, **options)
                fine = bool(seen.stderr.strip()) and "Domain" not in seen.stderr
                self.row(f"{' '.join(words)}: standard input {name}", f"{exits} True", f"{seen.returncode} {fine}")
        for words in (["pay", "-h", "--yes"], ["pay", "--help", "--yes"], ["pay", "--version", "--yes"], ["approve", "-h", "--yes"], ["hsitory"], ["--json", "bogus"], ["help", "bogus"], ["--profile"], ["--json"]):
            self.row(" ".join(words), "64", self.run("wallet-cli", words).returncode)
        for words in (["approve", "null", "--yes"], ["pay", "null", "--yes"], ["pay", "--yes", "--", "-h"], ["approve", "", "--yes"]):
            self.row(" ".join(words), "not 0", "0" if self.run("wallet-cli", words).returncode == 0 else "not 0")

    def run_closed(self, words):
        program = self.shop.programs / "wallet-cli"
        return subprocess.run(
            ["sh", "-c", 'exec "$0" "$@" <&-', program, *words], env=self.customer.environment, capture_output=True,
            text=True, timeout=120)

    def error(self, seen):
        try:
            return json.loads(seen.stderr.splitlines()[-1])["error"]
        except (IndexError, ValueError, KeyError):
            return {}

    def said(self, seen, is_json):
        """How it ended, and whether that was said: in a sentence, or in a document."""
        said = self.error(seen).get("code") == "output_not_written" if is_json else "can't be written" in seen.stderr
        return f"{seen.returncode} {'said' if said else seen.stderr[-60:]!r}" if not said else f"{seen.returncode} said"

    def row(self, rule, expected, seen):
        self.table.row(rule, expected, seen)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True, help="where wallet-cli and fex-sandbox lie")
    parser.add_argument("--every", type=int, default=1, help="of each command only each n-th width and hostile argument")
    arguments = parser.parse_args()
    with shop(arguments.programs, "--no-nats") as running:
        check = Check(running, arguments.every)
        check.table.head()
        for part in (check.inputs, check.full, check.money, check.widths, check.hostile):
            part()
        return check.table.end("terminal")


if __name__ == "__main__":
    sys.exit(main())
