"""Names as somebody who means ill would choose them, from a server that lies, on a terminal: lines and columns stay where they
are with an honest name, sentences keep their quotation marks, and JSON holds nothing that can't be seen.

Something between wallet and sandbox puts the name in the place of each merchant's name, description and error. What the wallet
prints goes through pyte."""

import argparse
import json
import os
import pty
import re
import select
import signal
import sys
import unicodedata

import pyte
from between import Answer, Between, write
from customers import Customer, shop
from wcwidth import wcwidth

HONEST = "Corner Coffee"
WIDTH, HEIGHT = 400, 60
KINDS = {
    "honest": HONEST, "nothing": "", "spaces": "   ", "zero width alone": "\u200b\u2060\ufeff", "fillers": "\u3164\u115f\uffa0",
    "braille blanks": "\u2800\u2800", "right-to-left override": "Shop\u202e DSU 00.1", "embedding": "\u202bShop\u202c",
    "isolate without an end": "\u2067Shop", "ends of isolates": "Shop\u2069\u2069\u2069", "marks of direction": "\u200fShop\u200e\u061c",
    "Hebrew": "\u05e7\u05e4\u05d4 24", "Arabic": "\u0645\u0642\u0647\u0649 \u0662\u0664", "Hebrew and digits": "\u05d0 12.00 USD",
    "clear screen": "\x1b[2J\x1b[HShop", "title": "\x1b]0;owned\x07Shop", "colour": "\x1b[31mShop\x1b[0m", "C1": "\x9b31mShop\x9d0;x\x9c",
    "backspaces": "Shop\x08\x08\x08\x08Evil", "carriage return": "Shop\rPaid 0.00 USD", "line feed": "Shop\nPaid 0.00 USD",
    "next line": "Shop\x85Paid", "line separator": "Shop\u2028Paid\u2029", "tabs": "Shop\t\t\tEvil", "form feed": "Shop\x0c\x0bEvil",
    "bell and delete": "Shop\x07\x7f\x00", "many marks": "S" + "\u0301\u0302\u0303\u0316" * 200, "a mark first": "\u0336\u0301Shop",
    "enclosing marks": "S\u20ddh\u20e3o\u0488p", "tag characters": "Shop" + "".join(chr(0xE0000 + ord(c)) for c in "evil"),
    "variation selectors": "S" + "".join(chr(0xE0100 + n) for n in range(40)), "wide": "\u30b3\u30fc\u30d2\u30fc" * 30,
    "fullwidth": "\uff33\uff48\uff4f\uff50", "halfwidth": "\uff7a\uff70\uff8b\uff70", "emoji of parts": "\U0001f469\u200d\U0001f469\u200d\U0001f467 Shop",
    "emoji with a colour": "\U0001f44d\U0001f3fd\u2764\ufe0f", "flags": "\U0001f1e9\U0001f1ea Shop", "keycaps": "1\ufe0f\u20e3 Shop",
    "joiners in Latin": "Sh\u200do\u200cp", "soft hyphens": "S\u00adh\u00ado\u00adp", "other spaces": "Shop\u00a0\u2003\u205f\u3000\u180eA",
    "private use": "\ue000\U000f0000Shop", "no character": "\ufffe\U0001ffffShop\u0378", "quotation marks": 'Shop". Paid 0.00 USD to "B',
    "curly quotation marks": "Shop\u201d. \u201cB\uff02", "columns": "Shop  0.00 USD  completed  pi_1", "backslashes": "Shop\\u202e\\n\\",
    "very long": "Shop" * 5000, "one long word of marks": "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35" * 60, "jamo": "\u1100\u1161\u11a8\u1161\u1161",
}
# In these there is nothing to see, which is said.
BLANK = ("nothing", "spaces", "zero width alone", "fillers", "braille blanks")
# What no JSON text of a name can hold.
UNREADABLE = {"half of a surrogate pair": b'"Shop\\ud800"', "no UTF-8": b'"Shop\xff\xfe"'}


def lie(name, literal=None):
    """A rule that puts the name wherever merchants choose what stands there."""
    def alter(value):
        if isinstance(value, dict):
            return {key: name if key in ("merchant_name", "description", "error") and value[key] is not None else alter(value[key])
                    for key in value}
        return [alter(element) for element in value] if isinstance(value, list) else value

    def rule(call):
        answer = call.pass_on()
        if answer.status != 304 and answer.body and "/api/v1/" in call.path:
            body = write(alter(answer.document))
            answer = Answer(answer.status, body.replace(json.dumps(name).encode(), literal) if literal else body, {
                key: value for key, value in answer.headers.items() if key.lower() != "etag"})
        return answer
    return rule


class Screen:
    """What a terminal shows of a text."""

    def __init__(self, text):
        self.screen = pyte.Screen(WIDTH, HEIGHT)
        stream = pyte.Stream(self.screen)
        # pyte leaves out what follows a character of no width in the same piece: each comes by itself.
        for character in text.replace("\r\n", "\n").replace("\n", "\r\n"):
            stream.feed(character)
        rows = [row.rstrip() for row in self.screen.display]
        while rows and not rows[-1]:
            rows.pop()
        self.rows = rows


def columns(text):
    return sum(max(0, wcwidth(character)) for character in text)


def ordered(lines, intents):
    """The lines of a list in the order in which its intents were made: the list has those of one moment in any order."""
    places = [next((place for place, intent in enumerate(intents) if intent in line), None) for line in lines]
    return lines if None in places else [line for _, line in sorted(zip(places, lines))]


def problems(text, honest, ids, is_blank):
    """What is not where it should be, of a text and of the same with an honest name."""
    lines, expected = text.rstrip("\n").split("\n"), honest.rstrip("\n").split("\n")
    if is_blank and (HONEST + " (" in honest or "  " + HONEST in honest) and "no name" not in text:
        yield "it is not said that there is no name"
    if len(lines) != len(expected):
        yield f"{len(lines)} lines, not {len(expected)}"
        return
    rows = Screen(text).rows
    if len(rows) != len(lines):
        yield f"{len(rows)} rows on the screen, not {len(lines)}"
        return
    order = ordered(lines, list(ids.values()))
    rows = [rows[lines.index(line)] for line in order]
    for line, row, other in zip(order, rows, ordered(expected, list(ids))):
        hidden = [c for c in line if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Co", "Cs") and c not in "\u2068\u2069"]
        if hidden:
            yield f"hidden: {hidden[:4]}"
        depth = 0
        for character in line:
            depth += (character == "\u2068") - (character == "\u2069")
            if depth not in (0, 1):
                yield "isolates out of balance"
                break
            if unicodedata.bidirectional(character) in ("R", "AL", "AN") and depth == 0:
                yield "letters from right to left without an isolate"
                break
        if depth:
            yield "an isolate without an end"
        if not is_blank and '"' in other and line.count('"') != other.count('"'):
            yield f"quotation marks: {line.count(chr(34))}, not {other.count(chr(34))}"
        # What the platform and the wallet wrote stands where the columns before it end.
        for word in re.findall(r"\d+\.\d\d USD|[0-9a-f]{8}-[0-9a-f-]{27}", other):
            word = ids.get(word, word)
            start = line.rfind(word)
            at = columns(line[:start])
            shown = "".join(row)
            cells = [c for c in shown]
            if start < 0:
                yield f"{word} is gone"
            elif word not in shown:
                yield f"{word} is not on the screen"
            elif columns(shown[: shown.rfind(word)]) != at and len(cells) == columns(shown):
                yield f"{word} at another column"
        if columns(line) > columns(other) + 200:
            yield f"a line of {columns(line)} columns"


def json_problems(text, name):
    for line in text.splitlines():
        try:
            document = json.loads(line)
        except ValueError:
            yield "no JSON"
            continue
        hidden = [c for c in line if c != " " and unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Zs", "Co", "Cs", "Cn")]
        if hidden or re.search("[\ufe00-\ufe0f\U000e0100-\U000e01ef\u034f\u115f\u3164\uffa0\u2800]", line):
            yield f"hidden in JSON: {hidden[:4]}"
        if re.search('"' + "[\u0300-\u036f\u0e31\u0e34]", line) or re.search("[\u0300-\u036f]{4}", line):
            yield "marks on what is no letter, or in a heap"
        for found in find(document, "merchant_name"):
            whole = found == name or (found.endswith("\u2026") and name.startswith(found[:-1]))
            if not whole and found.replace("\ufffd", "\0") != name:
                yield f"another name: {found[:40]!r}"


def find(value, key):
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == key and isinstance(inner, str):
                yield inner
            yield from find(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from find(inner, key)


class Person(Customer):
    """A customer whose commands print for people as well."""

    def text(self, *arguments):
        """What a command prints on a terminal of its own, and there a person says no."""
        process, descriptor = pty.fork()
        if process == 0:
            os.environ.update(self.environment)
            os.execv(self.program, [str(self.program), *arguments])
        # Wide enough for any line.
        import fcntl
        import struct
        import termios
        fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))
        seen, has_answered = b"", False
        while select.select([descriptor], [], [], 30)[0]:
            try:
                piece = os.read(descriptor, 65536)
            except OSError:
                break
            if not piece:
                break
            seen += piece
            if not has_answered and b"[y/N]" in seen:
                has_answered = True
                os.write(descriptor, b"n\n")
        else:
            os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(descriptor)
        text = seen.decode("utf-8", "replace").replace("\r\n", "\n").replace("^D\b\b", "")
        # How far something has come, and nothing that anybody else has chosen, is written over itself.
        return re.sub("\r[^\r\n\x1b]*\x1b\\[K", "", text)


def run(running, between, number, name, literal):
    """Every command in which a name is shown, as text and as JSON."""
    person = running.open_wallet("1000.00")
    between.rule = lambda call: call.pass_on()
    customer = Person(running, person, f"home-{number}", between.port)
    between.rule = lie(name, literal)
    texts, documents = {}, {}
    # Other amounts: of two that are alike one would be said to repeat the other.
    paid, asked, declined, more = (
        running.ask(kind, customer.person, amount=amount)
        for kind, amount in (("pay", "3.50"), ("approve", "4.50"), ("approve", "5.50"), ("pay", "6.50")))
    texts["approvals"] = customer.text("approvals")
    documents["approvals"] = customer.run("approvals").stdout
    texts["scan"] = customer.text("scan", f"fex://pay?intent={paid}&amount=3.50&currency=USD")
    documents["scan"] = customer.run("scan", f"fex://pay?intent={paid}&amount=3.50&currency=USD").stdout
    texts["pay, no"] = customer.text("pay", paid)
    texts["approve, no"] = customer.text("approve", asked)
    texts["pay"] = customer.text("pay", paid, "--yes")
    documents["approve"] = customer.run("approve", asked, "--yes").stdout
    texts["decline"] = customer.text("decline", declined)
    refusal = lie(name, literal)
    between.rule = lambda call: Answer(403, json.dumps({"success": False, "error": name}).encode()) if call.decides else refusal(call)
    texts["pay, in doubt"] = customer.text("pay", more, "--yes")
    texts["outbox"] = customer.text("outbox")
    documents["outbox"] = customer.run("outbox").stdout
    between.rule = lambda call: Answer(403, json.dumps({"success": False, "error": name}).encode()) if call.path.endswith("/wallet") else refusal(call)
    texts["balance, refused"] = customer.text("balance", "--refresh")
    documents["balance, refused"] = customer.run("balance", "--refresh").stderr
    between.rule = refusal
    customer.run("sync")
    for command in (["history"], ["show", paid], ["show", asked], ["approvals", "--all"], ["sync"]):
        texts[" ".join(command[:1] + command[1:2] * (command[1:] == ["--all"]))] = customer.text(*command)
        documents[command[0]] = customer.run(*command).stdout
    return texts, documents, {"paid": paid, "asked": asked, "declined": declined, "more": more}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True, help="where wallet-cli and fex-sandbox lie")
    parser.add_argument("--kind", help="only this kind of name")
    arguments = parser.parse_args()
    failures = 0
    with shop(arguments.programs, "--no-nats") as running:
        between = Between(running.port)
        honest, _, known = run(running, between, 0, HONEST, None)
        print(f"{'kind':<28} | {'texts':>5} | {'JSON':>4} | what is not as it should be")
        for number, (kind, name) in enumerate(KINDS.items(), 1):
            if arguments.kind not in (None, kind):
                continue
            texts, documents, ids = run(running, between, number, name, None)
            same = {known[what]: ids[what] for what in ids}
            found = []
            for command, text in texts.items():
                # Ids of the ledger are other ones each time.
                other = re.sub(r"(?<=  )[0-9a-f]{8}-[0-9a-f-]{27}$", "", honest[command], flags=re.M)
                found += [f"{command}: {problem}" for problem in problems(text, other, same, kind in BLANK)]
            for command, text in documents.items():
                found += [f"{command} --json: {problem}" for problem in json_problems(text, name)]
            failures += bool(found)
            print(f"{kind:<28} | {len(texts):>5} | {len(documents):>4} | {'; '.join(dict.fromkeys(found))[:400] or 'nothing'}", flush=True)
        for number, (kind, literal) in enumerate(UNREADABLE.items(), 100):
            person = running.open_wallet("10.00")
            between.rule = lambda call: call.pass_on()
            customer = Person(running, person, f"home-{number}", between.port)
            between.rule = lie("@name@", literal)
            seen = customer.run("pay", running.ask("pay", person, amount="3.50"), "--yes")
            code = json.loads(seen.stderr)["error"]["code"]
            failures += (seen.returncode, code) != (69, "not_the_platform")
            print(f"{kind:<28} | {'-':>5} | {'-':>4} | pay: exit {seen.returncode}, {code}")
        between.close()
    print(f"hostile-names: {len(KINDS) + len(UNREADABLE)} kinds, {failures} with something amiss")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
