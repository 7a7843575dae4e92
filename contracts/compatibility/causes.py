"""Which of the engine's breaks have one cause: a schema that says nothing meets one that does."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.compatibility.spots import ANNOTATIONS
from contracts.documents import pointer
from contracts.schema import Break
from contracts.verdict import Json, Place

_TELLS_MOST = ("enum", "const", "type")
"""Keywords that say what values there are; the others say less of a schema."""


def one_per_cause(breaks: Sequence[Break]) -> list[Break]:
    """The breaks; of those where the writer's schema says nothing at all, the one told best.

    Such a schema breaks at every keyword of the reader's schema and at all schemas in it.
    """
    kept: list[Break] = []
    told: dict[tuple[str | None, str], list[str]] = {}
    for found in sorted(breaks, key=_rank):
        if _says_nothing(found.writer.value):
            writer = (found.writer.source, found.writer.pointer)
            at = f"{_schema(found.reader, found.keyword)}/"
            if any(at.startswith(around) for around in told.get(writer, ())):
                continue
            told.setdefault(writer, []).append(at)
        kept.append(found)
    return [found for found in breaks if any(found is other for other in kept)]


def _rank(found: Break) -> tuple[int, int]:
    """The outermost schema first, and the keyword that says most."""
    keyword = found.keyword
    telling = _TELLS_MOST.index(keyword) if keyword in _TELLS_MOST else len(_TELLS_MOST)
    return len(pointer.split(_schema(found.reader, keyword))), telling


def _schema(place: Place, keyword: str) -> str:
    """The schema that a keyword stands in, whether the place is the one or the other."""
    inside = pointer.last(place.pointer) == keyword
    return pointer.parent(place.pointer) if inside else place.pointer


def _says_nothing(schema: Json) -> bool:
    if schema is True:
        return True
    return isinstance(schema, dict) and all(
        name in _SILENT or name.startswith("x-") for name in schema
    )


_SILENT = ANNOTATIONS - {"$ref"}
