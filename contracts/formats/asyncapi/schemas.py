"""Payload schemas in their formats, and the little a message's identity needs from them."""

from __future__ import annotations

import re
from urllib.parse import unquote

from contracts.documents import Document
from contracts.errors import ContractError
from contracts.formats.asyncapi.model import Model
from contracts.formats.avro import schema as avro
from contracts.formats.avro.referenced import named_type
from contracts.formats.node import LONGEST_CHAIN, Node
from contracts.formats.protobuf.parsed import is_parsed
from contracts.lean_dataclasses import dataclass
from contracts.schema import SchemaAt
from contracts.schema.dialects import Dialect
from contracts.verdict import Json

_JSON_SCHEMA = re.compile(r"application/schema\+(?:json|yaml)")
_DRAFTS = {
    "draft-04": Dialect.DRAFT4,
    "draft-06": Dialect.DRAFT6,
    "draft-07": Dialect.DRAFT7,
    "2019-09": Dialect.DRAFT201909,
    "2020-12": Dialect.DRAFT202012,
}
_PROTOBUF = frozenset(
    {"application/vnd.google.protobuf", "application/x-protobuf", "application/protobuf"}
)
_OPENAPI = {"3.0": Dialect.OPENAPI30, "3.1": Dialect.OPENAPI31, "2.0": Dialect.OPENAPI20}
DEEPEST = 16


PAYLOADS = {"json-schema": "payload", "avro": "avro-payload", "protobuf": "proto-payload"}
"""Schema language → the kind of element, for the rules that understand it."""
_AVRO_TYPES = frozenset(
    {"record", "enum", "fixed", "map", "int", "long", "float", "double", "bytes"}
)
"""Values of `type` that only an Avro schema has."""


@dataclass(frozen=True, slots=True)
class Payload:
    """A payload's schema: where it stands, in which language, and how to prove with it."""

    node: Node
    format: str
    """``json-schema``, ``avro``, ``protobuf``, or the media type of one that is not compared."""
    schema: SchemaAt | None
    named: str = ""
    """The definition in a file of Protocol Buffers that the reference names."""

    @property
    def proto(self) -> Document | None:
        """The Protocol Buffers source, if it is one."""
        if self.format != "protobuf":
            return None
        from contracts.formats.asyncapi.protobuf import proto_document

        return proto_document(self.node)

    @property
    def avro(self) -> avro.Schema | None:
        """The Avro schema, if it is one."""
        if self.format != "avro":
            return None
        try:
            return avro.parse(self.node.document, self.node.pointer)
        except ContractError:
            return None

    @property
    def context(self) -> tuple[Json, ...]:
        """What the text of the schema does not say: its language, and the dialect of it."""
        return (self.format, self.schema.dialect if self.schema is not None else None)


def payload_of(model: Model, message: Node) -> Payload | None:
    """The payload of a message (3.0.0, Multi Format Schema Object; 2.6.0, ``schemaFormat``)."""
    reference = message.at("payload")
    if reference is None:
        return None
    return described(model, reference, message.get("schemaFormat") if model.second else None)


def described(model: Model, reference: Node, named: Json) -> Payload:
    """What stands at a place for a schema, in the language that is named there or before."""
    node, inside = _led(model, reference, named)
    if not model.second and "schemaFormat" in _members(node):
        named = node.get("schemaFormat")
        inner = node.at("schema")
        if inner is not None:
            node, inside = _led(model, inner, named)
    language, dialect = language_of(model, named)
    schema = (
        SchemaAt(node.document, node.pointer, dialect, model.resolver)
        if dialect is not None
        else None
    )
    return Payload(node, language, schema, inside)


def _led(model: Model, node: Node, named: Json) -> tuple[Node, str]:
    """Where a reference leads, and what it names in a file of Protocol Buffers.

    A fragment may name a type of Avro or a message (``user.avsc#/User``), which is no pointer.
    """
    language, _ = language_of(model, named)
    for _ in range(LONGEST_CHAIN if language in ("avro", "protobuf") else 0):
        ref = node.text("$ref")
        if ref is None:
            break
        try:
            document, at = model.resolver.resolve(ref, node.pointer, within=node.document)
        except ContractError:
            return _definition(model, node, ref, language) or (model.follow(node), "")
        node = Node(document, at, document.get(at))
    return model.follow(node), ""


def _definition(model: Model, node: Node, ref: str, language: str) -> tuple[Node, str] | None:
    """What a file, which may stand in a bundle, knows by the name in a fragment."""
    address, _, fragment = ref.partition("#")
    inside, _, name = unquote(fragment).rpartition("/")
    whole = address or f"#{inside}"
    try:
        file, at = model.resolver.resolve(whole, node.pointer, within=node.document)
    except ContractError:
        return None
    data = file.get(at)
    if language == "protobuf":
        messages = data["messages"] if is_parsed(data) else {}
        found = any(name in (own, f"{data['package']}.{own}") for own in messages)
        return (Node(file, at, data), name) if found else None
    document = named_type(file, name, at)
    return (Node(document, "", document.data), "") if document is not None else None


def language_of_key(model: Model, reference: Node) -> Payload:
    """A message key, which may be an Avro schema without anybody saying so (Kafka bindings)."""
    found = described(model, reference, None)
    kind = _members(found.node).get("type")
    is_avro = found.format == "json-schema" and isinstance(kind, str) and kind in _AVRO_TYPES
    return Payload(found.node, "avro", None) if is_avro else found


def language_of(model: Model, named: Json) -> tuple[str, Dialect | None]:
    """The schema language that a ``schemaFormat`` names, and its dialect of JSON Schema."""
    if not isinstance(named, str):
        return "json-schema", model.dialect
    essence, _, parameters = (part.strip().lower() for part in named.partition(";"))
    version = parameters.removeprefix("version=").strip("\"' ")
    if essence.startswith("application/vnd.aai.asyncapi"):
        return "json-schema", model.dialect
    if _JSON_SCHEMA.fullmatch(essence):
        return "json-schema", _DRAFTS.get(version, Dialect.DRAFT7)
    if essence.startswith("application/vnd.oai.openapi"):
        return "json-schema", _OPENAPI.get(version[:3], Dialect.OPENAPI30)
    if essence.startswith("application/vnd.apache.avro"):
        return "avro", None
    return ("protobuf" if essence in _PROTOBUF else essence), None


def schema_facts(
    model: Model, payload: Payload | None, headers: Payload | None
) -> tuple[dict[str, Json], frozenset[str]]:
    """Constants at the top of payload and headers (``payload/type`` → its value), and all names."""
    constants: dict[str, Json] = {}
    names: set[str] = set()
    for part, schema in (("payload", payload), ("headers", headers)):
        if schema is not None:
            _collect(model, schema.node, part, constants, names, 0)
    return constants, frozenset(names)


def _collect(
    model: Model, node: Node, at: str, constants: dict[str, Json], names: set[str], depth: int
) -> None:
    node = model.follow(node)
    if depth > DEEPEST:
        return
    for part in model.items(node.at("allOf"), "allOf"):
        _collect(model, part, at, constants, names, depth + 1)
    for name, prop in model.objects(node.at("properties"), "property"):
        names.add(f"{at}/{name}")
        allowed = prop.get("enum")
        if "const" in prop.value:
            value = prop.get("const")
        elif isinstance(allowed, list) and len(allowed) == 1:
            value = allowed[0]
        else:
            continue
        if isinstance(value, (str, int)):
            constants[f"{at}/{name}"] = value


def _members(node: Node) -> dict[str, Json]:
    return node.value if isinstance(node.value, dict) else {}
