"""A key, secrets and HTTP in Python, as a host would have them."""

import http.client
import urllib.parse

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from fexwallet import HostError, HTTPAnswer


class Signer:
    """A key in memory."""

    def __init__(self):
        self.key = None

    def load(self):
        return self._public() if self.key else None

    def make(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        return self._public()

    def sign(self, message):
        r, s = utils.decode_dss_signature(self.key.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def _public(self):
        numbers = self.key.public_key().public_numbers()
        return numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")


class Secrets:
    """Secrets in memory."""

    def __init__(self):
        self.kept = {}

    def load(self, name):
        return self.kept.get(name)

    def save(self, name, secret):
        self.kept[name] = secret

    def remove(self, name):
        self.kept.pop(name, None)


class HTTP:
    """Calls by http.client, each on a connection of its own."""

    def __init__(self):
        self.paths = []

    def call(self, call):
        address = urllib.parse.urlsplit(call.url)
        self.paths.append(address.path)
        connection = http.client.HTTPConnection(address.netloc, timeout=call.timeout_ms / 1000)
        try:
            connection.connect()
        except OSError as error:
            raise HostError("unreachable", str(error), may_have_been_sent=False) from error
        try:
            target = address._replace(scheme="", netloc="").geturl()
            connection.request(call.method, target, call.body, dict(call.headers))
            answer = connection.getresponse()
            return HTTPAnswer(answer.status, answer.getheaders(), answer.read())
        finally:
            connection.close()
