"""Messages of a ``.proto`` file as classes of google.protobuf, without its compiler.

Definitions are laid flat into one file, since only numbers, types and labels count on the wire.
Fields of types that are not at hand are left out.
"""

from __future__ import annotations

from typing import Any

from contracts.formats.protobuf.types import SCALARS, map_of, resolve
from contracts.verdict import Json

_OPTIONAL, _REQUIRED, _REPEATED = 1, 2, 3
_GROUP, _MESSAGE, _ENUM = 10, 11, 14
_NUMBERS = {
    "double": 1, "float": 2, "int64": 3, "uint64": 4, "int32": 5, "fixed64": 6, "fixed32": 7,
    "bool": 8, "string": 9, "bytes": 12, "uint32": 13, "sfixed32": 15, "sfixed64": 16,
    "sint32": 17, "sint64": 18,
}  # fmt: skip


class Unbuildable(Exception):
    """The runtime does not take the definitions; the message says why."""


class Classes:
    """One message of a file, and whatever it refers to."""

    def __init__(self, data: dict[str, Json], message: str) -> None:
        """Build the classes.

        Raises:
            Unbuildable: the runtime does not take them.
        """
        from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

        self._data = data
        self._flat: dict[str, str] = {}
        self._file = descriptor_pb2.FileDescriptorProto(name="contract.proto")
        self._file.syntax = "proto2" if data["syntax"] == "proto2" else "proto3"
        waiting = [message]
        try:
            for name in waiting:  # grows while it is read
                self._define(name, waiting)
            pool = descriptor_pool.DescriptorPool()
            pool.Add(self._file)
            found = pool.FindMessageTypeByName(self._name(message))
        except (TypeError, ValueError, KeyError) as error:
            raise Unbuildable(str(error)) from None
        self._class = message_factory.GetMessageClass(found)

    def empty(self) -> Any:
        """A message without fields."""
        return self._class()

    def field(self, number: int) -> Any:
        """The descriptor of a field; raises KeyError."""
        return self._class.DESCRIPTOR.fields_by_number[number]

    def parse(self, raw: bytes) -> tuple[Any, str | None]:
        """What bytes say, or the runtime's complaint."""
        from google.protobuf.message import DecodeError

        read = self._class()
        try:
            read.MergeFromString(raw)
        except DecodeError as error:
            return None, str(error) or "the bytes cannot be read"
        return read, None

    def as_json(self, message: Any) -> Json:
        """The message in ProtoJSON."""
        from google.protobuf import json_format

        return json_format.MessageToDict(message)

    def _name(self, name: str) -> str:
        """The flat name of a message or enum."""
        return self._flat.setdefault(name, f"T{len(self._flat)}")

    def _define(self, name: str, waiting: list[str]) -> None:
        if name in self._data["enums"]:
            self._define_enum(name)
            return
        source = self._data["messages"][name]
        made = self._file.message_type.add(name=self._name(name))
        places: dict[str, int] = {}
        for field in source["fields"].values():
            if "oneof" in field and field["oneof"] not in places:
                places[field["oneof"]] = len(places)
                made.oneof_decl.add(name=field["oneof"])
        for number, field in source["fields"].items():
            self._add_field(made, name, int(number), field, places, waiting)

    def _add_field(
        self,
        made: Any,
        owner: str,
        number: int,
        field: dict[str, Json],
        places: dict[str, int],
        waiting: list[str],
    ) -> None:
        kind = resolve(self._data, owner, field["type"])
        parts = map_of(kind)
        if not self._is_at_hand(parts.value if parts else kind):
            return
        one = made.field.add(name=field["name"], number=number, label=_OPTIONAL)
        if field.get("json_name"):
            one.json_name = field["json_name"]
        if parts is not None:
            entry = "".join(word.capitalize() for word in field["name"].split("_")) + "Entry"
            inner = made.nested_type.add(name=entry)
            inner.options.map_entry = True
            for position, (called, of) in enumerate((("key", parts.key), ("value", parts.value))):
                self._set_type(
                    inner.field.add(name=called, number=position + 1, label=_OPTIONAL), of, waiting
                )
            one.label, one.type = _REPEATED, _MESSAGE
            one.type_name = f".{made.name}.{entry}"
            return
        self._set_type(one, kind, waiting)
        if field.get("group"):
            one.type = _GROUP
        label = field.get("label")
        one.label = {"required": _REQUIRED, "repeated": _REPEATED}.get(str(label), _OPTIONAL)
        if field.get("packed") is not None and label == "repeated":
            one.options.packed = bool(field["packed"])
        if "oneof" in field:
            one.oneof_index = places[field["oneof"]]

    def _is_at_hand(self, kind: str) -> bool:
        known = self._data["messages"].keys() | self._data["enums"].keys()
        return kind in SCALARS or kind in known

    def _set_type(self, one: Any, kind: str, waiting: list[str]) -> None:
        if kind in _NUMBERS:
            one.type = _NUMBERS[kind]
            return
        if kind not in self._flat:
            waiting.append(kind)
        inside = ".T" if kind in self._data["enums"] else ""
        one.type = _ENUM if inside else _MESSAGE
        one.type_name = f".{self._name(kind)}{inside}"

    def _define_enum(self, name: str) -> None:
        """An enum in a message of its own, so that its names are no others' names."""
        values = self._data["enums"][name]["values"]
        made = self._file.message_type.add(name=self._name(name)).enum_type.add(name="T")
        for called, number in values.items():
            made.value.add(name=called, number=number)
        if len(set(values.values())) < len(values):
            made.options.allow_alias = True
