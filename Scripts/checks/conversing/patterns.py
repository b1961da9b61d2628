"""What a message has to be like, as conversations.json writes it.

An object fits where it has the members of the pattern, and any others; a list where its elements fit one by one; what
is neither is equal. A text "${name}" is whatever there is, by that name from then on, and the same wherever it stands
again; "${name.member}" is a part of it. Beside members: {"$as": name} names the whole object, {"$one_of": […]} fits one of
several, {"$any_order": […]} a list in any order, {"$contains": […]} one with more elements, {"$type": "string"} whatever is
of a type of JSON.
"""

import re

NAME = re.compile(r"\$\{([^}]+)\}")
TYPES = {
    "string": str, "boolean": bool, "integer": int, "object": dict, "array": list, "null": type(None)}


class Mismatch(Exception):
    """What does not fit, and where."""


class Unknown(Exception):
    """A name that stands for nothing yet."""


def look_up(path, names):
    """What a name stands for, or a part of it."""
    first, *rest = path.split(".")
    if first not in names:
        raise Unknown(first)
    value = names[first]
    for part in rest:
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


def fill(template, names):
    """A template with what its names stand for."""
    if isinstance(template, dict):
        return {fill(name, names): fill(part, names) for name, part in template.items()}
    if isinstance(template, list):
        return [fill(part, names) for part in template]
    if not isinstance(template, str):
        return template
    whole = NAME.fullmatch(template)
    if whole:
        return look_up(whole[1], names)
    return NAME.sub(lambda match: str(look_up(match[1], names)), template)


def match(pattern, value, names):
    """The names with those that the pattern gives; raises `Mismatch` where it does not fit."""
    found = dict(names)
    _match(pattern, value, found, "")
    return found


def _match(pattern, value, names, place):
    if isinstance(pattern, dict):
        _match_object(pattern, value, names, place)
    elif isinstance(pattern, list):
        if not isinstance(value, list) or len(value) != len(pattern):
            raise Mismatch(f"{place}: {len(pattern)} elements are expected")
        for number, (part, element) in enumerate(zip(pattern, value)):
            _match(part, element, names, f"{place}[{number}]")
    elif isinstance(pattern, str) and NAME.search(pattern):
        whole = NAME.fullmatch(pattern)
        if whole and whole[1] not in names and "." not in whole[1]:
            names[whole[1]] = value
        else:
            equal(fill(pattern, names), value, place)
    else:
        equal(pattern, value, place)


def equal(wanted, value, place):
    """JSON's equality: true is not 1."""
    if wanted != value or isinstance(wanted, bool) != isinstance(value, bool):
        raise Mismatch(f"{place}: {wanted!r} is expected")


def _match_object(pattern, value, names, place):
    special = {name: part for name, part in pattern.items() if name.startswith("$") and not NAME.fullmatch(name)}
    for name, part in special.items():
        if name == "$as":
            names[part] = value
        elif name == "$one_of":
            _match_one_of(part, value, names, place)
        elif name in ("$any_order", "$contains"):
            _match_unordered(part, value, names, place, is_whole=name == "$any_order")
        elif name == "$type":
            if not isinstance(value, TYPES[part]) or (part == "integer" and isinstance(value, bool)):
                raise Mismatch(f"{place}: {part} is expected")
        else:
            raise ValueError(f"no pattern is called {name}")
    members = {name: part for name, part in pattern.items() if name not in special}
    if members and not isinstance(value, dict):
        raise Mismatch(f"{place}: an object is expected")
    for name, part in members.items():
        if name not in value:
            raise Mismatch(f"{place}.{name} is missing")
        _match(part, value[name], names, f"{place}.{name}")


def _match_one_of(patterns, value, names, place):
    for part in patterns:
        try:
            names.update(match(part, value, names))
            return
        except Mismatch:
            pass
    raise Mismatch(f"{place}: one of {len(patterns)} is expected")


def _match_unordered(patterns, value, names, place, is_whole):
    if not isinstance(value, list) or (is_whole and len(value) != len(patterns)):
        raise Mismatch(f"{place}: {len(patterns)} elements are expected")
    left = list(value)
    for part in patterns:
        for element in left:
            try:
                names.update(match(part, element, names))
                left.remove(element)
                break
            except Mismatch:
                pass
        else:
            raise Mismatch(f"{place}: an element is missing")
