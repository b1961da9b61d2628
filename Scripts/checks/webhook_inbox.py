"""Receives webhooks as a merchant's server does, believes those that are signed, and keeps count of them."""

import collections
import contextlib
import hashlib
import hmac
import http.server
import json
import threading
import time


class Inbox:
    """Every webhook that was received and believed."""

    def __init__(self, secrets):
        self.secrets = [secret.encode() for secret in secrets]
        self.lock = threading.Lock()
        self.received = collections.Counter()  # (event, intent id) -> how often
        self.deliveries = collections.Counter()  # delivery id -> how often
        self.refused = 0
        self.url = None

    def take(self, signature, delivery, body):
        wanted = [hmac.new(secret, body, hashlib.sha256).hexdigest() for secret in self.secrets]
        believed = any(hmac.compare_digest(signature or "", one) for one in wanted)
        with self.lock:
            if not believed:
                self.refused += 1
                return False
            hook = json.loads(body)
            self.received[hook["event"], hook["payment_intent_id"]] += 1
            self.deliveries[delivery] += 1
        return True

    def missing(self, event, intents):
        with self.lock:
            return [intent for intent in intents if not self.received[event, intent]]

    def wait_for(self, event, intents, seconds):
        """Waits until there is one for each intent; returns those without."""
        deadline = time.monotonic() + seconds
        while (missing := self.missing(event, intents)) and time.monotonic() < deadline:
            time.sleep(0.1)
        return missing

    @property
    def repeated(self):
        with self.lock:
            return sum(count - 1 for count in self.deliveries.values())


@contextlib.contextmanager
def listening(secrets):
    """An inbox on a free port for as long as a block takes."""
    inbox = Inbox(secrets)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            believed = inbox.take(self.headers["X-Webhook-Signature"], self.headers["X-Webhook-Delivery"], body)
            self.send_response(200 if believed else 401)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments):
            pass

    class Server(http.server.ThreadingHTTPServer):
        def handle_error(self, request, client_address):
            """A sender that was killed in the middle of a call is what this is for."""

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    inbox.url = f"http://127.0.0.1:{server.server_port}/webhooks"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield inbox
    finally:
        server.shutdown()
        server.server_close()
