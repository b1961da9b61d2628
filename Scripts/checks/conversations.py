"""Has the same conversations with a wallet in each language, and compares what it says and what the ledger holds.

The conversations are those of Bindings/conversations, whose README tells how they are written. A shell is a program
that sends each line of its input to a wallet and prints each message: `wallet-cli rpc`, and those of C, Kotlin and
Python. Each message has to be of the schema. Exit code 1 where anything differs."""

import argparse
import collections
import contextlib
import json
import pathlib
import sys
import tempfile
import time

from conversing.lies import check_talk
from conversing.shells import BINDINGS, languages
from conversing.talk import Talk
from conversing.world import World
from customers import shop

sys.path.append(str(pathlib.Path(__file__).parent / "messages"))

from recorded import Recording, check_checker  # noqa: E402
from schema import Schema  # noqa: E402

NOT_THERE = "-"


def suits(flow, shells):
    """Whether a flow can be had with a shell: a profile says neither what the host does nor where the folder is."""
    return shells.takes_configuration or not ("host" in flow or "configuration" in flow)


def converse(flow, shells, running, recording):
    """A flow in one language: what differs, and how often its intents were debited."""
    with tempfile.TemporaryDirectory(prefix="fex-talk-") as directory:
        world = World(running)
        try:
            talk = Talk(flow, shells, world, pathlib.Path(directory), recording)
            talk.run()
            return talk
        finally:
            world.close()


def table(flows, names, talks):
    """Flow × language: the number of differences, and of debits beside those that there should be."""
    width = max(len(flow["name"]) for flow in flows) + 2
    print("".join([f"{'differences, debits':{width}}", *(f"{name:>12}" for name in names), f"{'debits due':>14}"]))
    for flow in flows:
        cells = []
        for name in names:
            talk = talks.get((flow["name"], name))
            cells.append(f"{len(talk.differences)}, {talk.debits}" if talk else NOT_THERE)
        due = sum(flow["debits"].values())
        print("".join([f"{flow['name']:{width}}", *(f"{cell:>12}" for cell in cells), f"{due:>14}"]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", required=True, help="where fex-sandbox and wallet-cli lie")
    parser.add_argument("--languages", help="that have to be there: rpc,c,kotlin,python; else those that are built")
    parser.add_argument("--only", default="", help="only flows whose name holds this")
    options = parser.parse_args()
    schema = Schema()
    check_checker(schema)
    check_talk(Recording(schema))
    recording = Recording(schema)
    every = languages(options.programs)
    wanted = options.languages.split(",") if options.languages else list(every)
    if set(wanted) - set(every):
        parser.error(f"languages are {', '.join(every)}")
    missing = {name: every[name].missing() for name in wanted if every[name].missing()}
    names = [name for name in wanted if name not in missing]
    document = json.loads((BINDINGS / "conversations/conversations.json").read_text(encoding="utf-8"))
    flows = [flow for flow in document["flows"] if options.only in flow["name"]]
    talks, begun = {}, time.monotonic()
    with shop(options.programs, "--nats-port", "0") as running:
        for flow in flows:
            for name in names:
                if suits(flow, every[name]):
                    talks[flow["name"], name] = talk = converse(flow, every[name], running, recording)
                    for difference in talk.differences:
                        print(f"{flow['name']}, {name}: {difference}", flush=True)
    table(flows, names, talks)
    for name, path in missing.items():
        print(f"{name}: not built, there is no {path}")
    differing = sum(len(talk.differences) for talk in talks.values())
    counts = collections.Counter(name for _, name in talks)
    had = ", ".join(f"{counts[name]} in {name}" for name in names)
    seconds = time.monotonic() - begun
    print(f"conversations: {had}; {recording.seen.total()} messages; {differing} differ, {seconds:.0f} s")
    return 1 if differing or not talks or (options.languages and missing) else 0


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
