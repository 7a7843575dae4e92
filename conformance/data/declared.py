"""What a data contract says of its tables (ODCS 3.1)."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.evidence import Contract
from contracts.errors import InvalidContract
from contracts.verdict import Json

_UNITS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400}


def table_of(document: Contract, name: str) -> tuple[str, Mapping[str, Json]]:
    """Place and declaration of the table called ``name``.

    Raises:
        InvalidContract: the contract declares no such table.
    """
    data = document.data if isinstance(document.data, dict) else {}
    objects = data.get("schema")
    short = name.rpartition(".")[2]
    for index, item in enumerate(objects if isinstance(objects, list) else ()):
        if isinstance(item, Mapping) and short in {item.get("physicalName"), item.get("name")}:
            return f"/schema/{index}", item
    known = ", ".join(str(item.get("name")) for item in objects or () if isinstance(item, Mapping))
    raise InvalidContract(
        f"declares no table {short!r}; it has: {known or 'none'}", source=document.name
    )


def first_table(document: Contract) -> str:
    """The name of the first table a data contract declares.

    Raises:
        InvalidContract: it declares none.
    """
    data = document.data if isinstance(document.data, dict) else {}
    objects = data.get("schema")
    first = objects[0] if isinstance(objects, list) and objects else None
    if not isinstance(first, Mapping):
        raise InvalidContract("is no data contract with a schema (ODCS 3.1)", source=document.name)
    return str(first.get("physicalName") or first.get("name"))


def freshness_of(data: Json, table: str) -> tuple[str, float, str] | None:
    """Column, seconds and place of the latency objective of a table."""
    properties = data.get("slaProperties") if isinstance(data, dict) else None
    for index, item in enumerate(properties if isinstance(properties, list) else ()):
        element = str(item.get("element") or "")
        if item.get("property") == "latency" and element.startswith(f"{table.rpartition('.')[2]}."):
            seconds = float(item.get("value", 0)) * _UNITS.get(str(item.get("unit", "s")), 1)
            return element.rpartition(".")[2], seconds, f"/slaProperties/{index}"
    return None
