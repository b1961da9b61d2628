#!/usr/bin/env python3
"""A wallet at the end of a pipe: each line of standard input is sent, each message is a line of standard output.

The argument is the configuration. Ends after {"closed":true}, which the end of input brings about.
"""

import contextlib
import os
import sys
import threading

from fexwallet import WalletError
from fexwallet._library import Handle, library


def send_lines(wallet: Handle) -> None:
    for line in sys.stdin.buffer:
        # What is not taken is answered too, by a message with "id": null.
        with contextlib.suppress(WalletError):
            wallet.send(line.rstrip(b"\n"))
    with contextlib.suppress(WalletError):
        wallet.send(b'{"id":9007199254740991,"method":"close"}')


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} CONFIGURATION")
    wallet = Handle(library(), os.fsencode(sys.argv[1]))
    threading.Thread(target=send_lines, args=(wallet,), daemon=True).start()
    message = b""
    while message != b'{"closed":true}':
        message = wallet.receive() or b'{"closed":true}'
        sys.stdout.buffer.write(message + b"\n")
        sys.stdout.buffer.flush()
    wallet.close()
    # The other thread may wait for a line, in a lock that the interpreter's exit would ask for.
    os._exit(0)


if __name__ == "__main__":
    main()
