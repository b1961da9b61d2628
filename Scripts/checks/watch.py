"""A `wallet-cli approvals watch`, or a program that prints the same, and when it said what."""

import json
import subprocess
import threading
import time


class Watch:
    """Runs beside the check; each line it prints is kept with the moment at which it was read."""

    STREAM = "listening by the event stream"
    POLL = "listening by asking"

    def __init__(self, customer, *options, command=None):
        self.lock = threading.Condition()
        self.requests = []
        self.notes = []
        output = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self.process = subprocess.Popen(command, **output) if command else customer.start(
            "approvals", "watch", *options, **output)
        self.readers = [
            threading.Thread(target=self.read, args=(self.process.stdout, self.take_request), daemon=True),
            threading.Thread(target=self.read, args=(self.process.stderr, self.take_note), daemon=True)]
        for reader in self.readers:
            reader.start()

    def read(self, stream, take):
        for line in stream:
            now = time.monotonic()
            with self.lock:
                take(now, line)
                self.lock.notify_all()

    def take_request(self, now, line):
        document = json.loads(line, parse_float=str)
        self.requests.append((now, document["intent"], document["state"]))

    def take_note(self, now, line):
        self.notes.append((now, line.decode().strip()))

    def wait(self, holds, patience, what):
        """Waits until something holds of what was printed; gives what it gave."""
        with self.lock:
            found = self.lock.wait_for(holds, patience)
            if not found:
                raise SystemExit(f"NOT TRUE: {what} within {patience} s; the last notes: {self.notes[-5:]}")
            return found

    def note_after(self, moment, beginning, patience):
        """When it first said so after a moment."""
        def find():
            return next((at for at, note in self.notes if at >= moment and note.startswith(beginning)), None)
        return self.wait(find, patience, f"the watch says `{beginning}`")

    def end(self, patience):
        """Waits until it ends by itself and the last line it printed is read; gives its exit code."""
        code = self.process.wait(timeout=patience)
        for reader in self.readers:
            reader.join()
        return code

    def stop(self):
        if self.process.poll() is None:
            # Not SIGINT: what a shell runs in the background ignores that, and so do its children.
            self.process.terminate()
            self.process.wait(timeout=30)
