"""A bare JSON Schema: one exchange, whose direction the mode decides."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.documents import Document, Resolver, pointer
from contracts.errors import InvalidContract
from contracts.formats.contract import Contract, Element
from contracts.schema import SchemaAt
from contracts.schema.dialects import Dialect
from contracts.schema.inference import dialect_in_force
from contracts.verdict import Direction, Json

SILENT = frozenset(
    {
        *("$schema", "$id", "id", "$comment", "$anchor", "$vocabulary", "$defs", "definitions"),
        *("title", "description", "examples", "deprecated", "default"),
    }
)
"""Keywords that say nothing about a value (JSON Schema 2020-12 core 8, validation 9)."""


def is_collection(data: Json) -> bool:
    """Whether a schema says nothing itself and only defines others, for documents to refer to."""
    return (
        isinstance(data, dict)
        and any(isinstance(data.get(key), dict) and data[key] for key in ("$defs", "definitions"))
        and all(key in SILENT or key.startswith("x-") for key in data)
    )


def _definitions(document: Document, dialect: Dialect) -> Iterator[Element]:
    """What a collection defines is what others use of it."""
    resolver = Resolver(document)
    for key in ("$defs", "definitions"):
        defined = document.data.get(key)
        for name in defined if isinstance(defined, dict) else ():
            at = pointer.join("", key, name)
            yield Element(
                kind="definition",
                key=f"{key}/{name}",
                label=f"definition {name}",
                document=document,
                pointer=at,
                direction=Direction.DATA,
                schema=SchemaAt(document, at, dialect, resolver),
                required=True,
                names=(name,),
            )


def read(document: Document) -> Contract:
    """The contract in a JSON Schema document (draft 4 to 2020-12 by ``$schema``).

    Raises:
        InvalidContract: the document is neither an object nor a boolean.
    """
    data = document.data
    if not isinstance(data, (dict, bool)):
        raise InvalidContract(
            "a JSON Schema is an object or a boolean (JSON Schema 2020-12 core, 4.3)",
            source=document.name,
        )
    dialect, assumptions = dialect_in_force(data)
    root = Element("contract", "", "schema", document, "")
    title = data.get("title") if isinstance(data, dict) else None
    schema = Element(
        kind="schema",
        key="",
        label=title if isinstance(title, str) else "value",
        document=document,
        pointer="",
        direction=Direction.DATA,
        schema=SchemaAt(document, "", dialect, Resolver(document)),
        required=True,
    )
    collection = is_collection(data)
    root.facts = {"collection": collection}
    root.grow = lambda _: (schema, *(_definitions(document, dialect) if collection else ()))
    return Contract("jsonschema", dialect.value, document, root, assumptions=list(assumptions))
