"""What classes are made of, whatever the language: their members and the kinds of these."""

from dataclasses import dataclass

from schema import PARTS, name_of


@dataclass(frozen=True)
class Kind:
    """What a member is: `text`, `integer`, `boolean`, `object`, `map` or `list` of a kind, or the `class` of a name."""

    what: str
    of: object = None
    # The definition that lists the texts known today.
    words: str = ""


@dataclass(frozen=True)
class Member:
    """One member of a class."""

    name: str
    kind: Kind
    description: str
    is_required: bool
    is_nullable: bool


@dataclass(frozen=True)
class Shape:
    """A class, in the order of the schema."""

    name: str
    description: str
    members: tuple
    # Whether the whole document is kept beside the members.
    keeps_document: bool


def shapes(schema):
    """The classes of all that a wallet says."""
    said = schema.said_by_wallet()
    return [
        Shape(name, part["description"], tuple(members(schema, part)), part.get("x-document", False))
        for name, part in schema.definitions.items() if name in said and "properties" in part]


def words(schema):
    """Each list of texts that a class names, and each that a message has beside: name, description and texts."""
    others = {name: part for name, part in schema.json.items() if name not in ("x-commands", "$defs")}
    named = {member.kind.words for shape in shapes(schema) for member in shape.members}
    terminal = schema.reachable(schema.commands) - schema.reachable(others) - named
    return [
        (name, part["description"], part["enum"])
        for name, part in schema.definitions.items() if "enum" in part and name not in terminal]


def members(schema, part):
    """The members of an object's schema."""
    for name, own in part["properties"].items():
        kind, is_nullable = kind_of(schema, own)
        yield Member(name, kind, own["description"], name in part["required"], is_nullable)


def kind_of(schema, part):
    """The kind of a schema, and whether it may be null."""
    if "$ref" in part:
        name = name_of(part["$ref"])
        target = schema.definitions[name]
        if "properties" in target:
            return Kind("class", name), False
        kind, is_nullable = kind_of(schema, target)
        return (Kind("text", words=name) if "enum" in target else kind), is_nullable
    if "anyOf" in part:
        others = [other for other in part["anyOf"] if other != {"type": "null"}]
        if len(others) != 1 or len(part["anyOf"]) != 2:
            raise ValueError(f"{part} is neither one thing nor null")
        return kind_of(schema, others[0])[0], True
    if "enum" in part:
        return Kind("text"), False
    types = [part["type"]] if isinstance(part["type"], str) else part["type"]
    only = [name for name in types if name != "null"]
    if len(only) != 1 or any(name in part for name in PARTS):
        raise ValueError(f"{part} is more than one thing")
    return simple(schema, only[0], part), "null" in types


def simple(schema, name, part):
    """The kind of a schema of one type."""
    if name == "array":
        return Kind("list", kind_of(schema, part["items"])[0])
    if name == "object":
        values = part.get("additionalProperties", True)
        return Kind("map", kind_of(schema, values)[0]) if isinstance(values, dict) else Kind("object")
    return Kind({"string": "text"}.get(name, name))
