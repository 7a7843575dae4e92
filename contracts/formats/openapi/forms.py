"""Form parameters of Swagger 2.0 as the body that they are (OpenAPI 3.0.4 section 4.8.14)."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.documents import from_data
from contracts.documents.pointer import join
from contracts.formats.node import Node, Source
from contracts.formats.openapi.parameters import form_style
from contracts.lean_dataclasses import dataclass
from contracts.schema import SchemaAt
from contracts.verdict import Json

URLENCODED, MULTIPART = FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_NOT_SCHEMA = frozenset(
    {"in", "name", "required", "description", "collectionFormat", "allowEmptyValue"}
)


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of one form, as one object."""

    schema: SchemaAt
    data: Mapping[str, Json]
    encoding: Mapping[str, Mapping[str, Json]]
    media_types: tuple[str, ...]

    @property
    def required(self) -> bool:
        """Whether a request without any field is refused."""
        return bool(self.data.get("required"))


def form_of(source: Source, item: Node, operation: Node, consumes: tuple[str, ...]) -> Form | None:
    """The form that an operation reads, if its parameters make one."""
    fields: dict[str, Node] = {}
    for owner in (item, operation):
        for reference in source.items(owner.at("parameters"), "parameters"):
            node = source.follow(reference)
            name = node.text("name")
            if name is not None and node.get("in") == "formData":
                fields[name] = node
    if not fields:
        return None
    data: dict[str, Json] = {
        "type": "object",
        "properties": {name: _schema(node) for name, node in fields.items()},
    }
    required = [name for name, node in fields.items() if node.flag("required")]
    if required:
        data["required"] = required
    origins = {
        join("", "properties", name): (node.document, node.pointer) for name, node in fields.items()
    }
    whole = from_data(data, name=operation.document.name).amended(
        data, {"": (operation.document, operation.pointer), **origins}
    )
    has_file = any(node.get("type") == "file" for node in fields.values())
    stated = tuple(name for name in consumes if name.partition(";")[0].strip().lower() in FORMS)
    return Form(
        SchemaAt(whole, "", source.dialect, source.resolver),
        data,
        {name: form_style(node) for name, node in fields.items() if node.get("type") == "array"},
        stated or ((MULTIPART if has_file else URLENCODED),),
    )


def _schema(node: Node) -> dict[str, Json]:
    schema = {key: value for key, value in node.value.items() if key not in _NOT_SCHEMA}
    return (
        {**schema, "type": "string", "format": "binary"} if node.get("type") == "file" else schema
    )
