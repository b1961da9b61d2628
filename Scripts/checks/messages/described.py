"""Where Documentation/messages.md and the schema tell different things of methods, topics, questions and codes."""

import re

from schema import ROOT

PAGE = ROOT / "Documentation/messages.md"
# What stands for a result that is told elsewhere.
STANDS_FOR = re.compile(r"\*(decision|account)\*|^what `")


def tables(text):
    """The cells of the tables by the heading above each, without their first row; `\\|` is no end of a cell."""
    found, heading = {}, ""
    for line in text.splitlines():
        if line.startswith("## "):
            heading = line[3:]
        elif line.startswith("|") and not line.startswith("|---"):
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            found.setdefault(heading, []).append(cells)
    return {heading: rows[1:] for heading, rows in found.items()}


def marked(cell):
    """The words that are set as code in a cell, each with whether a question mark follows."""
    return [(name, mark == "?") for name, mark in re.findall(r"`([^`]+)`(\??)", cell) if re.fullmatch(r"[\w.]+", name)]


def names(cell):
    return [name for name, _ in marked(cell)]


def quoted(cell):
    """The names in quotes of a cell."""
    return set(re.findall(r'"([a-z]\w*)"', cell))


class Page:
    """The page, beside the schema."""

    def __init__(self, schema, text=None):
        self.schema = schema
        self.tables = tables(PAGE.read_text(encoding="utf-8") if text is None else text)

    def differences(self):
        """What differs, a line each."""
        return [*self.of_methods(), *self.of_topics(), *self.of_asks(), *self.of_opening(), *self.of_codes()]

    def of_methods(self):
        seen = []
        for cell, params, result in self.tables.get("Methods", []):
            for name in names(cell):
                seen.append(name)
                if name in self.schema.methods:
                    pair = self.schema.methods[name]
                    yield from self.of_params(name, params, self.schema.definition(pair["params"]))
                    yield from self.of_members(name, result, self.schema.definition(pair["result"]))
        yield from compared("methods", seen, self.schema.methods)

    def of_params(self, name, cell, part):
        """A cell names each parameter, marks those that may be left out, and beside them their values alone."""
        properties, required = part.get("properties", {}), part.get("required", [])
        named = dict(reversed(marked(cell)))
        for parameter in properties:
            if parameter not in named:
                yield f"{name}: the page names no parameter {parameter}"
            elif named[parameter] == (parameter in required):
                yield f"{name}: page and schema differ in whether {parameter} may be left out"
        values = {"true", "false", *self.values(part)}
        for other in named:
            if other not in properties and other not in values:
                yield f"{name}: the schema has no parameter {other}"

    def values(self, part):
        """The texts that an object's members may be."""
        for own in part.get("properties", {}).values():
            target = self.schema.definition(own["$ref"]) if "$ref" in own else own
            yield from target.get("enum", [])

    def of_members(self, name, cell, part):
        """A cell names each member of a result; deeper ones where it names any, and nothing else."""
        if STANDS_FOR.search(cell):
            return
        own = set(part.get("properties", {}))
        for other in part.get("anyOf", []):
            target = self.schema.definition(other["$ref"]) if "$ref" in other else other
            own |= set(target.get("properties", {}))
        said, deep = quoted(cell), self.deep(part)
        for member in sorted(own - said):
            yield f"{name}: the page names no member {member}"
        for member in sorted(said - deep):
            yield f"{name}: the schema has no member {member}"

    def deep(self, part):
        """The names of all members of a schema, and of what it refers to, and its texts."""
        found = set()
        for own in [part, *(self.schema.definitions[name] for name in self.schema.reachable(part))]:
            found |= set(own.get("properties", {})) | set(self.values(own))
        return found

    def of_topics(self):
        rows = self.tables.get("Topics", [])
        for cell, value in rows:
            for name in names(cell):
                if name in self.schema.topics:
                    yield from self.of_members(name, value, self.schema.topics[name])
        yield from compared("topics", [name for cell, _ in rows for name in names(cell)], self.schema.topics)
        yield from compared("topics", self.schema.definitions["Topic"]["enum"], self.schema.topics, "Topic")

    def of_asks(self):
        rows = self.tables.get("Questions to the host", [])
        for _, cell, params, result in rows:
            for name in names(cell):
                if name in self.schema.asks:
                    ask = self.schema.asks[name]
                    yield from self.of_params(f"the question {name}", params, self.schema.definition(ask["params"]))
                    yield from self.of_members(f"the question {name}", result, self.schema.definition(ask["result"]))
        yield from compared("questions", [name for row in rows for name in names(row[1])], self.schema.asks)
        capabilities = [name for row in rows for name in names(row[0])]
        yield from compared("capabilities", capabilities, self.schema.definitions["Capability"]["enum"])

    def of_opening(self):
        rows = self.tables.get("Opening, by the C door", [])
        part = self.schema.definition(self.schema.opening["params"])
        listed = [name for row in rows for name in names(row[0])]
        yield from compared("members of the opening", listed, part["properties"])
        for cell, meaning in rows:
            for name in names(cell):
                if ("Required" in meaning) != (name in part["required"]):
                    yield f"the opening: page and schema differ in whether {name} may be left out"

    def of_codes(self):
        rows = self.tables.get("Errors", [])
        listed = self.schema.definitions["DoorErrorCode"]["enum"]
        yield from compared("codes of errors", [name for row in rows for name in names(row[0])], listed)


def compared(what, page, schema, page_name="the page"):
    """What one of two lists of names has and the other doesn't."""
    for name in page:
        if name not in schema:
            yield f"{what}: {page_name} has {name}, and the schema doesn't"
    for name in schema:
        if name not in page:
            yield f"{what}: the schema has {name}, and {page_name} doesn't"
    for name in sorted({name for name in page if page.count(name) > 1}):
        yield f"{what}: {page_name} has {name} twice"
