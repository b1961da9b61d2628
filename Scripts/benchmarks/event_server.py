"""An event server as it comes: nats-server, on this machine alone."""

import os
import shutil
import socket
import subprocess
import tempfile
import time

from ports import free_port


class EventServer:
    """nats-server for as long as a block takes."""

    def __init__(self):
        self.ports = free_port(), free_port()
        self.url, self.websocket = f"nats://127.0.0.1:{self.ports[0]}", f"ws://127.0.0.1:{self.ports[1]}"

    def __enter__(self):
        path = shutil.which("nats-server", path=os.environ["PATH"] + ":/usr/sbin")
        if not path:
            raise SystemExit("nats-server is not installed")
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as configuration:
            configuration.write(
                f'websocket {{ host: "127.0.0.1", port: {self.ports[1]}, no_tls: true, compression: false }}\n')
            configuration.flush()
            self.start([path, "-a", "127.0.0.1", "-p", str(self.ports[0]), "-c", configuration.name])
        return self

    def start(self, command):
        """Starts it; returns when it takes connections."""
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("nats-server did not start")
            time.sleep(0.01)

    def answers(self):
        return all(self.takes(port) for port in self.ports)

    @staticmethod
    def takes(port):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=10)
