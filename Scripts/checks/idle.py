"""Measures an `approvals watch` to which nothing happens, with a stream that hears: how often its threads wake up, and
how long they run.

On Linux libdispatch looks at its pools of threads once a second, whoever uses it: sixty switches a minute of its manager
thread are its own, and can't be turned off. So the moments are counted too at which any other thread had something to do:
that is what the wallet asks of the device."""

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

    def manager(self, begin):
        """The one thread that libdispatch wakes every second: none is woken more often."""
        return max(self.counts, key=lambda thread: self.counts[thread] - begin.get(thread, 0))


def processor_seconds(process):
    fields = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(process, minutes):
    """How often each thread was switched to, the moments at which the wallet's own were, and seconds of the processor."""
    threads = Threads(process)
    threads.look()
    begin, seconds = dict(threads.counts), processor_seconds(process)
    moments, before, was_busy = 0, dict(begin), False
    end = time.monotonic() + minutes * 60
    while (left := end - time.monotonic()) > 0:
        # Looking wakes nobody, and catches threads that come and go.
        time.sleep(min(0.25, left))
        threads.look()
        gone_up = {thread for thread, count in threads.counts.items() if count > before.get(thread, 0)}
        # One moment may last over several looks.
        is_busy = len(gone_up) > (1 if threads.manager(begin) in gone_up else 0)
        moments += is_busy and not was_busy
        before, was_busy = dict(threads.counts), is_busy
    switches = {thread: count - begin.get(thread, 0) for thread, count in threads.counts.items()}
    return switches, moments, processor_seconds(process) - seconds


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
            switches, moments, seconds = measure(watch.process.pid, arguments.minutes)
            expect(len(watch.notes) == said, f"the stream hears all the while: {watch.notes[said:]}")
            expect(not watch.requests, "nothing happens")
        finally:
            watch.stop()
    minutes = arguments.minutes
    print(f"idle for {minutes:g} minutes, the stream hearing: {moments} moments at which there was something to do, "
          f"{moments / minutes:.1f} a minute; {seconds:.2f} s of the processor, {seconds / (minutes * 60):.3%}")
    print(f"{sum(switches.values())} switches to a thread, {sum(switches.values()) / minutes:.1f} a minute:")
    manager = max(switches, key=switches.get)
    print(f"  libdispatch's manager{switches.pop(manager):>8}")
    print(f"  all others{sum(switches.values()):>19}")


if __name__ == "__main__":
    main()
