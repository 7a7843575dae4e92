"""A message that one version writes and the other reads differently, shown by google.protobuf.

The files are built as descriptors, a message is filled and written with the one version's classes,
and its bytes are read with the other's. What comes out is compared field by field, by number.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from contracts.formats.protobuf.descriptors import Classes
from contracts.formats.protobuf.types import resolve
from contracts.lean_dataclasses import dataclass
from contracts.verdict import Json, Witness

ABSENT = "nothing"
MOST_BYTES = 64
_DEEPEST = 4
_WIDEST = 6

SAMPLES: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(("int32", "sint32", "sfixed32"), (1, -1, 2**31 - 1)),
    **dict.fromkeys(("int64", "sint64", "sfixed64"), (1, -1, 2**40)),
    **dict.fromkeys(("uint32", "fixed32"), (1, 2**32 - 1)),
    **dict.fromkeys(("uint64", "fixed64"), (1, 2**40, 2**64 - 1)),
    "bool": (True,),
    "float": (1.5,),
    "double": (1.5, 1e300),
    "string": ("text",),
    "bytes": (b"bytes", b"\xff"),
}


@dataclass(frozen=True, slots=True)
class Sides:
    """The two versions of one message: data of the files, and which is the old one."""

    writer: dict[str, Json]
    reader: dict[str, Json]
    message: str
    written_by: str
    rejected_by: str


class Readings:
    """Messages of one type, written by one version and read by the other."""

    def __init__(self, sides: Sides) -> None:
        self._sides = sides
        self._written = Classes(sides.writer, sides.message)
        self._read = Classes(sides.reader, sides.message)

    def of_field(self, number: int, read_as: int | None = None) -> Witness | None:
        """A message in which the field says something else to the reader.

        ``read_as`` is the number under which the reader looks for it, if it is another one.
        """
        for value in self._values(number):
            message = self._begun()
            _put(message, number, value)
            shown = self._shown(message, number, read_as or number)
            if shown is not None:
                return shown
        return None

    def of_two(self, number: int, other: int) -> Witness | None:
        """A message with two fields of which the reader keeps one."""
        message = self._begun()
        for one in sorted((number, other)):
            _put(message, one, next(self._values(one)))
        return self._shown(message, min(number, other), min(number, other))

    def without(self, number: int) -> Witness | None:
        """A message that lacks a field which the reader requires."""
        message = self._begun()
        raw = message.SerializePartialToString()
        read, error = self._read.parse(raw)
        missing = read is not None and not read.IsInitialized()
        if not missing and error is None:
            return None
        name = self._read.field(number).name
        return self._witness(message, raw, f"the required field {name} is missing", "")

    def unknown(self, number: int) -> Witness | None:
        """A message with a field that the reader passes over; JSON readers refuse it."""
        for value in self._values(number):
            message = self._begun()
            _put(message, number, value)
            raw = message.SerializePartialToString()
            read, error = self._read.parse(raw)
            if error is None and raw and number in self._read.unknown(read):
                name = self._written.field(number).name
                said = f"{name} is passed over (field {number} is unknown)"
                return self._witness(message, raw, said + self._refused_as_json(message), name)
        return None

    def absent(self, number: int) -> Witness | None:
        """A message without a field, which means one value to the writer and another to readers."""
        message = self._begun()
        raw = message.SerializePartialToString()
        read, error = self._read.parse(raw)
        if error is not None or message.DESCRIPTOR.fields_by_number[number].is_required:
            return None
        name = self._written.field(number).name
        before = _plain(getattr(message, name))
        after = _plain(getattr(read, self._read.field(number).name))
        if before == after:
            return None
        said = f"{name}, which is not sent, is read as {_text(after)}, and was {_text(before)}"
        return self._witness(message, raw, said, "")

    def of_value(self, number: int, value: int) -> Witness | None:
        """A message with an enum's number that the reader does not list."""
        message = self._begun()
        field = self._written.field(number)
        _put(message, number, [value, value] if _is_many(field) else value)
        raw = message.SerializePartialToString()
        read, error = self._read.parse(raw)
        if error is not None:
            return None
        before, after = _meaning(message, number), _meaning(read, number)
        if before != after:
            told = f"{field.name} is read as {_text(after)}, and was {_text(before)}"
        elif value not in self._read.field(number).enum_type.values_by_number:
            told = f"{field.name} is read as {value}, which has no name"
        else:
            return None
        return self._witness(message, raw, told + self._refused_as_json(message), field.name)

    def _refused_as_json(self, message: Any) -> str:
        refused = self._read.refuses_json(self._written.as_json(message))
        return "; as JSON it is refused" if refused else ""

    def _begun(self) -> Any:
        """A message with what the writer must send, and nothing else."""
        message = self._written.empty()
        for field in message.DESCRIPTOR.fields:
            if field.is_required:
                _put(message, field.number, next(_samples(field, 0)))
        return message

    def _values(self, number: int) -> Iterator[Any]:
        field = self._written.field(number)
        many = _is_many(field)
        for value in _samples(field, 0):
            yield [value, value] if many and not isinstance(value, dict) else value

    def _shown(self, message: Any, number: int, read_as: int) -> Witness | None:
        raw = message.SerializePartialToString()
        name = self._written.field(number).name
        read, error = self._read.parse(raw)
        if error is not None:
            return self._witness(message, raw, error, name)
        before, after = _meaning(message, number), _meaning(read, read_as)
        if after in (before, [before]):
            return None
        said = f"{name} is read as {_text(after)}, and was {_text(before)}"
        return self._witness(message, raw, said, name)

    def _witness(self, message: Any, raw: bytes, error: str, name: str) -> Witness:
        value = self._written.as_json(message)
        sides = self._sides
        lines = [
            f"message {sides.message}, as JSON and as bytes:",
            "",
            json.dumps(value, ensure_ascii=False, indent=2),
            "",
            raw[:MOST_BYTES].hex(" ") + (" …" if len(raw) > MOST_BYTES else "") or "(no bytes)",
        ]
        return Witness(
            value=value,
            written_by=sides.written_by,
            rejected_by=sides.rejected_by,
            error=error,
            instance=f"/{name}" if name else "",
            as_message="\n".join(lines),
            misread=True,
        )


def _is_many(field: Any) -> bool:
    return bool(field.is_repeated)


def _is_map(field: Any) -> bool:
    entry = field.message_type
    return entry is not None and entry.GetOptions().map_entry


def _samples(field: Any, depth: int) -> Iterator[Any]:
    """Values of one field, the plainest first; messages as dictionaries by number."""
    if field.enum_type is not None:
        numbers = [value.number for value in field.enum_type.values]
        yield from sorted(numbers, key=lambda number: number == 0)
    elif field.message_type is not None:
        members = field.message_type.fields if depth < _DEEPEST else ()
        plain = [one for one in members if one.containing_oneof is None and not _is_map(one)]
        shown = [one for one in members if one.is_required and one not in plain[:_WIDEST]]
        shown += plain[:_WIDEST]
        yield {one.number: next(_samples(one, depth + 1)) for one in shown}
    else:
        yield from SAMPLES[_KINDS[field.type]]


_KINDS = {
    1: "double", 2: "float", 3: "int64", 4: "uint64", 5: "int32", 6: "fixed64", 7: "fixed32",
    8: "bool", 9: "string", 12: "bytes", 13: "uint32", 15: "sfixed32", 16: "sfixed64",
    17: "sint32", 18: "sint64",
}  # fmt: skip


def _put(message: Any, number: int, value: Any) -> None:
    """Set a field by its number."""
    field = message.DESCRIPTOR.fields_by_number[number]
    if _is_map(field):
        key, held = field.message_type.fields
        entry = value if isinstance(value, dict) else {}
        at = entry.get(1, next(_samples(key, 1)))
        target = getattr(message, field.name)
        if held.message_type is not None:
            target[at].SetInParent()
        else:
            target[at] = entry.get(2, next(_samples(held, 1)))
    elif field.message_type is not None:
        several = _is_many(field)
        for part in value if isinstance(value, list) else [value]:
            inner = getattr(message, field.name).add() if several else getattr(message, field.name)
            inner.SetInParent()
            for one, held in part.items():
                _put(inner, one, held)
    elif _is_many(field):
        getattr(message, field.name).extend(value if isinstance(value, list) else [value])
    else:
        setattr(message, field.name, value)


def _meaning(message: Any, number: int) -> Any:
    """What a field says, comparable across versions; :data:`ABSENT` if it says nothing."""
    field = message.DESCRIPTOR.fields_by_number.get(number)
    if field is None:
        return ABSENT
    value = getattr(message, field.name)
    if _is_map(field):
        return [{1: _plain(k), 2: _plain(v)} for k, v in sorted(value.items())] or ABSENT
    if _is_many(field):
        return [_plain(item) for item in value] or ABSENT
    if field.has_presence and not message.HasField(field.name):
        return ABSENT
    return _plain(value) if field.has_presence or value else ABSENT


def _plain(value: Any) -> Any:
    if hasattr(value, "DESCRIPTOR"):
        return {field.number: _meaning(value, field.number) for field, _ in value.ListFields()}
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value
    return value


def _text(value: Any) -> str:
    if value == ABSENT:
        return "nothing"
    shown = json.dumps(value, ensure_ascii=False, default=repr)
    return shown if len(shown) <= 80 else f"{shown[:80]}…"


def holder(enum: str, writer: dict[str, Json], reader: dict[str, Json]) -> tuple[str, int] | None:
    """A message and the number of its field that is of an enum in both versions."""
    for name, message in writer["messages"].items():
        other = reader["messages"].get(name)
        for number, field in message["fields"].items() if other else ():
            same = other["fields"].get(number)
            kinds = {resolve(writer, name, field["type"])} if same else set()
            if same and kinds | {resolve(reader, name, same["type"])} == {enum}:
                return name, int(number)
    return None
