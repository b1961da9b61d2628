"""Holds what a sandbox answered against the OpenAPI documents.

answers.py FILE [--whole] reads a recording: a JSON object a line, with `method`, `path`, `status`, `headers` (names in lower
case) and `body` in base64. The tests of the sandbox write one to the file that FEX_RECORDED_ANSWERS names. With --whole each
documented operation has to be among them.

Stricter than JSON Schema in one point: an object whose schema names properties and says nothing of others may have no others,
so that what a server adds has to be documented.
"""

import argparse
import base64
import collections
import decimal
import json
import pathlib
import re
import sys

from jsonschema import Draft202012Validator, ValidationError, validators

DOCUMENTS = pathlib.Path(__file__).resolve().parent.parent.parent.parent / "Documentation"
SCHEMAS = ("additionalProperties", "items")
LISTS = ("anyOf", "oneOf", "allOf")
NOTES = {"description", "examples", "example", "default", "format", "title"}


def pattern(validator, expression, text, schema):
    """`$` is the end, as in the documents' regular expressions, not the place before a last line break, as in Python's."""
    if isinstance(text, str) and not re.search(re.sub(r"\$$", r"\\Z", expression), text):
        yield ValidationError(f"{text[:200]!r} does not match {expression!r}")


Validator = validators.extend(Draft202012Validator, {"pattern": pattern})


def strict(schema):
    """The schema, closed to what it doesn't name. Raises `ValueError` for a keyword that nothing would check."""
    if not isinstance(schema, dict):
        return schema
    unknown = set(schema) - set(Validator.VALIDATORS) - NOTES
    if unknown:
        raise ValueError(f"a schema has keywords that say nothing: {', '.join(sorted(unknown))}")
    closed = dict(schema)
    if "properties" in schema:
        closed["properties"] = {name: strict(part) for name, part in schema["properties"].items()}
        closed.setdefault("additionalProperties", False)
    closed.update({name: strict(schema[name]) for name in SCHEMAS if name in schema})
    closed.update({name: [strict(part) for part in schema[name]] for name in LISTS if name in schema})
    return closed


def unique(pairs):
    """An object's members, each name once."""
    twice = [name for name, times in collections.Counter(name for name, _ in pairs).items() if times > 1]
    if twice:
        raise ValueError(f"{twice[0]} is there twice")
    return dict(pairs)


def parse(text):
    """JSON with its numbers as they are written."""
    return json.loads(text, object_pairs_hook=unique, parse_float=decimal.Decimal)


class Document:
    """An OpenAPI document."""

    def __init__(self, path):
        self.json = parse(path.read_text(encoding="utf-8"))
        self.schemas = {name: strict(part) for name, part in self.json["components"]["schemas"].items()}
        self.templates = {template: template.split("/") for template in self.json["paths"]}

    def operations(self):
        """Method, template and operation of each."""
        return [(method.upper(), template, operation) for template, item in self.json["paths"].items()
                for method, operation in item.items() if method != "parameters"]

    def find(self, method, path):
        """The template and the operation of a call, or None. A path without a variable goes before one with."""
        parts = path.split("/")
        fitting = [template for template, own in self.templates.items() if len(own) == len(parts) and all(
            mine == part or mine.startswith("{") for mine, part in zip(own, parts))]
        template = min(fitting, key=lambda found: found.count("{"), default=None)
        operation = template and self.json["paths"][template].get(method.lower())
        return (template, operation) if operation else None

    def problems(self, operation, status, headers, body):
        """What in an answer differs from its description."""
        responses = operation["responses"]
        response = responses.get(str(status)) or responses.get(f"{status // 100}XX")
        if response is None:
            return ["its status is not documented"]
        if "$ref" in response:
            response = self.json["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
        problems = []
        for name, rule in response.get("headers", {}).items():
            if name.lower() in headers:
                problems += self.differences(headers[name.lower()], rule.get("schema", {}), name)
            elif rule.get("required"):
                problems.append(f"the header {name} is missing")
        content = response.get("content")
        if content is None:
            return problems + (["its body should be empty"] if body else [])
        kind = headers.get("content-type", "").split(";")[0]
        if kind not in content:
            return problems + [f"its type {kind} is not documented"]
        if kind != "application/json":
            return problems
        try:
            return problems + self.differences(parse(body.decode()), content[kind]["schema"], "")
        except ValueError as error:
            return problems + [f"its body is no JSON: {error}"]

    def differences(self, value, schema, place):
        """Where a value differs from its schema."""
        whole = {**strict(schema), "components": {"schemas": self.schemas}}
        return [f"{place}{error.json_path[1:] or ' the whole'}: {error.message[:300]}"
                for error in Validator(whole).iter_errors(value)]


class Contract:
    """Both documents."""

    def __init__(self):
        self.documents = [Document(DOCUMENTS / f"{name}-api.openapi.json") for name in ("merchant", "wallet")]
        for document in self.documents:
            for method, template, operation in document.operations():
                if operation.get("x-source") not in ("published", "assumed"):
                    raise ValueError(f"{method} {template} doesn't say whether it is published or assumed")

    def operations(self):
        """Method and template of each operation."""
        return {(method, template) for document in self.documents for method, template, _ in document.operations()}

    def check(self, method, path, status, headers, body):
        """The operation that answered, or None, and what differs from each document that describes it."""
        call, problems = None, []
        for document in self.documents:
            found = document.find(method, path)
            if found:
                call = (method, found[0])
                problems += document.problems(found[1], status, headers, body)
        if call:
            return call, problems
        try:
            answer = parse(body.decode())
            is_refusal = answer["success"] is False and isinstance(answer["error"], str)
        except (ValueError, KeyError, TypeError):
            is_refusal = False
        if is_refusal and (status == 404 or (status == 405 and "allow" in headers)):
            return None, []
        return None, ["it is not documented"]


def check_checker(contract):
    """Sees that what isn't documented is noticed."""
    path, kind = "/merchant/api/v1/public/payment-intents/x", {"content-type": "application/json"}
    refusal = b'{"success":false,"error":"there is none"}'
    assert not contract.check("GET", path, 404, kind, refusal)[1]
    for method, at, status, headers, body in [
        ("GET", path, 404, kind, b'{"success":true,"error":"there is none"}'), ("GET", path, 404, {}, refusal),
        ("GET", path, 404, kind, b'{"success":false,"error":"x","why":1}'), ("GET", path, 402, kind, refusal),
        ("GET", path, 404, kind, b'{"success":false,"error":"x","error":"x"}'), ("GET", path, 404, kind, b""),
        ("GET", path, 404, kind, b'{"success":false,"error":""}'), ("GET", path, 404, {"content-type": "text/html"}, refusal),
        ("GET", path, 200, kind, b'{"success":true,"payment_intent":{"id":"x"}}'),
        ("GET", "/elsewhere", 200, kind, b"{}"), ("GET", "/elsewhere", 405, kind, refusal),
    ]:
        assert contract.check(method, at, status, headers, body)[1], f"{status} {body} passes for a documented answer"
    try:
        strict({"minLenght": 1})
    except ValueError:
        return
    raise AssertionError("a misspelt keyword passes for one")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("recording", type=pathlib.Path)
    parser.add_argument("--whole", action="store_true", help="each documented operation has to be among them")
    options = parser.parse_args()
    contract = Contract()
    check_checker(contract)
    answers, seen, differing = 0, set(), collections.Counter()
    for line in options.recording.read_text(encoding="utf-8").splitlines():
        answer = json.loads(line)
        method, path, status = answer["method"], answer["path"], answer["status"]
        call, problems = contract.check(method, path, status, answer["headers"], base64.b64decode(answer["body"]))
        answers += 1
        seen.add(call)
        differing.update(f"{method} {call[1] if call else path} answered {status}, {problem}" for problem in problems)
    for text, times in sorted(differing.items()):
        print(f"answers: {text} ({times} times)")
    missing = sorted(contract.operations() - seen) if options.whole else []
    for method, template in missing:
        print(f"answers: {method} {template} was never called")
    print(f"answers: {answers} answers of {len(seen - {None})} operations of {len(contract.operations())};"
          f" {sum(differing.values())} differ from the documents")
    return 1 if differing or missing else 0


if __name__ == "__main__":
    sys.exit(main())
