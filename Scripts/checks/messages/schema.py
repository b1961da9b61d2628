"""The schema of the wallet's messages, and what differs from it."""

import importlib.util
import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
PATH = ROOT / "Documentation/wallet-messages.schema.json"
# Lists of what a schema may be, in any of which more schemas stand.
PARTS = ("anyOf", "oneOf", "allOf")
PREFIX = "#/$defs/"


def contract_answers():
    """The checker of the OpenAPI documents. By its path: another module is called answers too. It needs jsonschema."""
    spec = importlib.util.spec_from_file_location("contract_answers", ROOT / "Scripts/checks/contract/answers.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def name_of(reference):
    """The name of what a reference leads to."""
    if not reference.startswith(PREFIX):
        raise ValueError(f"{reference} is no definition of this schema")
    return reference[len(PREFIX):]


def references(schema):
    """The names that a schema refers to, in their order."""
    if isinstance(schema, dict):
        for name, part in schema.items():
            if name == "$ref":
                yield name_of(part)
            else:
                yield from references(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from references(part)


class Schema:
    """The schema, and the maps by which programs find what stands in a message."""

    def __init__(self, path=PATH):
        self.json = json.loads(path.read_text(encoding="utf-8"))
        self.definitions = self.json["$defs"]
        self.opening, self.methods, self.asks = (self.json[f"x-{name}"] for name in ("opening", "methods", "asks"))
        self.topics, self.events, self.commands = (self.json[f"x-{name}"] for name in ("topics", "events", "commands"))

    def definition(self, reference):
        """What a reference leads to."""
        return self.definitions[name_of(reference)]

    def reachable(self, *schemas):
        """The names that schemas refer to, and those that these refer to."""
        found, ahead = set(), [name for schema in schemas for name in references(schema)]
        while ahead:
            name = ahead.pop()
            if name not in found:
                found.add(name)
                ahead.extend(references(self.definitions[name]))
        return found

    def said_by_wallet(self):
        """The names of what a wallet says in answers and events. Questions hold bytes: each language has its own."""
        texts = [pair["result"] for pair in (*self.methods.values(), self.opening)]
        schemas = [{"$ref": text} for text in (*texts, f"{PREFIX}ErrorDocument")]
        return self.reachable(*schemas, *self.topics.values(), *self.events.values())


class Checker:
    """Tells what in a document differs from the schema, closed to what it doesn't name."""

    def __init__(self, schema):
        answers = contract_answers()
        self.schema = schema
        closed = {name: answers.strict(without_marks(part)) for name, part in schema.definitions.items()}
        self.validator = lambda part: answers.Validator({**answers.strict(part), "$defs": closed})
        self.known = {}

    def differences(self, document, schema, place="the document"):
        """Where a document differs from a schema, or from the definition that a reference leads to."""
        key = repr(schema)
        if key not in self.known:
            self.known[key] = self.validator({"$ref": schema} if isinstance(schema, str) else schema)
        return [f"{place}{error.json_path[1:]}: {reason(error)}" for error in self.known[key].iter_errors(document)]


def without_marks(schema):
    """A schema without what only generators read."""
    return {name: part for name, part in schema.items() if not name.startswith("x-")}


def reason(error):
    """What differs; of alternatives, what keeps the document from the one that it comes nearest to."""
    while error.context:
        # Whose type is another is no near miss, and of the others the one is meant in which least differs.
        by_part = {}
        for part in error.context:
            by_part.setdefault(part.schema_path[0], []).append(part)
        near = min(by_part.values(), key=lambda parts: (any(part.validator == "type" for part in parts), len(parts)))
        error = min(near, key=lambda part: len(part.path))
        if error.path and not error.context:
            return f"{error.json_path[1:].lstrip('.')}: {error.message[:300]}"
    return error.message[:300]
