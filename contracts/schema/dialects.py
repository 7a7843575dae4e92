"""The flavours of JSON Schema and how they differ, as data."""

from __future__ import annotations

from enum import StrEnum

from contracts.lean_dataclasses import dataclass
from contracts.verdict import Json


class Dialect(StrEnum):
    """A flavour of JSON Schema."""

    DRAFT4 = "draft4"
    DRAFT6 = "draft6"
    DRAFT7 = "draft7"
    DRAFT201909 = "draft2019-09"
    DRAFT202012 = "draft2020-12"
    OPENAPI20 = "openapi2.0"
    OPENAPI30 = "openapi3.0"
    OPENAPI31 = "openapi3.1"
    OPENAPI32 = "openapi3.2"
    ASYNCAPI = "asyncapi"  # a superset of draft 7 (AsyncAPI 2.x and 3.x, Schema Object)

    __hash__ = str.__hash__

    rules: Rules
    """What differs in this flavour."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Where a dialect stands in the questions the dialects answer differently."""

    draft: int
    """The JSON Schema draft it follows: 4, 6, 7, 2019 or 2020."""
    words: int
    """The draft whose one-word assertions count (``const``, ``contains``, ``if`` …).

    Documents of OpenAPI 2.0 and 3.0 that use those of later drafts mean them.
    """
    siblings: bool
    """Keywords beside ``$ref`` count (since 2019-09)."""
    tuples: bool
    """``items`` may be a list, followed by ``additionalItems`` (before 2020-12)."""
    openapi: bool = False
    nullable: bool = False
    reads_and_writes: bool = False
    """``readOnly``/``writeOnly`` restrict what is sent, not only describe it."""
    type_file: bool = False

    @classmethod
    def of(cls, draft: int, **others: bool) -> Rules:
        """Those of a draft, and what a dialect adds to it."""
        words = 2020 if others.get("openapi") else draft
        return cls(draft, words, draft >= 2019, draft < 2020, **others)

    @property
    def boolean_bounds(self) -> bool:
        """``exclusiveMinimum: true`` modifies ``minimum`` (draft 4 §5.1.3)."""
        return self.draft == 4

    def boolean_bound(self, value: object) -> bool:
        """Whether this ``exclusiveMinimum`` is read together with ``minimum``.

        Documents of OpenAPI 3.1 that still write ``true`` mean it as 3.0 does.
        """
        return self.boolean_bounds or (self.openapi and isinstance(value, bool))

    @property
    def written_integers(self) -> bool:
        """1.0 is not an integer (draft 4 §3.5); OpenAPI's readers do not care."""
        return self.draft == 4 and not self.openapi


Dialect.DRAFT4.rules = Rules.of(4)
Dialect.DRAFT6.rules = Rules.of(6)
Dialect.DRAFT7.rules = Dialect.ASYNCAPI.rules = Rules.of(7)
Dialect.DRAFT201909.rules = Rules.of(2019)
Dialect.DRAFT202012.rules = Rules.of(2020)
Dialect.OPENAPI20.rules = Rules.of(4, openapi=True, reads_and_writes=True, type_file=True)
Dialect.OPENAPI30.rules = Rules.of(4, openapi=True, nullable=True, reads_and_writes=True)
Dialect.OPENAPI31.rules = Rules.of(2020, openapi=True, reads_and_writes=True)
Dialect.OPENAPI32.rules = Rules.of(2020, openapi=True, reads_and_writes=True)

_URIS = {
    "json-schema.org/draft-04/schema": Dialect.DRAFT4,
    "json-schema.org/draft-06/schema": Dialect.DRAFT6,
    "json-schema.org/draft-07/schema": Dialect.DRAFT7,
    "json-schema.org/draft/2019-09/schema": Dialect.DRAFT201909,
    "json-schema.org/draft/2020-12/schema": Dialect.DRAFT202012,
    "spec.openapis.org/oas/3.1/dialect/base": Dialect.OPENAPI31,
    "spec.openapis.org/oas/3.1/dialect/2024-11-10": Dialect.OPENAPI31,
    "spec.openapis.org/oas/3.2/dialect/2025-09-17": Dialect.OPENAPI32,
}


def dialect_of(uri: Json) -> Dialect | None:
    """The dialect that a ``$schema`` names; None for one we do not know."""
    if not isinstance(uri, str):
        return None
    return _URIS.get(uri.rstrip("#").removeprefix("http://").removeprefix("https://"))


def names_unknown_dialect(uri: Json) -> bool:
    """Whether a ``$schema`` names a metaschema that may define keywords otherwise."""
    if not isinstance(uri, str) or dialect_of(uri) is not None:
        return False
    return "://" in uri and "://json-schema.org/" not in uri and "asyncapi.com/" not in uri


def detect(schema: Json, default: Dialect = Dialect.DRAFT202012) -> Dialect:
    """The dialect of a schema document by its ``$schema``."""
    if isinstance(schema, dict):
        named = dialect_of(schema.get("$schema"))
        if named is not None:
            return named
    return default
