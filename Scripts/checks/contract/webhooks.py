"""A merchant's shop that receives webhooks."""

import http.server
import queue
import threading


class Receiver:
    """Listens on a free port of the loopback; each delivery is put into a queue."""

    def __init__(self):
        self.deliveries = queue.Queue()
        self.statuses = []
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status = receiver.statuses.pop(0) if receiver.statuses else 200
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()
                receiver.deliveries.put((self.path, self.headers, body, status))

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def next(self, timeout=5):
        """The next delivery: path, headers, body, the status it was answered with. Raises `queue.Empty`."""
        return self.deliveries.get(timeout=timeout)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
