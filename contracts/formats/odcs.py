"""Open Data Contract Standard: tables whose rows the provider writes and consumers read.

Source: Open Data Contract Standard 3.1.0 (bitol-io.github.io/open-data-contract-standard).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from contracts.documents import Document, Resolver
from contracts.errors import UnsupportedFormat
from contracts.formats.contract import Contract, Element, Side
from contracts.formats.node import Node, Source
from contracts.schema import SchemaAt
from contracts.schema.dialects import Dialect
from contracts.verdict import Direction, Json

_DECIMAL = re.compile(
    r"(?:decimal|numeric|number|dec)\s*\(\s*(\d{1,4})\s*(?:,\s*(-?\d{1,4})\s*)?\)"
)
_SIZED = re.compile(r"([a-z][a-z0-9_ ]*?)\s*\(\s*(\d{1,9})\s*\)")
_DIGITS = re.compile(r"\d+(\.\d+)?")
_UNITS = {
    **dict.fromkeys(("s", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hour", "hours"), 3600),
    **dict.fromkeys(("d", "day", "days"), 86400),
    **dict.fromkeys(("w", "week", "weeks"), 604800),
    **dict.fromkeys(("mo", "month", "months"), 2592000),
    **dict.fromkeys(("y", "yr", "year", "years"), 31536000),
}
"""Unit of a service level → seconds."""


def read(document: Document) -> Contract:
    """The contract in an ODCS document (3.x).

    Raises:
        UnsupportedFormat: not ``kind: DataContract``, or of another generation than 3.
    """
    data = document.data if isinstance(document.data, dict) else {}
    version = str(data.get("apiVersion", ""))
    if data.get("kind") != "DataContract":
        raise UnsupportedFormat(
            "this is not an ODCS document: it has no `kind: DataContract`", source=document.name
        )
    if not version.removeprefix("v").startswith("3."):
        raise UnsupportedFormat(
            f"ODCS version {version or '(none)'} is not known; known are v3.0 and v3.1",
            source=document.name,
            pointer="/apiVersion",
        )
    source = Source(document, version, Dialect.DRAFT201909, Resolver(document))
    name = data.get("name") or data.get("id") or document.name
    root = Element("contract", "", str(name), document, "", writer=Side.PROVIDER)
    root.grow = lambda _: _children(source)
    return Contract("odcs", version, document, root)


def _children(source: Source) -> Iterator[Element]:
    root = source.root()
    yield _element("data-contract", "", "contract", root, {"status": root.text("status")})
    for server in source.items(root.at("servers"), "servers"):
        name = str(server.get("server") or server.get("type") or server.pointer)
        facts = {key: server.get(key) for key in ("type", "host", "location", "database", "schema")}
        yield _element("data-server", name, f"server {name}", server, facts)
    for promise in source.items(root.at("slaProperties"), "slaProperties"):
        name = str(promise.get("property"))
        key = f"{name} {promise.get('element') or ''} {promise.get('driver') or ''}".rstrip()
        facts = {"property": name, "amount": amount(promise), "shown": _shown(promise)}
        yield _element("data-promise", key, f"service level {name}", promise, facts)
    for table in source.items(root.at("schema"), "schema"):
        name = str(table.get("name") or table.get("physicalName") or table.pointer)
        element = _element(
            "data-table",
            name,
            f"table {name}",
            table,
            {
                "physical": table.text("physicalName"),
                "key": _primary_key(source, table),
                "partition": _ordered(source, table, "partitioned", "partitionKeyPosition"),
            },
        )
        element.names = (name,)
        element.grow = lambda owner, table=table: _columns(source, table, owner, "")
        yield element


def _element(kind: str, key: str, label: str, node: Node, facts: dict[str, Json]) -> Element:
    return Element(
        kind=kind,
        key=key,
        label=label,
        document=node.document,
        pointer=node.pointer,
        writer=Side.PROVIDER,
        direction=Direction.DATA,
        facts=facts,
    )


def _columns(source: Source, owner: Node, above: Element, prefix: str) -> Iterator[Element]:
    """The columns of a table, or the members of a structured column."""
    for node in source.items(owner.at("properties"), "properties"):
        name = node.get("name")
        if isinstance(name, str):
            yield _column(source, node, above, prefix + name, name)
    items = owner.at("items")
    if items is not None and isinstance(items.value, dict):
        yield _column(source, items, above, f"{prefix.removesuffix('.')}[]", "[]")


def _column(source: Source, node: Node, above: Element, path: str, name: str) -> Element:
    physical = node.text("physicalType")
    element = _element(
        "data-column",
        name,
        f"{above.label.partition(' column ')[0]} column {path}",
        node,
        {
            "field": path,
            "logical": node.text("logicalType"),
            "physical": physical,
            "size": size_of(physical),
            "physical_name": node.text("physicalName"),
            "required": node.flag("required") or node.flag("primaryKey"),
            "unique": node.flag("unique") or node.flag("primaryKey"),
            "classification": node.text("classification"),
            "quality": [
                rule.value
                for rule in source.items(node.at("quality"), "quality")
                if isinstance(rule.value, dict)
            ],
        },
    )
    element.required = element.facts["required"]
    element.grow = lambda column: _inside(source, node, column, path)
    return element


def _inside(source: Source, node: Node, column: Element, path: str) -> Iterator[Element]:
    options = node.at("logicalTypeOptions")
    if options is not None and isinstance(options.value, dict):
        limits = _element("column-limits", "", column.label, options, {"field": path})
        limits.schema = SchemaAt(options.document, options.pointer, source.dialect, source.resolver)
        yield limits
    yield from _columns(source, node, column, f"{path}.")


def _primary_key(source: Source, table: Node) -> tuple[str, ...]:
    return _ordered(source, table, "primaryKey", "primaryKeyPosition")


def _ordered(source: Source, table: Node, flag: str, position: str) -> tuple[str, ...]:
    marked = [
        (_number(node.get(position), index), str(node.get("name")))
        for index, node in enumerate(source.items(table.at("properties"), "properties"))
        if node.flag(flag)
    ]
    return tuple(name for _, name in sorted(marked))


def _number(value: Json, default: int) -> float:
    plain = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value if plain and value >= 0 else default


def size_of(physical: str | None) -> tuple[str, int, int] | None:
    """``decimal(15,2)`` → (decimal, 15, 2); ``varchar(20)`` → (varchar, 20, 0); else None."""
    text = (physical or "").strip().lower()
    decimal = _DECIMAL.fullmatch(text)
    if decimal:
        return "decimal", int(decimal[1]), int(decimal[2] or 0)
    sized = _SIZED.fullmatch(text)
    return (sized[1], int(sized[2]), 0) if sized else None


def amount(promise: Node) -> float | None:
    """The value of a service level, durations in seconds; None where it is no number."""
    value = promise.get("value")
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = float(value[:300])
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value * _UNITS.get(str(promise.get("unit") or "").lower(), 1)


def _shown(promise: Node) -> str:
    unit = promise.get("unit")
    return f"{promise.get('value')} {unit}" if unit else str(promise.get("value"))
