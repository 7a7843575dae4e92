"""What types of Protocol Buffers share on the wire.

Sources: protobuf.dev, *Encoding* and *Updating A Message Type*.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from contracts.formats.protobuf.features import Features, is_closed, of_field, of_message
from contracts.verdict import Json

SCALARS = {
    **dict.fromkeys(("int32", "int64", "uint32", "uint64", "bool"), "varint"),
    **dict.fromkeys(("sint32", "sint64"), "zigzag varint"),
    **dict.fromkeys(("fixed32", "sfixed32"), "32 bit"),
    **dict.fromkeys(("fixed64", "sfixed64"), "64 bit"),
    "float": "32 bit float",
    "double": "64 bit float",
    "string": "bytes",
    "bytes": "bytes",
}
"""Scalar → what its encoding shares with others: within a group readers understand each other."""

KNOWN_ENUMS = frozenset({"google.protobuf.NullValue"})
"""Enums among the well-known types; the others in that package that fields use are messages."""

_OCTAL = re.compile(r"-?0[0-7]+")

UNKNOWN = "unknown"
"""The encoding of a type that no file at hand defines: an enum or a message."""

LENGTHY = frozenset({"bytes", "message"})
"""Encodings of which a reader of one takes the last of several."""


class Unlike(StrEnum):
    """How readers of one type misread another, the worst first."""

    WIRE = "wire"  # the bytes are taken for something else
    UNKNOWN = "unknown"  # a type is defined in a file that is not at hand
    VALUE = "value"  # the bytes are read, but may be cut off, converted or passed over


_WORST = tuple(Unlike)


class Map(NamedTuple):
    """A map's key and value types: on the wire a repeated message with the fields 1 and 2."""

    key: str
    value: str


def map_of(name: str) -> Map | None:
    """The parts of ``map<K, V>``; None for any other type."""
    if not name.startswith("map<"):
        return None
    key, _, value = name[4:-1].partition(", ")
    return Map(key, value)


def resolve(data: dict[str, Json], scope: str, name: str) -> str:
    """A type's name from the file's root, by the innermost scope that knows it."""
    parts = map_of(name)
    if parts is not None:
        return f"map<{parts.key}, {resolve(data, scope, parts.value)}>"
    if name in SCALARS:
        return name
    package = data["package"]
    if name.startswith("."):
        return _local(name[1:], package)
    whole = scope if scope in data.get("foreign", ()) else ".".join(filter(None, (package, scope)))
    scopes = whole.split(".") if whole else []
    for depth in range(len(scopes), -1, -1):
        full = _local(".".join([*scopes[:depth], name]), package)
        if full in data["messages"] or full in data["enums"]:
            return full
    return _local(name, package)


def _local(name: str, package: str) -> str:
    return name.removeprefix(f"{package}.") if package else name


def encoding(data: dict[str, Json], name: str, *, grouped: bool = False) -> str:
    """What the type's encoding shares with others (*Encoding*, wire types).

    ``grouped`` messages stand between two tags instead of behind their length; maps never do.
    """
    if name in data["enums"] or name in KNOWN_ENUMS:
        return "varint"
    if name in SCALARS:
        return SCALARS[name]
    if map_of(name):
        return "message"
    known = name in data["messages"] or name.startswith("google.protobuf.")
    return ("group" if grouped else "message") if known else UNKNOWN


def is_grouped(features: Features) -> bool:
    """Whether messages of a field stand between two tags (groups of proto2)."""
    return features.message_encoding == "DELIMITED"


def default_of(data: dict[str, Json], kind: str, field: Json) -> Json:
    """What an absent field means, whatever the spelling; None if that is not known."""
    stated = field.get("default")
    if kind in data["enums"]:
        values: dict[str, Json] = data["enums"][kind]["values"]
        return values.get(stated) if stated is not None else next(iter(values.values()), None)
    if kind == "bool":
        return stated is True
    if kind in {"string", "bytes"}:
        return stated or ""
    if kind not in SCALARS:
        return None
    return _number(stated or "0", real=kind in {"float", "double"})


def _number(text: str, *, real: bool) -> Json:
    try:
        if real and text.lower().lstrip("+-") != "nan":
            return float(text)
        return int(text, 8) if _OCTAL.fullmatch(text) else int(text, 0)
    except ValueError:
        return text


class Field(NamedTuple):
    """A field as its bytes show it."""

    type: str
    encoding: str
    many: bool


def fields_of(data: dict[str, Json], name: str) -> dict[str, Field] | None:
    """A message's fields by number, its types resolved; None where it is not at hand."""
    parts = map_of(name)
    if parts is not None:
        entries = {"1": parts.key, "2": parts.value}
        return {n: Field(kind, encoding(data, kind), False) for n, kind in entries.items()}
    message = data["messages"].get(name)
    if message is None:
        return None
    found = {}
    inherited = of_message(data, name)
    for number, field in message["fields"].items():
        kind = resolve(data, name, field["type"])
        coded = encoding(data, kind, grouped=is_grouped(of_field(message, inherited, field)))
        many = field.get("label") == "repeated" or map_of(kind) is not None
        found[number] = Field(kind, coded, many)
    return found


class Comparison:
    """How the types of one file and those of another differ; each pair is looked at once."""

    def __init__(self, one: dict[str, Json], other: dict[str, Json]) -> None:
        self._files = (one, other)

    def types(self, one: Field, other: Field) -> Unlike | None:
        """How readers of the one misread the other; None where they do not.

        Messages that hold each other are alike unless something in them is not.
        """
        worst: Unlike | None = None
        waiting, seen = [(one, other)], set()
        for a, b in waiting:  # grows while it is read
            difference = self._shallow(a, b)
            worst = _worse(worst, difference)
            if worst is Unlike.WIRE:
                return worst
            if {a.encoding, b.encoding} <= {"message", "group"} and (a.type, b.type) not in seen:
                seen.add((a.type, b.type))
                inner, difference = self._members(a.type, b.type)
                worst = _worse(worst, difference)
                waiting += inner
        return worst

    def _shallow(self, one: Field, other: Field) -> Unlike | None:
        groups = {one.encoding, other.encoding}
        if one.many != other.many and not groups <= LENGTHY:
            return Unlike.WIRE
        if one.type == other.type and len(groups) == 1:
            return Unlike.VALUE if one.many != other.many else None
        if UNKNOWN in groups:
            return Unlike.UNKNOWN
        if groups == {"message"}:
            return Unlike.VALUE if one.many != other.many else None
        if len(groups) == 1:
            return None if self._same_enums(one.type, other.type) else Unlike.VALUE
        bytes_hold = groups == LENGTHY and "bytes" in {one.type, other.type}
        return Unlike.VALUE if bytes_hold else Unlike.WIRE

    def _same_enums(self, one: str, other: str) -> bool:
        """Whether both are enums with the same names for the same numbers, open or closed."""
        sides = tuple(zip(self._files, (one, other), strict=True))
        if any(kind not in data["enums"] for data, kind in sides):
            return False
        values = [data["enums"][kind]["values"] for data, kind in sides]
        return values[0] == values[1] and len({is_closed(*side) for side in sides}) == 1

    def _members(self, one: str, other: str) -> tuple[list[tuple[Field, Field]], Unlike | None]:
        """The fields that two messages share, and whether one has more."""
        if one == other and map_of(one) is None:
            return [], None  # what changed in it is told where it stands
        a, b = fields_of(self._files[0], one), fields_of(self._files[1], other)
        if a is None or b is None:
            return [], Unlike.UNKNOWN
        shared = [(a[number], b[number]) for number in a if number in b]
        return shared, None if a.keys() == b.keys() else Unlike.VALUE


def _worse(one: Unlike | None, other: Unlike | None) -> Unlike | None:
    if one is None or other is None:
        return one or other
    return min(one, other, key=_WORST.index)
