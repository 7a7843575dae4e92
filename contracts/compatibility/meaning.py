"""Which schemas of two documents admit the same values, since only words and marks differ.

A ``default``, an example or an extension may have changed below a union that the engine must be
asked about whole; what no validator reads changes no answer, so nobody is asked.
"""

from __future__ import annotations

from collections.abc import Iterator

from contracts.compatibility.sameness import Sameness, as_text
from contracts.compatibility.spots import ANNOTATIONS
from contracts.documents import pointer
from contracts.verdict import Json

_SILENT = ANNOTATIONS - {"$ref"}
_RESCOPING = ("$id", "$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveRef")
_LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_NAMED = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs", "definitions"})
_SINGLE = frozenset(
    {
        *("items", "additionalProperties", "additionalItems", "not", "if", "then", "else"),
        *("contains", "propertyNames", "unevaluatedItems", "unevaluatedProperties"),
    }
)

Pairs = Iterator[tuple[Json, Json]]


class SameMeaning(Sameness):
    """:class:`Sameness` of schemas, apart from all that restricts no value."""

    def _common_references(self, old: Json, new: Json) -> frozenset[str] | None:
        """What two schemas refer to that say the same otherwise; None when in doubt."""
        if self._restated:
            return None
        targets: set[str] = set()
        waiting = [(old, new)]
        try:
            for one, other in waiting:  # grows while it is read
                if isinstance(one, dict) and isinstance(other, dict):
                    waiting.extend(self._below(one, other, targets))
                elif as_text(one) != as_text(other):
                    return None
        except _Differ:
            return None
        return frozenset(targets)

    def _below(self, one: dict[str, Json], other: dict[str, Json], targets: set[str]) -> Pairs:
        names = _assertions(one)
        if names != _assertions(other) or not names.isdisjoint(_RESCOPING):
            raise _Differ
        if self._identified and "id" in names:
            raise _Differ
        for name in names:
            before, after = one[name], other[name]
            if name == "$ref":
                if before != after or not isinstance(before, str) or before[:2] != "#/":
                    raise _Differ
                targets.add(pointer.from_fragment(before[1:]))
            elif name in _SINGLE and isinstance(before, dict) and isinstance(after, dict):
                yield before, after
            elif name in _LISTS and isinstance(before, list) and isinstance(after, list):
                if len(before) != len(after):
                    raise _Differ
                yield from zip(before, after, strict=True)
            elif name in _NAMED and isinstance(before, dict) and isinstance(after, dict):
                if before.keys() != after.keys():
                    raise _Differ
                yield from ((value, after[key]) for key, value in before.items())
            elif as_text(before) != as_text(after):
                raise _Differ
            elif name == "discriminator":
                targets.update(_mapped(after))


class _Differ(Exception):
    """Something that may restrict values is said otherwise."""


def _assertions(schema: dict[str, Json]) -> set[str]:
    return {name for name in schema.keys() - _SILENT if name[:2] != "x-"}


def _mapped(discriminator: Json) -> Iterator[str]:
    """What the mapping of a discriminator refers to."""
    mapping = discriminator.get("mapping") if isinstance(discriminator, dict) else None
    for target in mapping.values() if isinstance(mapping, dict) else ():
        if isinstance(target, str) and target.startswith("#/"):
            yield pointer.from_fragment(target[1:])
