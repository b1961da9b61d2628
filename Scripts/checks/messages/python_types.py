"""Writes the classes for Python."""

import textwrap

from shapes import shapes, words

PATH = "Bindings/python/src/fexwallet/messages.py"
WIDTH = 120
HEAD = '''\
"""What a wallet says, as types.

Made by `Scripts/messages generate` from Documentation/wallet-messages.schema.json: changes are made there. Texts with a
list of known ones are plain `str`, since a newer wallet may say others; the lists are the classes of constants.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

__all__ = [
{names}
]

_T = TypeVar("_T")
_Read = Callable[[object, str], _T]


class MalformedDocument(ValueError):
    """A document lacks a member, or has one of another type. `place` says which: `Decision.refusal`."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{{place}} {{problem}}")
        self.place = place


def _object(value: object, place: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise MalformedDocument(place, "is no object")
    return value


def _text(value: object, place: str) -> str:
    if not isinstance(value, str):
        raise MalformedDocument(place, "is no text")
    return value


def _integer(value: object, place: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise MalformedDocument(place, "is no integer")
    return value


def _boolean(value: object, place: str) -> bool:
    if not isinstance(value, bool):
        raise MalformedDocument(place, "is neither true nor false")
    return value


def _list(item: _Read[_T]) -> _Read[tuple[_T, ...]]:
    def read(value: object, place: str) -> tuple[_T, ...]:
        if not isinstance(value, list):
            raise MalformedDocument(place, "is no list")
        return tuple(item(part, f"{{place}}[{{number}}]") for number, part in enumerate(value))

    return read


def _map(item: _Read[_T]) -> _Read[Mapping[str, _T]]:
    def read(value: object, place: str) -> Mapping[str, _T]:
        return {{name: item(part, f"{{place}}.{{name}}") for name, part in _object(value, place).items()}}

    return read


def _nullable(read: _Read[_T]) -> _Read[_T | None]:
    return lambda value, place: None if value is None else read(value, place)


def _required(members: Mapping[str, object], place: str, name: str, read: _Read[_T]) -> _T:
    if name not in members:
        raise MalformedDocument(f"{{place}}.{{name}}", "is missing")
    return read(members[name], f"{{place}}.{{name}}")


def _optional(members: Mapping[str, object], place: str, name: str, read: _Read[_T]) -> _T | None:
    return _nullable(read)(members.get(name), f"{{place}}.{{name}}")
'''
TYPES = {"text": "str", "integer": "int", "boolean": "bool", "object": "Mapping[str, object]"}
READERS = {"text": "_text", "integer": "_integer", "boolean": "_boolean", "object": "_object"}


def type_of(kind):
    if kind.what == "list":
        return f"tuple[{type_of(kind.of)}, ...]"
    if kind.what == "map":
        return f"Mapping[str, {type_of(kind.of)}]"
    return kind.of if kind.what == "class" else TYPES[kind.what]


def reader(kind):
    if kind.what in ("list", "map"):
        return f"_{kind.what}({reader(kind.of)})"
    return f"{kind.of}.from_json" if kind.what == "class" else READERS[kind.what]


def docstring(text, indent):
    """A docstring, on one line where it fits."""
    space = " " * indent
    if indent + len(text) + 6 <= WIDTH:
        return f'{space}"""{text}"""\n'
    lines = textwrap.wrap(f'"""{text}', WIDTH - indent)
    return "".join(f"{space}{line}\n" for line in lines) + f'{space}"""\n'


def described(member):
    """What a member means, with the list of its texts."""
    known = f" One of `{member.kind.words}`, or what a newer wallet says." if member.kind.words else ""
    return member.description + known


def word_class(name, description, texts):
    constants = "".join(f"    {text.upper()}: Final = \"{text}\"\n" for text in texts)
    return f"class {name}:\n{docstring(description, 4)}\n{constants}"


def member_lines(member):
    is_optional = member.is_nullable or not member.is_required
    kind = type_of(member.kind) + (" | None" if is_optional else "")
    value = "" if member.is_required else " = None"
    if member.kind.what in ("object", "map"):
        # What can change has no hash.
        value = f" = field({'' if member.is_required else 'default=None, '}hash=False)"
    return f"    {member.name}: {kind}{value}\n{docstring(described(member), 4)}"


def reading(member):
    read = reader(member.kind)
    if member.is_required:
        call = "_required"
        read = f"_nullable({read})" if member.is_nullable else read
    else:
        call = "_optional"
    return f"            {member.name}={call}(members, place, \"{member.name}\", {read}),\n"


def shape_class(shape):
    document = ""
    fields = "".join(member_lines(member) for member in shape.members)
    if shape.keeps_document:
        fields += "    document: Mapping[str, object] = field(repr=False, hash=False)\n"
        fields += docstring("The whole document, with the members that have no name here.", 4)
        document = "            document=members,\n"
    return f'''\
@dataclass(frozen=True, slots=True, kw_only=True)
class {shape.name}:
{docstring(shape.description, 4)}
{fields}
    @classmethod
    def from_json(cls, value: object, place: str = "{shape.name}") -> {shape.name}:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
{"".join(reading(member) for member in shape.members)}{document}        )
'''


def write(schema):
    """The file's text."""
    lists, classes = words(schema), shapes(schema)
    names = sorted(["MalformedDocument", *(name for name, *_ in lists), *(shape.name for shape in classes)])
    head = HEAD.format(names="\n".join(f'    "{name}",' for name in names))
    parts = [head, *(word_class(*entry) for entry in lists), *(shape_class(shape) for shape in classes)]
    return "\n\n".join(parts)
