"""Which draft a schema without ``$schema`` was written for, by keywords only some drafts have."""

from __future__ import annotations

from contracts.schema.dialects import Dialect, detect
from contracts.schema.options import INFERRED_DIALECT
from contracts.schema.resources import schemas_in
from contracts.verdict import Json

_NEWEST = frozenset({"prefixItems", "$dynamicRef", "$dynamicAnchor"})
_OF_2019 = frozenset(
    {
        "dependentRequired",
        "dependentSchemas",
        "unevaluatedItems",
        "unevaluatedProperties",
        "minContains",
        "maxContains",
        "$anchor",
    }
)


def inferred(data: Json) -> Dialect | None:
    """The older draft that an undeclared schema can only have been written for; None if none is.

    A boolean ``exclusiveMinimum`` is draft 4 (§5.1.3), ``$recursiveRef`` 2019-09. A list of
    ``items``, or ``dependencies``, is draft 7, with keywords of 2019-09 that draft. Keywords that
    only 2020-12 has settle it the other way.
    """
    if not isinstance(data, dict) or "$schema" in data:
        return None
    booleans = lists = former = recursive = False
    for raw, _ in schemas_in(data, ""):
        if not _NEWEST.isdisjoint(raw):
            return None
        for keyword in ("exclusiveMinimum", "exclusiveMaximum"):
            booleans = booleans or isinstance(raw.get(keyword), bool)
        recursive = recursive or isinstance(raw.get("$recursiveRef"), str)
        lists = lists or isinstance(raw.get("items"), list)
        lists = lists or isinstance(raw.get("dependencies"), dict)
        former = former or not _OF_2019.isdisjoint(raw)
    if booleans:
        return Dialect.DRAFT4
    if recursive or (lists and former):
        return Dialect.DRAFT201909
    return Dialect.DRAFT7 if lists else None


def dialect_in_force(data: Json) -> tuple[Dialect, tuple[str, ...]]:
    """The dialect of a schema document, and the policy that chose it where ``$schema`` did not."""
    older = inferred(data)
    return (detect(data), ()) if older is None else (older, (INFERRED_DIALECT,))
