"""Avro schemas: one exchange, whose direction the mode decides.

Source: Apache Avro 1.12.0 specification.
"""

from __future__ import annotations

from contracts.documents import Document
from contracts.formats.avro.schema import parse
from contracts.formats.contract import Contract, Element
from contracts.verdict import Direction


def read(document: Document) -> Contract:
    """The contract in an Avro schema document.

    Raises:
        InvalidContract: it is not an Avro schema; names the place.
    """
    schema = parse(document)
    root = Element("contract", "", schema.label, document, "")
    value = Element(
        kind="avro-schema",
        key="",
        label=schema.label,
        document=document,
        pointer="",
        direction=Direction.DATA,
        required=True,
        facts={"avro": schema},
    )
    root.grow = lambda _: (value,)
    return Contract("avro", "1.12", document, root)
