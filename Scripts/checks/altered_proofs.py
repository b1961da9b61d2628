"""Exported proofs, verified by a library that nobody here wrote, and each alteration of them refused by `proof verify` and by the
sandbox.

Each byte of a real proof and of its file, each member, and what the holder of a key could sign otherwise: other headers, members
twice, other times, a high s, another device, another key, under another key's name."""

import argparse
import concurrent.futures
import json
import pathlib
import subprocess
import sys

from joserfc import jws
from joserfc.jwk import ECKey

from altered_calls import refuse_at_the_sandbox
from altered_files import Files, altered_bytes, show
from customers import Customer, expect, shop


def verify_elsewhere(document):
    """What `joserfc` finds of a proof and its key."""
    key = ECKey.import_key({name: value for name, value in document["public_key"].items() if name != "kid"})
    found = jws.deserialize_compact(document["proof"], key, algorithms=["ES256"])
    claims = json.loads(found.payload)
    expect(found.headers() == {"alg": "ES256", "typ": "fex-decision+jwt", "kid": document["device_id"]}, found.headers())
    pairs = [("decision", "decision"), ("intent", "intent"), ("wallet", "wallet"), ("amount", "amount"), ("currency", "currency"),
             ("merchant", "merchant"), ("idempotency_key", "jti")]
    return all(document[member] == claims[claim] for member, claim in pairs)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True, help="where wallet-cli and fex-sandbox lie")
    parser.add_argument("--every", type=int, default=1, help="only each n-th alteration")
    arguments = parser.parse_args()
    program = pathlib.Path(arguments.programs) / "wallet-cli"
    with shop(arguments.programs, "--no-nats") as running:
        customer = Customer(running, running.ready["wallets"][0], "home")
        documents = []
        for kind in ("pay", "approve", "decline"):
            intent = running.ask("pay" if kind == "pay" else "approve", customer.person, amount="35.50")
            customer.document(kind, intent, *([] if kind == "decline" else ["--yes"]))
            documents.append(customer.document("proof", "export", intent))
            expect(verify_elsewhere(documents[-1]), f"joserfc verifies the proof of {kind}")
            print(f"joserfc verifies the proof of {kind}: ES256, {documents[-1]['device_id']}")

        def verify(text, keys):
            path = running.directory / "keys" / f"{abs(hash(keys))}.json"
            path.parent.mkdir(exist_ok=True)
            if not path.exists():
                path.write_text(keys)
            seen = subprocess.run(
                [program, "--json", "proof", "verify", "-", "--keys", path], input=text.encode(), capture_output=True, timeout=60,
                env={"FEX_WALLET_HOME": str(running.directory / "nobody"), "PATH": "/usr/bin:/bin"})
            lines = (seen.stdout or seen.stderr).splitlines()
            said = json.loads(lines[0]) if lines else {}
            return seen.returncode, said.get("verified"), said.get("reason") or said.get("error", {}).get("code"), said.get("claims")

        own = json.dumps({"keys": [document["public_key"] for document in documents[:1]]})
        for document in documents:
            seen = verify(json.dumps(document), own)
            expect(seen[:2] == (0, True), f"what was exported is verified: {seen}")
        files = Files()
        cases = [(kind, text, json.dumps(files.keys)) for kind, text in files.resigned()]
        cases += [(kind, text, own) for kind, text in altered_bytes(documents[0])]
        honest = cases.pop(0)
        expect(verify(honest[1], honest[2])[:2] == (0, True), "what the check signs as the wallet does is verified")
        cases = cases[:: arguments.every]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            results = list(pool.map(lambda case: verify(case[1], case[2]), cases))
        table, accepted = {}, []
        for (kind, text, _), (code, verified, reason, claims) in zip(cases, results):
            row = table.setdefault(kind, [0, 0, set()])
            is_refused = code == 65 and not verified and not claims
            row[0] += 1
            row[1] += is_refused
            row[2].add(reason)
            if not is_refused:
                accepted.append((kind, code, text[:300]))
        show("verified by `proof verify`", table, accepted)
        sent, taken = refuse_at_the_sandbox(running)
        print(f"altered-proofs: {len(cases)} files and {sent} calls altered, {len(accepted) + len(taken)} not refused")
        return 1 if accepted or taken else 0


if __name__ == "__main__":
    sys.exit(main())
