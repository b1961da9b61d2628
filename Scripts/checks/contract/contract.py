"""Validates the OpenAPI documents and runs schemathesis over them against a sandbox."""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from sandbox import running

HERE = pathlib.Path(__file__).parent
DOCUMENTS = HERE.parent.parent.parent / "Documentation"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True, help="where fex-sandbox lies")
    parser.add_argument("--examples", type=int, default=20, help="test cases an operation, at most (default 20)")
    parser.add_argument("--seconds", type=int, default=150, help="time a document, at most (default 150)")
    parser.add_argument("--seed", type=int, default=1, help="equal seeds repeat a run (default 1)")
    parser.add_argument("--document", choices=["merchant", "wallet"], help="only this one")
    parser.add_argument("--exclude", action="append", default=[], metavar="OPERATION_ID",
                        help="leave an operation out; may be repeated")
    parser.add_argument("--served-only", action="store_true",
                        help="leave out operations that the sandbox answers with 404 or 405 for want of a route")
    options = parser.parse_args()

    failed = []
    for name in [options.document] if options.document else ["merchant", "wallet"]:
        document = DOCUMENTS / f"{name}-api.openapi.json"
        if subprocess.run([sys.executable, "-m", "openapi_spec_validator", document]).returncode:
            failed.append(f"{name}: the document is not valid")
        # The clock stands still, so tokens last for the whole run.
        with running(options.programs, "--clock", "virtual", "--seed", str(options.seed), "--no-nats") as sandbox:
            excluded = set(options.exclude)
            if options.served_only:
                excluded |= unserved(sandbox, document)
                if excluded:
                    print(f"{name}: left out: {', '.join(sorted(excluded))}", flush=True)
            if run(name, document, sandbox, excluded, options):
                failed.append(f"{name}: schemathesis found failures")
    for text in failed:
        print("contract:", text)
    return 1 if failed else 0


def unserved(sandbox, document):
    """The operations that the sandbox has no route for."""
    missing = set()
    for path, item in json.loads(document.read_text())["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict) and "operationId" in operation:
                answer = sandbox.call(method.upper(), path.replace("{id}", "none"))
                text = answer["error"] or ""
                if answer.status == 405 or (answer.status == 404 and "at this path" in text):
                    missing.add(operation["operationId"])
    return missing


def run(name, document, sandbox, excluded, options):
    with tempfile.TemporaryDirectory(prefix="fex-check-") as directory:
        ready = pathlib.Path(directory) / "ready.json"
        ready.write_text(json.dumps(sandbox.ready))
        command = [
            sys.executable, "-m", "schemathesis.cli", "--config-file", HERE / "schemathesis.toml", "run", document,
            "--url", sandbox.api, "--max-examples", options.examples, "--seed", options.seed,
            "--request-timeout", "20", "--no-color", "--suppress-health-check", "all", "--continue-on-failure",
            "--max-time", options.seconds,
        ]
        for operation in sorted(excluded):
            command += ["--exclude-operation-id", operation]
        environment = {
            **os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE), "FEX_SANDBOX_READY": str(ready),
            "PYTHONDONTWRITEBYTECODE": "1"}
        begun = time.monotonic()
        code = subprocess.run([str(part) for part in command], env=environment, cwd=directory).returncode
        outcomes = collections.Counter(
            call["outcome"] for call in sandbox.control("GET", "decisions")["decisions"])
        print(f"{name}: {time.monotonic() - begun:.0f} s, exit {code}, decisions: {dict(outcomes)}", flush=True)
        return code


if __name__ == "__main__":
    sys.exit(main())
