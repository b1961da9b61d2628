"""Servers on loopback that mean ill: each is what is done with one connection."""

import contextlib
import functools
import gzip
import socket
import ssl
import struct
import threading
import time

# Bytes of a body that never ends, or of one that grows when it is unpacked.
PIECE = b"x" * (1 << 16)


class Server:
    """A port on which each connection is given to a function, over TLS where there is a context."""

    def __init__(self, behave, tls=None):
        self.behave, self.tls = behave, tls
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listening.getsockname()[1]
        self.is_over = False
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while not self.is_over:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        # Whoever was deceived hangs up: that is no fault here.
        with contextlib.suppress(OSError, ssl.SSLError, ValueError), connection:
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            self.behave(connection)
            connection.close()

    def stop(self):
        self.is_over = True
        self.listening.close()


def request(connection):
    """Reads the head of a request, and what it says of its length."""
    read = b""
    while b"\r\n\r\n" not in read:
        part = connection.recv(4096)
        if not part:
            break
        read += part
    return read


def answer(head, body=b""):
    def behave(connection):
        request(connection)
        connection.sendall(head + b"\r\n" + body)
    return behave


def answer_in_the_clear(connection):
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


def silent(connection):
    while connection.recv(4096):
        pass


def reset(connection):
    """Ends with RST in the place of FIN, once something came."""
    connection.recv(4096)
    reset_at_once(connection)


def reset_at_once(connection):
    raw = connection.detach() if not isinstance(connection, ssl.SSLSocket) else socket.socket.detach(connection)
    found = socket.socket(fileno=raw)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    found.close()


def drip(connection):
    request(connection)
    for byte in b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + b"X-Slow: " + b"y" * 600:
        connection.sendall(bytes([byte]))
        time.sleep(0.2)


def drip_body(connection):
    request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n")
    while True:
        connection.sendall(b" ")
        time.sleep(0.2)


def endless(connection):
    request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")
    while True:
        connection.sendall(PIECE)


@functools.cache
def packed_zeros():
    """1 GiB of zeros, in some 1 MiB; making it takes seconds."""
    return gzip.compress(bytes(1 << 30), 6)


def bomb(connection):
    packed = packed_zeros()
    request(connection)
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed))
    connection.sendall(packed)


def header_flood(connection):
    request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    number = 0
    while True:
        connection.sendall(b"".join(b"X-%d: y\r\n" % (number + more) for more in range(100)))
        number += 100


def long_header(connection):
    request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while True:
        connection.sendall(PIECE)


def redirect_in_circles(connection):
    while request(connection):
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n")


# Event servers speak in the clear first, and then over TLS.

INFO = b'INFO {"server_id":"S","version":"2.9.10","max_payload":1048576,"tls_required":true}\r\n'
PLAIN_INFO = b'INFO {"server_id":"S","version":"2.9.10","max_payload":1048576}\r\n'


def events(tls, behave, info=INFO):
    """An event server: what it says first, and what it does once the connection is secure and greeted."""
    def serve(connection):
        connection.sendall(info)
        secure = tls.wrap_socket(connection, server_side=True) if tls else connection
        behave(secure)
        secure.close()
    return serve


def greeted(behave):
    """Takes whoever comes, answers each PING, and then does what it does."""
    def serve(connection):
        read = b""
        while b"PING\r\n" not in read:
            part = connection.recv(4096)
            if not part:
                return
            read += part
        connection.sendall(b"PONG\r\n")
        behave(connection)
    return serve


def endless_message(connection):
    connection.sendall(b"MSG wallets.x 1 2000000000\r\n")
    while True:
        connection.sendall(PIECE)


def endless_headers(connection):
    """A message whose head of fields alone is said to be long."""
    connection.sendall(b"HMSG wallets.x 1 1900000000 2000000000\r\nNATS/1.0\r\nX: ")
    while True:
        connection.sendall(PIECE)


def endless_error(connection):
    connection.sendall(b"-ERR '")
    while True:
        connection.sendall(PIECE)


def endless_line(connection):
    while True:
        connection.sendall(PIECE)


def drip_info(connection):
    for byte in INFO * 20:
        connection.sendall(bytes([byte]) if byte not in b"\r\n" else b" ")
        time.sleep(0.2)
