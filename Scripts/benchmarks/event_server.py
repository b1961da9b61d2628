"""An event server as it comes: nats-server, on this machine alone."""

import os
import shutil
import socket
import subprocess
import time

from ports import free_port


class EventServer:
    """nats-server for as long as a block takes."""

    def __init__(self):
        self.port = free_port()
        self.url = f"nats://127.0.0.1:{self.port}"

    def __enter__(self):
        path = shutil.which("nats-server", path=os.environ["PATH"] + ":/usr/sbin")
        if not path:
            raise SystemExit("nats-server is not installed")
        self.process = subprocess.Popen([path, "-a", "127.0.0.1", "-p", str(self.port)], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("nats-server did not start")
            time.sleep(0.01)
        return self

    def answers(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=10)
