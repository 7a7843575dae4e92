"""What a document is, by its own marks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from contracts.documents import Document
from contracts.errors import UnsupportedFormat
from contracts.formats.contract import Contract, Oddity

FORMATS = ("openapi", "asyncapi", "jsonschema", "avro", "protobuf", "odcs")
"""Every format that ``--as`` may name."""

SIDECAR = "sidecar"
"""A governance sidecar: not a format of exchanges, but two of them can be compared too."""

LAST_NAME_COUNTS = "last-name-counts"

_MARKS: Mapping[str, str] = {"openapi": "openapi", "swagger": "openapi", "asyncapi": "asyncapi"}


def detect(document: Document) -> str:
    """The format's name; an object without any mark is a JSON Schema 2020-12.

    Raises:
        UnsupportedFormat: the document is no object or boolean, so it cannot be a contract.
    """
    data = document.data
    if isinstance(data, bool):
        return "jsonschema"
    if document.syntax == "proto":
        return "protobuf"
    if _looks_like_avro(data) or document.name.endswith(".avsc"):
        return "avro"
    if not isinstance(data, dict):
        raise UnsupportedFormat(
            f"this is {_kind(data)}, not a contract: expected an OpenAPI, AsyncAPI or JSON "
            "Schema document",
            source=document.name,
        )
    for mark, format in _MARKS.items():
        if mark in data:
            return format
    if data.get("kind") == "DataContract" and "apiVersion" in data:
        return "odcs"
    if {"id", "provider", "owner"} <= data.keys():
        return SIDECAR
    return "jsonschema"


_AVRO_NAMED = frozenset({"record", "error", "enum", "fixed"})
_AVRO_NAMES = frozenset(
    {"null", "boolean", "int", "long", "float", "double", "bytes", "string", *_AVRO_NAMED}
)


def _looks_like_avro(data: object) -> bool:
    """Whether values can be an Avro schema and no JSON Schema."""
    if isinstance(data, list):
        return bool(data) and all(
            part in _AVRO_NAMES if isinstance(part, str) else _looks_like_avro(part)
            for part in data
        )
    if not isinstance(data, dict):
        return isinstance(data, str) and data in _AVRO_NAMES
    if "$schema" in data:
        return False
    kind = data.get("type")
    if kind == "map":
        return "values" in data
    if kind == "array":
        return _looks_like_avro(data.get("items"))  # where JSON Schema has no name and no union
    return isinstance(kind, str) and kind in _AVRO_NAMED and isinstance(data.get("name"), str)


def _kind(data: object) -> str:
    names = {list: "a list", str: "plain text", type(None): "nothing"}
    return names.get(type(data), "a single value")


def read(document: Document, format: str | None = None) -> Contract:
    """The contract in a document, read as ``format`` or as what it says it is.

    Raises:
        UnsupportedFormat: no reader for the format, or the document is not of that format.
    """
    name = format or detect(document)
    if name not in FORMATS:
        raise UnsupportedFormat(
            f"{name!r} is not a format; choose one of {', '.join(FORMATS)}", source=document.name
        )
    try:
        reader: Callable[[Document], Contract] = import_module(f"contracts.formats.{name}").read
    except ModuleNotFoundError as error:
        if error.name != f"contracts.formats.{name}":
            raise
        raise UnsupportedFormat(
            f"documents in the format {name} cannot be compared by this version",
            source=document.name,
        ) from None
    contract = reader(document)
    if document.repeated:
        contract.oddities.append(Oddity("repeated-name", document.repeated, document, ""))
        contract.assumptions.append(LAST_NAME_COUNTS)
    return contract
