"""Messages of a ``.proto`` file as classes of google.protobuf, without its compiler.

Definitions are laid flat into one file of an edition, each with the features that hold for it,
whatever its own file's syntax: only numbers, types and features count on the wire. Extensions are
fields of what they extend. Fields of types that are not at hand are left out.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

from contracts.formats.protobuf.extensions import extensions_of
from contracts.formats.protobuf.features import (
    IMPLICIT,
    REQUIRED,
    Features,
    is_closed,
    of_field,
    of_message,
)
from contracts.formats.protobuf.types import SCALARS, default_of, is_grouped, map_of, resolve
from contracts.verdict import Json

_OPTIONAL, _REPEATED = 1, 3
_MESSAGE, _ENUM = 11, 14
_OPEN, _CLOSED = 1, 2
_NUMBERS = {
    "double": 1, "float": 2, "int64": 3, "uint64": 4, "int32": 5, "fixed64": 6, "fixed32": 7,
    "bool": 8, "string": 9, "bytes": 12, "uint32": 13, "sfixed32": 15, "sfixed64": 16,
    "sint32": 17, "sint64": 18,
}  # fmt: skip

SHIPPED = {
    **{f"google.protobuf.{kind}Value": "wrappers" for kind in
       ("Double", "Float", "Int64", "UInt64", "Int32", "UInt32", "Bool", "String", "Bytes")},
    **{f"google.protobuf.{kind}": "struct" for kind in ("Struct", "Value", "ListValue")},
    "google.protobuf.Timestamp": "timestamp", "google.protobuf.Duration": "duration",
    "google.protobuf.Any": "any", "google.protobuf.Empty": "empty",
    "google.protobuf.FieldMask": "field_mask",
}  # fmt: skip
"""Well-known messages and the module of the runtime that defines them."""


class _Adding(NamedTuple):
    """A field and what it is added to; ``scope`` is where its type is looked for."""

    made: Any
    scope: str
    number: int
    field: dict[str, Json]
    features: Features


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
        self._file = descriptor_pb2.FileDescriptorProto(name="contract.proto", syntax="editions")
        self._file.edition = descriptor_pb2.EDITION_2023
        self._shipped: set[str] = set()
        waiting = [message]
        try:
            for name in waiting:  # grows while it is read
                self._define(name, waiting)
            pool = descriptor_pool.DescriptorPool()
            for module in sorted(self._shipped):
                shipped = import_module(f"google.protobuf.{module}_pb2").DESCRIPTOR
                pool.AddSerializedFile(shipped.serialized_pb)
                self._file.dependency.append(shipped.name)
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

    def unknown(self, message: Any) -> set[int]:
        """The numbers of fields that a message was read with and does not define."""
        from google.protobuf.unknown_fields import UnknownFieldSet

        return {field.field_number for field in UnknownFieldSet(message)}

    def refuses_json(self, value: Json) -> bool:
        """Whether ProtoJSON's reader refuses it."""
        from google.protobuf import json_format

        try:
            json_format.ParseDict(value, self._class())
        except json_format.ParseError:
            return True
        return False

    def as_json(self, message: Any) -> Json:
        """The message in ProtoJSON.

        Raises:
            ValueError, TypeError: it has no such form.
        """
        from google.protobuf import json_format

        try:
            return json_format.MessageToDict(message)
        except json_format.Error as error:  # well-known types that hold nothing
            raise ValueError(str(error)) from None

    def _name(self, name: str) -> str:
        """The flat name of a message or enum."""
        return self._flat.setdefault(name, f"T{len(self._flat)}")

    def _define(self, name: str, waiting: list[str]) -> None:
        if name in self._data["enums"]:
            self._define_enum(name)
            return
        source = self._data["messages"].get(name, {"fields": {}})
        made = self._file.message_type.add(name=self._name(name))
        places: dict[str, int] = {}
        for field in source["fields"].values():
            if "oneof" in field and field["oneof"] not in places:
                places[field["oneof"]] = len(places)
                made.oneof_decl.add(name=field["oneof"])
        inherited = of_message(self._data, name)
        for number, field in source["fields"].items():
            features = of_field(source, inherited, field)
            self._add_field(_Adding(made, name, int(number), field, features), places, waiting)
        names = {field["name"] for field in source["fields"].values()}
        for number, field in extensions_of(self._data, name).items():
            features = of_field({}, of_message(self._data, field["scope"]), field)
            called = field["called"] if field["name"] in names else field["name"]
            shown = {**field, "name": called, "json_name": f"[{field['full']}]"}
            adding = _Adding(made, field["scope"], int(number), shown, features)
            self._add_field(adding, places, waiting)

    def _add_field(self, adding: _Adding, places: dict[str, int], waiting: list[str]) -> None:
        made, field = adding.made, adding.field
        kind = resolve(self._data, adding.scope, field["type"])
        parts = map_of(kind)
        if not self._is_at_hand(parts.value if parts else kind):
            return
        one = made.field.add(name=field["name"], number=adding.number, label=_OPTIONAL)
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
        if field.get("label") == "repeated":
            one.label = _REPEATED
        _set_features(one, adding.features)
        if "default" in field and adding.features.field_presence != IMPLICIT:
            one.default_value = _default(self._data, kind, field)
        if "oneof" in field:
            one.oneof_index = places[field["oneof"]]

    def _is_at_hand(self, kind: str) -> bool:
        known = kind in self._data["messages"] or kind in self._data["enums"]
        return known or kind in SCALARS or kind in SHIPPED

    def _set_type(self, one: Any, kind: str, waiting: list[str]) -> None:
        if kind in _NUMBERS:
            one.type = _NUMBERS[kind]
            return
        if kind in SHIPPED and kind not in self._data["messages"]:
            self._shipped.add(SHIPPED[kind])
            one.type, one.type_name = _MESSAGE, f".{kind}"
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
        made.options.features.enum_type = _CLOSED if is_closed(self._data, name) else _OPEN
        for called, number in values.items():
            made.value.add(name=called, number=number)
        if len(set(values.values())) < len(values):
            made.options.allow_alias = True


def _set_features(one: Any, features: Features) -> None:
    """What the field's bytes and readers depend on, stated (``FeatureSet``)."""
    stated = one.options.features
    if one.label == _REPEATED:
        if one.type not in {_MESSAGE, 9, 12}:
            stated.repeated_field_encoding = (
                1 if features.repeated_field_encoding == "PACKED" else 2
            )
    else:
        presence = features.field_presence
        implicit = presence == IMPLICIT and one.type != _MESSAGE
        stated.field_presence = 3 if presence == REQUIRED else 2 if implicit else 1
    if one.type == 9:
        stated.utf8_validation = 3 if features.utf8_validation == "NONE" else 2
    if one.type == _MESSAGE and is_grouped(features):
        stated.message_encoding = 2


def _default(data: dict[str, Json], kind: str, field: dict[str, Json]) -> str:
    if kind in data["enums"]:
        return str(field["default"])
    value = default_of(data, kind, field)
    return str(value).lower() if isinstance(value, bool) else str(value)
