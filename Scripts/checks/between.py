"""A real HTTP/1.1 proxy on loopback that passes calls on to a sandbox, and answers in its place when it is told to."""

import http.client
import http.server
import json
import re
import socket
import threading
from dataclasses import dataclass, field
from decimal import Decimal

# Named by the connection itself, or made anew.
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}


@dataclass
class Answer:
    """What the wallet gets: of its headers, those that are not `None`. With `is_cut` the connection closes before the
    announced end of the body."""

    status: int
    body: bytes = b""
    headers: dict = field(default_factory=dict)
    is_cut: bool = False

    @property
    def document(self):
        return parse(self.body)


@dataclass
class Call:
    """A call on its way. `pass_on` makes it, and gives the platform's own answer."""

    method: str
    path: str
    query: str
    headers: dict
    body: bytes
    pass_on: object

    @property
    def decides(self):
        """What is decided by it: `pay`, `approve`, `decline`, or nothing."""
        found = re.fullmatch(r"/wallet/api/v1/payment-intents/[^/]+/(pay|approve|decline)", self.path)
        return found[1] if found and self.method == "POST" else None


def honest(call):
    """Passes everything on."""
    return call.pass_on()


class Between(http.server.ThreadingHTTPServer):
    """The proxy. Its `rule` is given each call, and gives the answer; `None` closes the connection without one."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, port):
        super().__init__(("127.0.0.1", 0), Passage)
        self.port = self.server_address[1]
        self.platform = port
        self.rule = honest
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def handle_error(self, request, client_address):
        """A wallet that closes its connection is no fault of the check."""

    def close(self):
        self.shutdown()
        self.server_close()


class Passage(http.server.BaseHTTPRequestHandler):
    """One connection of the wallet."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 120

    def setup(self):
        super().setup()
        self.upstream = http.client.HTTPConnection("127.0.0.1", self.server.platform, timeout=60)

    def finish(self):
        self.upstream.close()
        super().finish()

    def log_message(self, *arguments):
        """Says nothing."""

    def carry(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path, _, query = self.path.partition("?")
        call = Call(self.command, path, query, dict(self.headers.items()), body, None)
        call.pass_on = lambda path=self.path, body=None: self.pass_on(call, path, call.body if body is None else body)
        answer = self.server.rule(call)
        if answer is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.give(answer)

    do_GET = do_POST = do_PUT = do_DELETE = carry

    def pass_on(self, call, path, body):
        headers = {name: value for name, value in call.headers.items() if name.lower() not in HOP_BY_HOP}
        for attempt in range(2):
            try:
                self.upstream.request(call.method, path, body or None, headers)
                answer = self.upstream.getresponse()
                data = answer.read()
                break
            except (ConnectionError, http.client.RemoteDisconnected):
                # The sandbox closes a connection on which nothing came for long: no call was on its way then.
                self.upstream.close()
                if attempt:
                    raise
        kept = {name: value for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP}
        return Answer(answer.status, data, kept)

    def give(self, answer):
        self.send_response_only(answer.status)
        headers = {"Date": self.date_time_string(), "Content-Type": "application/json"} | answer.headers
        for name, value in headers.items():
            if value is not None:
                self.send_header(name, value)
        has_no_body = answer.status in (204, 304)
        if not has_no_body:
            self.send_header("Content-Length", str(len(answer.body) + (100 if answer.is_cut else 0)))
        if answer.is_cut:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if not has_no_body:
            self.wfile.write(answer.body)
        self.wfile.flush()


def parse(text):
    """JSON whose numbers stay exact."""
    return json.loads(text, parse_float=Decimal)


def write(document):
    """JSON, numbers as they were read."""
    text = json.dumps(document, default=lambda number: f"@number {number}@")
    return re.sub(r'"@number ([0-9.]+)@"', r"\1", text).encode()
