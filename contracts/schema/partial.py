"""A schema with parts that nobody can read, as what holds whatever those parts mean.

A reference to nowhere, ``maxLength: many`` or a pattern no validator compiles stops both
validators, though the value in question may have nothing to do with it. So what cannot be read
is taken for the worst: where the writer's schema has to accept a value, it accepts nothing, and
where the reader's has to reject one, it accepts everything. Under ``not``, in a condition, and
where only one alternative may fit, the two change places. What is shown so is true whatever
the part means; what is not, is not shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from contracts.schema.locations import Location
from contracts.schema.member_texts import Untranslatable
from contracts.schema.options import Side
from contracts.schema.patterns import in_ecma
from contracts.schema.readable import KEYWORDS, companions
from contracts.schema.references import Sources
from contracts.schema.regular.backtracking import takes_long
from contracts.schema.translate import Translator
from contracts.verdict import Json

_ANYTHING: dict[str, Json] = {"unevaluatedProperties": True, "unevaluatedItems": True}
"""Takes every value, and declares all its members and items."""


class PartialTranslator(Translator):
    """Translates to a schema that says less than the original: of the writer's, to one that takes
    no value the original may refuse; of the reader's, to one that takes all it may take."""

    def __init__(self, sources: Sources, side: Side, value: Json, texts: frozenset[str]) -> None:
        super().__init__(sources, side, value)
        self._sure = side.writer
        self._texts = texts
        self.unread = ""
        """The keyword of the first part that cannot be read."""

    @contextmanager
    def _turned(self) -> Iterator[None]:
        self._sure = not self._sure
        try:
            yield
        finally:
            self._sure = not self._sure

    def _follow(self, at: Location, keyword: str) -> Location:
        try:
            return super()._follow(at, keyword)
        except Untranslatable:
            self.unread = self.unread or keyword
            return Location(at.resource, at.pointer_to(keyword), None, at.dialect, at.scope)

    def _unread(self) -> Json:
        return False if self._sure else dict(_ANYTHING)

    def _schema(self, at: Location) -> Json:
        if not isinstance(at.raw, (bool, dict)):
            return self._unread()
        if isinstance(at.raw, bool) or ("$ref" in at.raw and not at.dialect.rules.siblings):
            return super()._schema(at)
        lost = {name for name, value in at.raw.items() if self._is_lost(at, name, value)}
        if not lost:
            return super()._schema(at)
        self.unread = self.unread or min(lost)
        if self._sure:
            return False
        lost |= companions(lost)
        raw = {name: value for name, value in at.raw.items() if name not in lost}
        rest = Location(at.resource, at.pointer, raw, at.dialect, at.scope)
        return {"allOf": [super()._schema(rest), dict(_ANYTHING)]}

    def _is_lost(self, at: Location, name: str, value: Json) -> bool:
        readable = KEYWORDS.get(name)
        if readable is not None and not readable(value, at):
            return True
        if name == "pattern":
            return self._is_lost_pattern(in_ecma(value))
        return name == "patternProperties" and any(map(self._is_lost_pattern, value))

    def _is_lost_pattern(self, pattern: str) -> bool:
        return not _compiles(pattern) or any(takes_long(pattern, text) for text in self._texts)

    # -- where the two meanings change places

    def _both(self, place: Location) -> tuple[Json, Json]:
        """What surely takes a value, and what may take it."""
        turned = not self._sure
        here = self._reference(place)
        with self._turned():
            there = self._reference(place)
        return (there, here) if turned else (here, there)

    def _join(self, keyword: str, places: list[Location], out: dict[str, Json]) -> None:
        if keyword != "oneOf":
            super()._join(keyword, places, out)
            return
        sure, possible = zip(*(self._both(place) for place in places), strict=True)
        if self._sure:  # one of them certainly, and no second one possibly
            parts = [{"anyOf": list(sure)}, _silent({"oneOf": list(possible)})]
        else:  # one of them possibly, and no two certainly
            none = {"not": {"anyOf": list(sure)}}
            parts = [{"anyOf": list(possible)}, _silent({"oneOf": [*sure, none]})]
        out["allOf"] = [*out.get("allOf", ()), *parts]

    def _conditions(self, at: Location, out: dict[str, Json]) -> None:
        raw = at.raw
        if "not" in raw:
            with self._turned():
                out["not"] = self._schema(at.child("not"))
        if "if" not in raw or at.dialect.rules.words < 7:
            return
        sure, possible = self._both(at.child("if"))
        holds, fails = (possible, sure) if self._sure else (sure, possible)
        parts: list[Json] = [] if self._sure else [dict(_ANYTHING)]
        if "then" in raw:
            then = _silent(self._schema(at.child("then")))
            parts.append({"anyOf": [{"not": holds}, then]})
        if "else" in raw:
            parts.append({"anyOf": [_silent(fails), _silent(self._schema(at.child("else")))]})
        out["allOf"] = [*out.get("allOf", ()), *parts]

    def _counted(self, at: Location, out: dict[str, Json]) -> None:
        super()._counted(at, out)
        most = out.pop("maxContains", None)
        if most is None:
            return
        with self._turned():
            inner = self._inner(at.child("contains"))
        few = _silent({"contains": inner, "minContains": 0, "maxContains": most})
        out["allOf"] = [*out.get("allOf", ()), few]

    def _chosen(self, at: Location, keyword: str, places: list[Location]) -> list[Json]:
        if not any(self._is_unread(place, set()) for place in places):
            return super()._chosen(at, keyword, places)
        if not self._sure:
            return [dict(_ANYTHING)]
        if keyword == "oneOf":
            return [False]  # the alternative nobody can read may fit as well
        named = [self._reference(place) for place in places]
        return [{"not": {"type": "object"}, "anyOf": named}]

    def _is_unread(self, at: Location, seen: set[object]) -> bool:
        """Whether something that nobody can read is applied to the value itself."""
        raw = at.raw
        if isinstance(raw, bool) or at.identity in seen:
            return False
        seen.add(at.identity)
        if not isinstance(raw, dict):
            return True
        if any(self._is_lost(at, name, value) for name, value in raw.items()):
            return True
        beside = self._beside(at)
        if "not" in raw:
            beside.append(at.child("not"))
        return any(self._is_unread(place, seen) for place in beside)

    def _exclusive(
        self,
        places: list[Location],
        named: list[dict[str, Json]],
        foreign: list[set[str]],
        here: frozenset[str],
    ) -> Iterator[dict[str, Json]]:
        with self._turned():
            turned = [self._reference(place) for place in places]
        meant = [
            {**one, **other} if "$ref" in one else {**one, "allOf": [other]}  # not another's values
            for one, other in zip(named, turned, strict=True)
        ]
        yield from super()._exclusive(places, meant, foreign, here)


def _silent(schema: Json) -> Json:
    """The same schema, which declares no members and items."""
    return {"not": {"not": schema}}


@lru_cache(maxsize=1024)
def _compiles(pattern: str) -> bool:
    """Whether both validators can use a pattern."""
    import jsonschema_rs

    from contracts.schema.regular import for_python

    try:
        re.compile(for_python(pattern))
        jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except (re.error, ValueError, OverflowError, RecursionError):
        return False
    return True
