"""What the everyday judge complains of, and which complaint is most to the point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contracts.lean_dataclasses import dataclass
from contracts.schema.everyday_assertions import Words, has_type
from contracts.verdict import Json

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why a schema rejects a value: what ``jsonschema`` would say."""

    keyword: str | None
    path: Path
    words: Words
    value: Json
    schema: Json
    context: tuple[Complaint, ...] = ()

    @property
    def message(self) -> str:
        """The complaint as ``jsonschema`` words it."""
        form, *parts = self.words
        return str(form).format(*parts)

    @property
    def relevance(self) -> tuple[int, Path, bool, bool]:
        """Greater is more to the point (``jsonschema.exceptions.by_relevance``)."""
        named = isinstance(self.schema, dict) and "type" in self.schema
        fits = named and has_type(self.value, self.schema["type"])
        return (-len(self.path), self.path, self.keyword not in {"anyOf", "oneOf"}, not fits)


def with_context(errors: Sequence[Complaint], base: Path) -> Iterator[tuple[Path, Complaint]]:
    """Complaints with their whole path and, for those of a combinator, the ones of its branches."""
    for error in errors:
        place = (*base, *error.path)
        yield place, error
        yield from with_context(error.context, place)


def best_of(errors: Sequence[Complaint]) -> Complaint | None:
    """The complaint most to the point (``jsonschema.exceptions.best_match``)."""
    best = max(errors, key=lambda error: error.relevance, default=None)
    while best is not None and best.context:
        least = sorted(best.context, key=lambda error: error.relevance)[:2]
        if len(least) == 2 and least[0].relevance == least[1].relevance:
            break
        best = least[0]
    return best
