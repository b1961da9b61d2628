"""A plain static server: nginx, which answers a wallet's calls with files that were made beforehand."""

import json
import os
import pathlib
import socket
import subprocess
import sys
import time

sys.path.append(str(pathlib.Path(__file__).parent.parent / "checks"))

from ports import free_port

CONFIGURATION = """
daemon off;
{user}
pid {run}/nginx.pid;
error_log stderr error;
worker_processes 1;
events {{}}
http {{
    access_log off;
    sendfile on;
    # An ETag of nginx is time and size of a file: pages of one length, made in one second, would have the same.
    etag off;
    keepalive_requests 100000;
    default_type application/json;
    client_body_temp_path {run}/body;
    proxy_temp_path {run}/proxy;
    fastcgi_temp_path {run}/fastcgi;
    uwsgi_temp_path {run}/uwsgi;
    scgi_temp_path {run}/scgi;
    server {{
        listen 127.0.0.1:{port};
        root {pages};
        location = /wallet/api/v1/transactions {{ try_files /list/$arg_page.json /feed/$arg_after.json =404; }}
        location = /wallet/api/v1/wallet {{ try_files /account.json =404; }}
        location = /wallet/api/v1/approvals {{ try_files /approvals.json =404; }}
        location = /wallet/api/v1/devices/challenge {{ return 201 '{{"success":true,"nonce":"nonce"}}'; }}
        location = /wallet/api/v1/devices {{ return 201 '{device}'; }}
        location = /token {{ return 200 '{tokens}'; }}
        {intents}
        location / {{ return 404 '{{"success":false,"error":"there is none"}}'; }}
        location /realms/ {{ return 200 '{discovery}'; }}
    }}
}}
"""

#: An intent that is told from its id alone, which holds its time and its amount. What begins with a dollar is nginx's.
INTENT = (
    '{"id":"$id","merchant_id":"mrc_benchmark","merchant_name":"Corner Coffee","amount":"1$minute$second.$part",'
    '"currency":"USD","status":"STATUS","description":"Two coffees and a croissant","metadata":{"order":"$id"},'
    '"expires_at":"2099-01-01T00:00:00Z","created_at":"2026-01-01T$hour:$minute:$second.${part}0Z"MORE}')
TRANSACTION = (
    '{"transaction_id":"$time-1111-4111-8111-111111111111","transaction_type":"payment","status":"completed",'
    '"amount":"1$minute$second.$part","currency":"USD","description":"Two coffees and a croissant",'
    '"merchant_id":"mrc_benchmark","merchant_name":"Corner Coffee","metadata":{"payment_intent_id":"$id"},'
    '"from_account_id":"WALLET","created_at":"2026-01-01T$hour:$minute:$second.${part}0Z",'
    '"completed_at":"2026-01-01T$hour:$minute:$second.${part}0Z"}')
TIME = r"(?<time>(?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d)(?<part>\d\d))"


def intents(wallet):
    """What nginx answers about intents: those of the kind 0000 were scanned, those of the kind 0001 a till's."""

    def intent(status, more=""):
        return INTENT.replace("STATUS", status).replace("MORE", more)

    def location(path, kind, end, answer):
        return f"location ~ ^{path}/(?<id>{TIME}-{kind}[-0-9a-f]+){end}$ {{ return 200 '{answer}'; }}"

    target = f',"target_wallet_id":"{wallet}"'
    public, own = "/merchant/api/v1/public/payment-intents", "/wallet/api/v1/payment-intents"
    paid = intent("completed", f',"completed_by":"{wallet}"')
    return "\n".join([
        location(public, "0000", "", f'{{"success":true,"payment_intent":{intent("pending")}}}'),
        location(public, "0001", "", f'{{"success":true,"payment_intent":{intent("pending_approval", target)}}}'),
        location(own, "0000", "/pay", f'{{"success":true,"replayed":false,"payment_intent":{paid},'
                                      f'"transaction":{TRANSACTION.replace("WALLET", wallet)}}}'),
        location(own, "0001", "/decline",
                 f'{{"success":true,"replayed":false,"payment_intent":{intent("declined", target)}}}'),
    ])


class StaticServer:
    """nginx for as long as a block takes."""

    def __init__(self, pages, directory):
        self.directory = pathlib.Path(directory)
        self.pages = pathlib.Path(pages).resolve()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        discovery = json.dumps({"issuer": f"{self.url}/realms/payment-platform", "token_endpoint": f"{self.url}/token"})
        file = self.directory / "nginx.conf"
        wallet = json.loads((self.pages / "account.json").read_text())["wallet"]["wallet_id"]
        # Started by root, nginx reads files as nobody, who may not look into a folder of root's own.
        user = "user root;" if os.geteuid() == 0 else ""
        file.write_text(CONFIGURATION.format(
            user=user, intents=intents(wallet),
            run=self.directory.resolve(), port=self.port, pages=self.pages, discovery=discovery,
            device=(self.pages / "device.json").read_text(), tokens=(self.pages / "tokens.json").read_text()))
        environment = os.environ | {"PATH": os.environ["PATH"] + ":/usr/sbin"}
        self.log = open(self.directory / "nginx.log", "ab")
        self.process = subprocess.Popen(
            ["nginx", "-c", str(file.resolve()), "-p", str(self.directory.resolve())], env=environment,
            stderr=self.log, stdout=self.log)
        deadline = time.monotonic() + 10
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"nginx did not start: {(self.directory / 'nginx.log').read_text()}")
            time.sleep(0.01)
        return self

    def answers(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=10)
        self.log.close()
