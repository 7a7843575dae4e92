"""What a schema says about the members of objects, read from its text.

It shares nothing with the engine's formulas: the validators' schemas are made with it
(:mod:`contracts.schema.translate`).
"""

from __future__ import annotations

from typing import Any, TypeGuard

from contracts.schema.locations import Location
from contracts.schema.references import Sources, Unresolved, follow, follow_dynamic
from contracts.verdict import Json

IN_PLACE_LISTS = ("allOf", "anyOf", "oneOf")
_LISTING_KEYWORDS = (
    *("properties", "patternProperties", "additionalProperties"),
    *("unevaluatedProperties",),
)
_OPENING_KEYWORDS = ("patternProperties", "additionalProperties", "unevaluatedProperties")
_OBJECT_KEYWORDS = ("properties", "required", "minProperties", "maxProperties", "propertyNames")


class Untranslatable(ValueError):
    """The schema has no faithful 2020-12 form."""


class MemberTexts:
    """Answers about schemas of one side."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def _mentions_object(self, at: Location, seen: set[Any]) -> bool:
        raw = at.raw
        if not isinstance(raw, dict) or at.identity in seen:
            return False
        seen.add(at.identity)
        types = raw.get("type")
        if types == "object" or (isinstance(types, list) and "object" in types):
            return True
        if any(keyword in raw for keyword in _OBJECT_KEYWORDS):
            return True
        return any(self._mentions_object(child, seen) for child in self._beside(at))

    def _beside(self, at: Location) -> list[Location]:
        raw = at.raw
        found = []
        if "$ref" in raw:
            found.append(self._follow(at, "$ref"))
            if not at.dialect.rules.siblings:
                return found
        for keyword in IN_PLACE_LISTS:
            if isinstance(raw.get(keyword), list):
                found += [at.child(keyword, i) for i in range(len(raw[keyword]))]
        if at.dialect.rules.words >= 7 and "if" in raw:
            found += [at.child(k) for k in ("if", "then", "else") if k in raw]
        return found

    def _follow(self, at: Location, keyword: str) -> Location:
        try:
            if keyword == "$ref":
                return follow(at, at.raw[keyword], self._sources)
            return follow_dynamic(at, keyword, at.raw[keyword], self._sources)
        except Unresolved as error:
            raise Untranslatable(str(error)) from None

    def _demanded(self, at: Location, seen: set[Any]) -> dict[str, Json]:
        """Every member that is required whatever holds, with a schema that takes anything."""
        raw = at.raw
        if not isinstance(raw, dict) or at.identity in seen:
            return {}
        seen.add(at.identity)
        found: dict[str, Json] = {}
        sure = [self._follow(at, "$ref")] if "$ref" in raw else []
        if not sure or at.dialect.rules.siblings:
            named = raw.get("required")
            found = {n: True for n in named if isinstance(n, str)} if _is_list(named) else {}
            parts = raw.get("allOf")
            sure += [at.child("allOf", i) for i in range(len(parts) if _is_list(parts) else 0)]
        for place in sure:
            found |= self._demanded(place, seen)
        return found

    def _lists_members(self, at: Location, seen: set[Any]) -> bool:
        """Whether any keyword says which members there are, or what they hold."""
        raw = at.raw
        if not isinstance(raw, dict) or at.identity in seen:
            return False
        seen.add(at.identity)
        if any(keyword in raw for keyword in _LISTING_KEYWORDS):
            return True
        places = self._beside(at)
        for keyword in ("dependentSchemas", "dependencies"):
            for name in raw.get(keyword) or ():
                places.append(at.child(keyword, name))
        return any(self._lists_members(place, seen) for place in places)

    def _listed(self, at: Location, seen: set[Any]) -> set[str] | None:
        """The members that a schema lists or requires; None where it takes any."""
        if not self._lists_members(at, set()) or self._takes_any(at, set()):
            return None
        return self._all_listed(at, seen)

    def _takes_any(self, at: Location, seen: set[Any]) -> bool:
        raw = at.raw
        if not isinstance(raw, dict) or at.identity in seen:
            return False
        seen.add(at.identity)
        if any(raw.get(keyword, False) is not False for keyword in _OPENING_KEYWORDS):
            return True
        return any(self._takes_any(place, seen) for place in self._beside(at))

    def _all_listed(self, at: Location, seen: set[Any]) -> set[str]:
        raw = at.raw
        if not isinstance(raw, dict) or at.identity in seen:
            return set()
        seen.add(at.identity)
        found: set[str] = set()
        if "$ref" not in raw or at.dialect.rules.siblings:
            members, needed = raw.get("properties"), raw.get("required")
            found.update(members if isinstance(members, dict) else ())
            found.update(n for n in (needed if _is_list(needed) else ()) if isinstance(n, str))
        return found.union(*(self._all_listed(place, seen) for place in self._beside(at)))


def _is_list(value: Json) -> TypeGuard[list[Json]]:
    return isinstance(value, list)
