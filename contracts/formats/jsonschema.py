"""A bare JSON Schema: one exchange, whose direction the mode decides."""

from __future__ import annotations

from contracts.documents import Document, Resolver
from contracts.errors import InvalidContract
from contracts.formats.contract import Contract, Element
from contracts.schema import SchemaAt
from contracts.schema.inference import dialect_in_force
from contracts.verdict import Direction


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
    root.grow = lambda _: (schema,)
    return Contract("jsonschema", dialect.value, document, root, assumptions=list(assumptions))
