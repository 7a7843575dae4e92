"""Asking the engine about two schemas given as values, for all tests of this room."""

from __future__ import annotations

from typing import Any

from contracts.documents import from_data
from contracts.schema import Containment, Dialect, Options, Prover, SchemaAt

DIALECTS = {str(dialect): dialect for dialect in Dialect}


def ask(
    writer: Any,
    reader: Any,
    dialect: Dialect = Dialect.DRAFT202012,
    options: Options | None = None,
    reader_dialect: Dialect | None = None,
) -> Containment:
    """Whether the reader takes all the writer may send."""
    prover = Prover(options or Options())
    return prover.contains(
        SchemaAt(from_data(writer, name="writer"), "", dialect),
        SchemaAt(from_data(reader, name="reader"), "", reader_dialect or dialect),
    )
