"""Pays and approves by libfexwallet on a Debian without Swift: its smallest system, and the packages that it needs.

The C example runs there by `chroot`, with an empty environment, and reaches a sandbox on this machine. Also says what
the library weighs, exports and loads. Exit code 1 where anything is not as it has to be. Needs root, or sudo."""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import uuid

from customers import MERCHANT, expect, shop

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BINDINGS = ROOT / "Bindings"
SUITE = "bookworm"
#: The packages that Bindings/c/README.md names, and the example's reader of JSON.
PACKAGES = ["libcurl4", "libnats3.4", "libqrencode4", "libsqlite3-0", "libstdc++6", "libjansson4"]
#: Swift's runtime and its libraries, as they are called on Linux.
SWIFT = re.compile(r"swift|Foundation|dispatch|BlocksRuntime", re.IGNORECASE)
AS_ROOT = [] if os.geteuid() == 0 else ["sudo"]


class System:
    """A Debian in a folder, which is kept from one run to the next."""

    def __init__(self, folder):
        self.folder = folder
        mark = folder / "made-of"
        if not mark.exists() or mark.read_text() != " ".join(PACKAGES):
            print(f"making {folder.name} …", file=sys.stderr)
            as_root("rm", "-rf", folder)
            as_root("debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", SUITE, folder,
                    stdout=subprocess.DEVNULL)
            as_root("tee", mark, input=" ".join(PACKAGES), stdout=subprocess.DEVNULL)

    def install(self, file, folder):
        as_root("install", "-D", "-m", "755", "-t", self.folder / folder, file)

    def run(self, *command):
        """Runs a command inside, without any variable and without a terminal.

        It has a /proc, as each running system: Swift's Dispatch reads there whether its threads are busy, and ends
        the process where it can't. Mounted in a namespace, it goes with the command.
        """
        return subprocess.run(
            [*AS_ROOT, "unshare", "--fork", "--pid", f"--mount-proc={self.folder}/proc", "env", "-i",
             "/usr/sbin/chroot", self.folder, *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=120)


def as_root(*command, **options):
    subprocess.run([*AS_ROOT, *map(str, command)], check=True, text=True, **options)


def check_library(library, header):
    """What it weighs and exports."""
    declared = set(re.findall(r"\b(fex_[a-z_]+)\(", header.read_text()))
    lines = subprocess.run(["nm", "-D", "--defined-only", library], check=True, capture_output=True, text=True)
    exported = {line.split()[-1] for line in lines.stdout.splitlines()}
    expect(exported and exported == declared,
           f"the library exports what fex.h declares and no more: it differs by {sorted(exported ^ declared)}")
    print(f"{library.name}: {library.stat().st_size:,} bytes, exports {', '.join(sorted(exported))}")


def check_loaded(system, library):
    """The libraries that it loads, by the loader of the system."""
    loaded = system.run("/usr/bin/ldd", f"/usr/local/lib/{library.name}")
    names = [line.split()[0].rpartition("/")[2] for line in loaded.stdout.splitlines()]
    expect(loaded.returncode == 0 and len(names) > len(PACKAGES), f"ldd names its libraries: {loaded.stdout}")
    expect("not found" not in loaded.stdout, f"all are there: {loaded.stdout}")
    expect(not SWIFT.search(" ".join(names)), f"none is Swift's: {names}")
    print(f"loads {len(names)} libraries, none of Swift")


def pay(system, running):
    """A code and a request, each confirmed to the example. Returns their ids."""
    person = running.ready["wallets"][0]
    body = json.dumps({"currency": person["currency"]})[:-1] + ', "amount": 3.70}'
    intent = running.call("POST", f"{MERCHANT}/payment-intents", body)["payment_intent"]
    request = running.ask("approve", person, "1.30")
    folder = f"/tmp/{uuid.uuid4()}"
    ready = running.directory / "ready.json"
    system.install(ready, folder[1:])
    try:
        done = system.run("/usr/local/bin/pay", f"{folder}/wallet", f"{folder}/ready.json", intent["qr_data"])
    finally:
        as_root("rm", "-rf", f"{system.folder}{folder}")
    expect(done.returncode == 0, f"the example ends well: {done.returncode} {done.stdout}")
    said = [line for line in done.stdout.splitlines() if line.endswith(": confirmed")]
    expect([line.split()[:2] for line in said] == [["pay", "3.70"], ["approve", "1.30"]],
           f"both are confirmed: {done.stdout}")
    return [intent["id"], request]


def pay_often(system, running, runs):
    """The example run again and again, each time with a new wallet folder: it may also fail where a process ends."""
    intents = [intent for _ in range(runs) for intent in pay(system, running)]
    debits = running.debits()
    expect(debits == dict.fromkeys(intents, 1), f"the ledger has each once, and nothing else: {debits}")
    print(f"{runs} runs have paid a code and approved a request each; the ledger has each of {len(debits)} once")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", required=True, help="where fex-sandbox lies")
    parser.add_argument("--prefix", type=pathlib.Path, default=BINDINGS / ".build/prefix",
                        help="where Scripts/bindings has put the library")
    parser.add_argument("--examples", type=pathlib.Path, default=BINDINGS / ".build/c", help="and its programs")
    parser.add_argument("--system", type=pathlib.Path, default=ROOT / ".build-bare-system" / SUITE,
                        help="the folder in which the system is kept")
    parser.add_argument("--runs", type=int, default=20, help="how often the example is run")
    options = parser.parse_args()
    library, example = options.prefix / "lib/libfexwallet.so", options.examples / "pay"
    for file in (library, example):
        expect(file.exists(), f"Scripts/bindings has built {file.name}")
    check_library(library, options.prefix / "include/fex.h")
    system = System(options.system.resolve())
    as_root("rm", "-f", system.folder / "usr/local/lib" / library.name)
    # In small letters: Swift Current is a town, with a time zone.
    swift = system.run("/usr/bin/find", "/", "-xdev", "-name", "*swift*")
    expect(swift.returncode == 0 and not swift.stdout, f"the system has nothing of Swift: {swift.stdout}")
    system.install(example, "usr/local/bin")
    # An example that started all the same would say nothing of the library.
    without = system.run("/usr/local/bin/pay")
    expect(without.returncode == 127, f"the example needs the library: {without.returncode} {without.stdout}")
    system.install(library, "usr/local/lib")
    system.run("/usr/sbin/ldconfig")
    check_loaded(system, library)
    with shop(options.programs, "--no-nats") as running:
        pay_often(system, running, options.runs)


if __name__ == "__main__":
    main()
