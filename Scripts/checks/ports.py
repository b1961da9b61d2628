"""Ports for servers that come back at the same address."""

import contextlib
import random
import socket


def free_port():
    """A port that nobody gets by chance: below those that are given out."""
    for _ in range(200):
        port = random.randrange(12_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise SystemExit("no free port")
