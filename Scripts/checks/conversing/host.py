"""A host that answers a wallet's questions: it signs with a key of its own, keeps secrets, and makes calls."""

import base64
import http.client
import subprocess
import threading
import urllib.parse


def text(data):
    return base64.b64encode(data).decode()


class Key:
    """A key of P-256 in OpenSSL's hands."""

    def __init__(self):
        self.pem = self.run("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")

    @staticmethod
    def run(*arguments, input=b""):
        return subprocess.run(["openssl", *arguments], input=input, capture_output=True, check=True).stdout

    @property
    def public(self):
        """x and y: the end of the key in DER."""
        return self.run("pkey", "-pubout", "-outform", "DER", input=self.pem)[-64:]

    def sign(self, message, directory):
        """r and s, each 32 bytes, out of the sequence of two integers that OpenSSL makes."""
        path = directory / "key.pem"
        path.write_bytes(self.pem)
        der = self.run("dgst", "-sha256", "-sign", str(path), input=message)
        numbers, place = [], 2
        for _ in range(2):
            length = der[place + 1]
            numbers.append(int.from_bytes(der[place + 2:place + 2 + length], "big"))
            place += 2 + length
        return b"".join(number.to_bytes(32, "big") for number in numbers)


class Host:
    """Answers questions, each on a thread of its own. `manners` says of a question's name how it is answered instead.

    never: not until it is too late; twice; an object: with its `result` or `error`.
    """

    def __init__(self, directory):
        self.directory = directory
        self.key = None
        self.secrets = {}
        self.manners = {}
        self.late = []

    def answer(self, question, send):
        """Answers a question by sending messages."""
        threading.Thread(target=self._answer, args=(question, send), daemon=True).start()

    def _answer(self, question, send):
        number, manner = question["id"], self.manners.get(question["ask"])
        if isinstance(manner, dict):
            send({"answer": number} | manner)
            return
        message = {"answer": number} | self.result(question["ask"], question["params"])
        if manner == "never":
            self.late.append(message)
            return
        send(message)
        if manner == "twice":
            send(message)

    def result(self, name, params):
        match name:
            case "key.load":
                return {"result": {"public_key": text(self.key.public) if self.key else None}}
            case "key.make":
                self.key = Key()
                return {"result": {"public_key": text(self.key.public)}}
            case "sign":
                message = base64.b64decode(params["message"], validate=True)
                return {"result": {"signature": text(self.key.sign(message, self.directory))}}
            case "secret.load":
                return {"result": {"secret": self.secrets.get(params["name"])}}
            case "secret.save":
                self.secrets[params["name"]] = params["secret"]
                return {"result": {}}
            case "secret.remove":
                self.secrets.pop(params["name"], None)
                return {"result": {}}
            case "http":
                return self.call(params)
        return {"error": {"code": "secret_store_failed", "message": f"nobody here answers {name}"}}

    @staticmethod
    def call(params):
        """Makes a call. Redirects are not followed."""
        address = urllib.parse.urlsplit(params["url"])
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=params["timeout_ms"] / 1000)
        try:
            connection.connect()
        except OSError as error:
            return {"error": {"code": "unreachable", "message": str(error), "may_have_been_sent": False}}
        try:
            body = None if params["body"] is None else base64.b64decode(params["body"], validate=True)
            target = (address.path or "/") + (f"?{address.query}" if address.query else "")
            connection.request(params["method"], target, body, dict(params["headers"]))
            answer = connection.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException) as error:
            return {"error": {"code": "connection_lost", "message": str(error) or type(error).__name__}}
        finally:
            connection.close()
        headers = [list(pair) for pair in answer.getheaders()]
        return {"result": {"status": answer.status, "headers": headers, "body": text(data)}}
