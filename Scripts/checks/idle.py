"""Measures an `approvals watch` to which nothing happens, with a stream that hears: how often its threads wake up, and
how long they run.

On Linux libdispatch looks at its pools of threads once a second, whoever uses it: sixty wake-ups a minute of its event
thread (`-qos.overcommit`) are its own."""

import argparse
import os
import pathlib
import time

from customers import Customer, expect, shop
from watch import Watch


class Threads:
    """The threads of a process; what one that ended has done stays counted."""

    def __init__(self, process):
        self.folder = pathlib.Path(f"/proc/{process}/task")
        self.counts = {}

    def look(self):
        for task in self.folder.iterdir():
            try:
                status = dict(line.split(":\t", 1) for line in (task / "status").read_text().splitlines())
            except (FileNotFoundError, ProcessLookupError):
                continue
            self.counts[int(task.name), status["Name"]] = int(status["voluntary_ctxt_switches"])

    def by_name(self):
        names = {}
        for (_, name), count in self.counts.items():
            names[name] = names.get(name, 0) + count
        return names


def processor_seconds(process):
    fields = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(process, minutes):
    """Wake-ups of each thread, and seconds of the processor."""
    threads = Threads(process)
    threads.look()
    before, seconds = threads.by_name(), processor_seconds(process)
    end = time.monotonic() + minutes * 60
    while (left := end - time.monotonic()) > 0:
        # Looking wakes nobody, and catches threads that come and go.
        time.sleep(min(5, left))
        threads.look()
    after = threads.by_name()
    return {name: count - before.get(name, 0) for name, count in after.items()}, processor_seconds(process) - seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True, help="where fex-sandbox and wallet-cli lie")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--settle", type=float, default=20, help="seconds before the measurement begins")
    arguments = parser.parse_args()
    with shop(arguments.programs, "--nats-port", "0") as running:
        watch = Watch(Customer(running, running.open_wallet("1000.00"), "idle"))
        try:
            watch.note_after(0, Watch.STREAM, 30)
            time.sleep(arguments.settle)
            said = len(watch.notes)
            wakes, seconds = measure(watch.process.pid, arguments.minutes)
            expect(len(watch.notes) == said, f"the stream hears all the while: {watch.notes[said:]}")
            expect(not watch.requests, "nothing happens")
        finally:
            watch.stop()
    print(f"idle for {arguments.minutes:g} minutes, the stream hearing: {sum(wakes.values())} wake-ups, "
          f"{sum(wakes.values()) / arguments.minutes:.1f} a minute; {seconds:.2f} s of the processor, "
          f"{seconds / (arguments.minutes * 60):.3%}")
    for name, count in sorted(wakes.items(), key=lambda item: -item[1]):
        print(f"  thread {name:20}{count:>8}")


if __name__ == "__main__":
    main()
