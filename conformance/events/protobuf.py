"""Protocol Buffers on the wire, read with the ``.proto`` that a contract or a registry gives.

Wire format: protobuf.dev/programming-guides/encoding. Values come as ProtoJSON has them, except
that 64-bit integers stay numbers. Fields without presence have their default where they are left
out. In Confluent's frame the indexes of the message stand before the value.
"""

from __future__ import annotations

import base64
import re
import struct
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.documents.limits import Limits
from contracts.documents.proto_syntax import parse_proto
from contracts.formats.protobuf.features import (
    IMPLICIT,
    REQUIRED,
    Features,
    is_closed,
    of_field,
    of_message,
)
from contracts.formats.protobuf.payload import payload_message
from contracts.formats.protobuf.types import is_grouped
from contracts.verdict import Json

DEEPEST = 64
_MAP = re.compile(r"map<\s*([\w.]+)\s*,\s*([\w.]+)\s*>")
_FIXED = {"fixed64": "<Q", "sfixed64": "<q", "double": "<d", "fixed32": "<I", "sfixed32": "<i",
          "float": "<f"}  # fmt: skip
_VARINTS = frozenset({"int32", "int64", "uint32", "uint64", "sint32", "sint64", "bool"})
_SCALARS = frozenset({*_FIXED, *_VARINTS, "string", "bytes"})


class Proto:
    """The messages of one ``.proto`` file."""

    def __init__(self, text: str, name: str = "schema.proto") -> None:
        data = parse_proto(text.encode(), name, Limits())
        self._messages: Mapping[str, Any] = data["messages"]
        self._enums: Mapping[str, Any] = data["enums"]
        self._package = str(data.get("package") or "")
        self._data = data
        self._closed = {name for name in self._enums if is_closed(data, name)}
        self._known: dict[int, Features] = {}

    def framed(self, value: bytes) -> Json:
        """What follows the schema id: message indexes, then the message.

        Raises:
            ValueError: it is something else.
        """
        count, at = _zigzag(value, 0)
        indexes = []
        for _ in range(min(count, DEEPEST)):
            index, at = _zigzag(value, at)
            indexes.append(index)
        return self.read(self._named(indexes or [0]), value[at:])

    def first(self) -> str:
        """The name of the first message.

        Raises:
            ValueError: there is none.
        """
        if not self._messages:
            raise ValueError("it defines no message")
        return self._named([0])

    def sent(self) -> str:
        """The name of the message that a payload is; see :func:`payload_message`.

        Raises:
            ValueError: there is none.
        """
        if not self._messages:
            raise ValueError("it defines no message")
        return payload_message(self._data)

    def read(self, message: str, value: bytes) -> Json:
        """One message.

        Raises:
            ValueError: the bytes are no such message.
        """
        if message not in self._messages:
            raise ValueError(f"there is no message {message}")
        return self._message(message, memoryview(value), 0)

    def _named(self, indexes: list[int]) -> str:
        scope = ""
        for index in indexes:
            inside = [
                name
                for name in self._messages
                if name.startswith(scope) and "." not in name[len(scope) :]
            ]
            if not 0 <= index < len(inside):
                raise ValueError(f"there is no message with the indexes {indexes}")
            scope = inside[index] + "."
        return scope[:-1]

    def _message(self, name: str, value: memoryview, depth: int) -> dict[str, Json]:
        if depth > DEEPEST:
            raise ValueError("is nested too deeply")
        declared = self._messages[name]
        fields: Mapping[str, Any] = declared["fields"]
        found: dict[str, Json] = {}
        at = 0
        while at < len(value):
            tag, at = _varint(value, at)
            number, wire = tag >> 3, tag & 7
            raw, at = _group(value, at, number) if wire == 3 else _raw(value, at, wire)
            field = fields.get(str(number))
            if field is None:
                self._refuse_reserved(declared, number, name)
                continue
            types = self._types(name, field)
            if (wire == 3) is not self._is_grouped(name, field, types) and wire in {2, 3}:
                raise ValueError(f"holds no {types[0]} in the form that {field['name']} declares")
            self._put(found, field, types, raw, wire, depth)
        return self._filled(name, fields, found)

    def _features(self, name: str, field: Mapping[str, Any]) -> Features:
        """What the file's syntax or edition, and what it states, mean for a field."""
        known = self._known.get(id(field))
        if known is None:
            known = of_field(self._messages[name], of_message(self._data, name), field)
            self._known[id(field)] = known
        return known

    def _is_grouped(self, name: str, field: Mapping[str, Any], types: tuple[str, Any]) -> bool:
        message = types[1] is None and types[0] in self._messages
        return message and is_grouped(self._features(name, field))

    def _types(self, scope: str, field: Mapping[str, Any]) -> tuple[str, str | None]:
        """The full type of a field; of a map that of its values, after that of its keys."""
        entry = _MAP.fullmatch(str(field["type"]))
        if entry:
            return entry[1], self._resolved(scope, entry[2])
        return self._resolved(scope, str(field["type"])), None

    def _resolved(self, scope: str, name: str) -> str:
        if name in _SCALARS or name.startswith((".google.", "google.")):
            return name.lstrip(".")
        short = name.lstrip(".").removeprefix(f"{self._package}.")
        while True:
            full = f"{scope}.{short}" if scope else short
            if full in self._messages or full in self._enums:
                return full
            if not scope:
                raise ValueError(f"the type {name} is in another file")
            scope = scope.rpartition(".")[0]

    def _put(
        self,
        found: dict[str, Json],
        field: Mapping[str, Any],
        types: tuple[str, str | None],
        raw: Any,
        wire: int,
        depth: int,
    ) -> None:
        name = _name(field)
        if types[1] is not None:
            key, value = self._entry(types[0], types[1], raw, depth)
            found.setdefault(name, {})[str(key)] = value
        elif field.get("label") == "repeated":
            kept: list[Json] = found.setdefault(name, [])
            if wire == 2 and types[0] not in {"string", "bytes"} and types[0] not in self._messages:
                kept += self._packed(types[0], raw)
            else:
                kept.append(self._value(types[0], raw, wire, depth))
            if types[0] in self._closed:
                kept[:] = [value for value in kept if isinstance(value, str)]
        else:
            read = self._value(types[0], raw, wire, depth)
            if types[0] not in self._closed or isinstance(read, str):
                found[name] = read  # numbers that a closed enum does not list are unknown fields

    def _entry(self, key: str, value: str, raw: Any, depth: int) -> tuple[Json, Json]:
        parts: dict[int, Json] = {1: self._default(key), 2: self._default(value)}
        at = 0
        while at < len(raw):
            tag, at = _varint(raw, at)
            inner, at = _raw(raw, at, tag & 7)
            if tag >> 3 in parts:
                kind = key if tag >> 3 == 1 else value
                parts[tag >> 3] = self._value(kind, inner, tag & 7, depth)
        return parts[1], parts[2]

    def _packed(self, kind: str, raw: Any) -> list[Json]:
        found: list[Json] = []
        wire = {"<Q": 1, "<q": 1, "<d": 1, "<I": 5, "<i": 5, "<f": 5}.get(_FIXED.get(kind, ""), 0)
        at = 0
        while at < len(raw):
            one, at = _raw(raw, at, wire)
            found.append(self._value(kind, one, wire, 0))
        return found

    def _value(self, kind: str, raw: Any, wire: int, depth: int) -> Json:
        if kind in _FIXED:
            if not isinstance(raw, memoryview) or len(raw) != struct.calcsize(_FIXED[kind]):
                raise ValueError(f"holds no {kind} where one is declared")
            return struct.unpack(_FIXED[kind], raw)[0]
        if kind in _VARINTS or kind in self._enums:
            if wire != 0:
                raise ValueError(f"holds no {kind} where one is declared")
            return self._number(kind, raw)
        if wire != 2 and not (wire == 3 and kind in self._messages):
            raise ValueError(f"holds no {kind} where one is declared")
        if kind == "string":
            return bytes(raw).decode("utf-8")
        if kind == "bytes":
            return base64.b64encode(raw).decode()
        if kind in {"google.protobuf.Timestamp", "google.protobuf.Duration"}:
            return _moment(kind, raw)
        if kind not in self._messages:
            raise ValueError(f"the type {kind} is in another file")
        return self._message(kind, raw, depth + 1)

    def _number(self, kind: str, raw: int) -> Json:
        if kind == "bool":
            return bool(raw)
        if kind in {"sint32", "sint64"}:
            return (raw >> 1) ^ -(raw & 1)
        signed = raw - (1 << 64) if raw >= 1 << 63 else raw
        if kind in self._enums:
            names = {number: name for name, number in self._enums[kind]["values"].items()}
            return names.get(signed, signed)
        return raw if kind.startswith("u") else signed

    def _refuse_reserved(self, declared: Mapping[str, Any], number: int, name: str) -> None:
        for entry in declared.get("reserved") or ():
            low, high = entry if isinstance(entry, list | tuple) else (entry, entry)
            if low <= number <= high:
                raise ValueError(f"{name} uses the reserved field {number}")

    def _filled(
        self, name: str, fields: Mapping[str, Any], found: dict[str, Json]
    ) -> dict[str, Json]:
        for field in fields.values():
            key = _name(field)
            if key in found:
                continue
            label = field.get("label")
            presence = self._features(name, field).field_presence
            if presence == REQUIRED and label != "repeated":
                raise ValueError(f"{name} lacks the required field {field['name']}")
            kind = self._types(name, field)
            if kind[1] is not None:
                found[key] = {}
            elif label == "repeated":
                found[key] = []
            elif presence == IMPLICIT:
                default = self._default(kind[0])
                if default is not None:
                    found[key] = default
        return found

    def _default(self, kind: str) -> Json:
        if kind in {"string", "bytes"}:
            return ""
        if kind == "bool":
            return False
        if kind in self._enums:
            return next(iter(self._enums[kind]["values"]), 0)
        return 0 if kind in _SCALARS else None


def _name(field: Mapping[str, Any]) -> str:
    """The name in JSON: ``json_name``, else lowerCamelCase (ProtoJSON)."""
    stated = field.get("json_name")
    if isinstance(stated, str):
        return stated
    head, *rest = str(field["name"]).split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def _varint(value: Any, at: int) -> tuple[int, int]:
    result = shift = 0
    while shift < 70:
        if at >= len(value):
            raise ValueError("ends in the middle of a number")
        byte = value[at]
        at += 1
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            return result & ((1 << 64) - 1), at
        shift += 7
    raise ValueError("holds a number of more than ten bytes")


def _zigzag(value: Any, at: int) -> tuple[int, int]:
    raw, at = _varint(value, at)
    return (raw >> 1) ^ -(raw & 1), at


def _raw(value: Any, at: int, wire: int) -> tuple[Any, int]:
    if wire == 0:
        return _varint(value, at)
    if wire in {1, 5}:
        size = 8 if wire == 1 else 4
    elif wire == 2:
        size, at = _varint(value, at)
    else:
        raise ValueError(f"uses the wire type {wire}, which is not read")
    if at + size > len(value):
        raise ValueError("ends in the middle of a field")
    return value[at : at + size], at + size


def _group(value: Any, at: int, number: int, depth: int = 0) -> tuple[Any, int]:
    """What stands between the tag that was read and the one that ends the group."""
    if depth > DEEPEST:
        raise ValueError("is nested too deeply")
    begin = at
    while True:
        end = at
        tag, at = _varint(value, at)
        if tag & 7 == 4:
            if tag >> 3 != number:
                raise ValueError("ends another group than the one that was begun")
            return value[begin:end], at
        _, at = _group(value, at, tag >> 3, depth + 1) if tag & 7 == 3 else _raw(value, at, tag & 7)


def _moment(kind: str, raw: Any) -> str:
    parts, at = {1: 0, 2: 0}, 0
    while at < len(raw):
        tag, at = _varint(raw, at)
        inner, at = _raw(raw, at, tag & 7)
        if tag >> 3 in parts and isinstance(inner, int):
            parts[tag >> 3] = inner - (1 << 64) if inner >= 1 << 63 else inner
    if kind.endswith("Duration"):
        return f"{parts[1] + parts[2] / 1e9:g}s"
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(
            seconds=parts[1], microseconds=parts[2] // 1000
        )
    except OverflowError:
        raise ValueError("holds an instant outside the calendar") from None
    return moment.isoformat().replace("+00:00", "Z")
