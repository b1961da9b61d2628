"""Writes the classes for Kotlin."""

import re
import textwrap

from python_types import described
from shapes import shapes, words

PATH = "Bindings/kotlin/src/main/kotlin/fexwallet/Messages.kt"
WIDTH = 120
HEAD = '''\
// What a wallet says, as types. Made by `Scripts/messages generate` from Documentation/wallet-messages.schema.json:
// changes are made there. Texts with a list of known ones are plain strings, since a newer wallet may say others; the
// lists are the objects at the top.
package fexwallet

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** A document lacks a member, or has one of another type. [place] says which: `Decision.refusal`. */
class MalformedDocument(val place: String, problem: String) : IllegalArgumentException("$place $problem")

private typealias Read<T> = (JsonElement, String) -> T

private val readText: Read<String> = { value, place ->
    (value as? JsonPrimitive)?.takeIf { it.isString }?.content ?: throw MalformedDocument(place, "is no text")
}

private val readInteger: Read<Long> = { value, place ->
    (value as? JsonPrimitive)?.takeIf { !it.isString }?.content?.toLongOrNull()
        ?: throw MalformedDocument(place, "is no integer")
}

private val readBoolean: Read<Boolean> = { value, place ->
    (value as? JsonPrimitive)?.takeIf { !it.isString }?.content?.toBooleanStrictOrNull()
        ?: throw MalformedDocument(place, "is neither true nor false")
}

private val readObject: Read<JsonObject> = { value, place ->
    value as? JsonObject ?: throw MalformedDocument(place, "is no object")
}

private fun <T> readList(item: Read<T>): Read<List<T>> = { value, place ->
    (value as? JsonArray ?: throw MalformedDocument(place, "is no list"))
        .mapIndexed { number, part -> item(part, "$place[$number]") }
}

private fun <T> readMap(item: Read<T>): Read<Map<String, T>> = { value, place ->
    readObject(value, place).mapValues { (name, part) -> item(part, "$place.$name") }
}

private fun <T> readNullable(read: Read<T>): Read<T?> = { value, place ->
    if (value is JsonNull) null else read(value, place)
}

private fun <T> JsonObject.required(place: String, name: String, read: Read<T>): T =
    read(this[name] ?: throw MalformedDocument("$place.$name", "is missing"), "$place.$name")

private fun <T> JsonObject.optional(place: String, name: String, read: Read<T>): T? =
    this[name]?.let { readNullable(read)(it, "$place.$name") }
'''
TYPES = {"text": "String", "integer": "Long", "boolean": "Boolean", "object": "JsonObject"}
READERS = {"text": "readText", "integer": "readInteger", "boolean": "readBoolean", "object": "readObject"}


def type_of(kind):
    if kind.what == "list":
        return f"List<{type_of(kind.of)}>"
    if kind.what == "map":
        return f"Map<String, {type_of(kind.of)}>"
    return kind.of if kind.what == "class" else TYPES[kind.what]


def reader(kind):
    if kind.what in ("list", "map"):
        return f"read{kind.what.title()}({reader(kind.of)})"
    return f"{kind.of}.Companion::read" if kind.what == "class" else READERS[kind.what]


def camel(name):
    """A name of the wire as Kotlin has it."""
    return re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), name)


def comment(text, indent):
    """A KDoc comment, on one line where it fits."""
    space = " " * indent
    if indent + len(text) + 7 <= WIDTH:
        return f"{space}/** {text} */\n"
    lines = textwrap.wrap(text, WIDTH - indent - 3)
    return f"{space}/**\n" + "".join(f"{space} * {line}\n" for line in lines) + f"{space} */\n"


def linked(text):
    """A text whose marked names are links."""
    return re.sub(r"`([A-Z]\w+)`", r"[\1]", text)


def word_object(name, description, texts):
    constants = "".join(f"    const val {text.upper()}: String = \"{text}\"\n" for text in texts)
    return f"{comment(description, 0)}object {name} {{\n{constants}}}\n"


def member_lines(member):
    is_optional = member.is_nullable or not member.is_required
    kind = type_of(member.kind) + ("?" if is_optional else "")
    value = "" if member.is_required else " = null"
    return f"{comment(linked(described(member)), 4)}    val {camel(member.name)}: {kind}{value},\n"


def reading(member):
    read = reader(member.kind)
    call = "required" if member.is_required else "optional"
    if member.is_required and member.is_nullable:
        read = f"readNullable({read})"
    return f"                {camel(member.name)} = json.{call}(place, \"{member.name}\", {read}),\n"


def shape_class(shape):
    document = ""
    fields = "".join(member_lines(member) for member in shape.members)
    if shape.keeps_document:
        fields += comment("The whole document, with the members that have no name here.", 4)
        fields += "    val document: JsonObject,\n"
        document = "                document = json,\n"
    return f'''\
{comment(shape.description, 0)}data class {shape.name}(
{fields}) {{
    companion object {{
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): {shape.name} = read(value, "{shape.name}")

        internal fun read(value: JsonElement, place: String): {shape.name} {{
            val json = readObject(value, place)
            return {shape.name}(
{"".join(reading(member) for member in shape.members)}{document}            )
        }}
    }}
}}
'''


def write(schema):
    """The file's text."""
    parts = [HEAD, *(word_object(*entry) for entry in words(schema)), *(shape_class(shape) for shape in shapes(schema))]
    return "\n".join(parts)
